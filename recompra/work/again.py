"""Why what was computed from the facts is computed again: they, or the day, moved since it last was."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.conf import settings
from django.utils import timezone

from recompra.warehouse.engine import engine
from recompra.work.models import Due
from recompra.work.wishes import is_quiet

Computed = TypeVar("Computed", bound=Due)


def last_done(kind: type[Computed]) -> Computed | None:
    """The last row that came to its end; `kind` keeps the `version` of the facts that it read."""
    done: Computed | None = (
        kind._base_manager.filter(status=Due.Status.DONE).exclude(version="").order_by("-pk").first()
    )
    return done


def moved(kind: type[Due], version: str, as_of: dt.date | None) -> str | None:
    """What moved since a version and a day: "load" (the facts), "clock" (the day), "" (neither). None: not to
    be asked now, as a row of this kind waits, runs or failed lately, or nothing was ever published."""
    if not is_quiet(kind) or not (now := engine(settings.WAREHOUSE_URL).version()):
        return None
    if version != now:
        return "load"
    return "" if as_of == timezone.localdate() else "clock"
