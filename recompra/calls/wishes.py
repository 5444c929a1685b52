"""When the list is brought up to date: where the facts, the day or the rule moved since it was."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from recompra.calls.models import CallRefresh
from recompra.customers.xray.remarketing import after_days
from recompra.warehouse.engine import engine
from recompra.work.wishes import ask_once, is_quiet


def ask(reason: str) -> None:
    """Let a refresh wait. `reason`: load, clock, rule."""
    ask_once(CallRefresh, reason=reason, priority=-1)


def poll() -> None:
    """The clock's call: ask for a refresh where something moved. Nobody below knows of this room."""
    if not is_quiet(CallRefresh):
        return
    version, last = engine(settings.WAREHOUSE_URL).version(), last_done()
    if not version:
        return
    if last is None or last.version != version:
        ask("load")
    elif last.as_of != timezone.localdate():
        ask("clock")
    elif last.after_days != after_days():
        ask("rule")


def nightly() -> None:
    """The clock's call, after scores and predictions were made anew."""
    ask("clock")


def last_done() -> CallRefresh | None:
    """The last refresh that came to its end."""
    done = CallRefresh.objects.filter(status=CallRefresh.Status.DONE).exclude(version="")
    return done.order_by("-pk").first()
