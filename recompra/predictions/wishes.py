"""When everything is predicted anew: at night, after a load the first time in a day, and when asked."""

from __future__ import annotations

from django.utils import timezone

from recompra.customers.models import Refresh
from recompra.predictions.models import PredictionRefresh
from recompra.work.wishes import ask_once, is_quiet


def ask(reason: str) -> None:
    """Let a refresh wait. `reason`: load, clock, choice, person."""
    ask_once(PredictionRefresh, reason=reason)


def nightly() -> None:
    """The clock's call: everybody's silence is a day longer."""
    ask("clock")


def poll() -> None:
    """The clock's call: ask after a load, once a day, or at once where nothing was ever predicted. A shop
    that imports every hour waits for the night: one more hour of sales moves no prediction that matters."""
    if not is_quiet(PredictionRefresh):
        return
    load = Refresh.objects.filter(reason="import", status=Refresh.Status.DONE).order_by("-pk").first()
    if load is None or load.finished_at is None:
        return
    done = PredictionRefresh.objects.filter(status=PredictionRefresh.Status.DONE).exclude(version="")
    last = done.order_by("-pk").first()
    began = last.started_at if last else None
    if began is None or (began < load.finished_at and not _loaded_today()):
        ask("load")


def _loaded_today() -> bool:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return PredictionRefresh.objects.filter(reason="load", created_at__gte=midnight).exists()
