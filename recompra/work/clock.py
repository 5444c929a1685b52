"""The clock: what a room wants asked for at its hour, listed as `clock` on its AppConfig."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from recompra.work.claim import scrubbed
from recompra.work.every import Every
from recompra.work.models import Tick

__all__ = ["Every", "schedule", "strike"]

log = logging.getLogger(__name__)


def schedule() -> Iterator[Every]:
    """What every room has scheduled."""
    for config in apps.get_app_configs():
        yield from getattr(config, "clock", ())


def strike(now: datetime | None = None) -> list[str]:
    """Ask for what has come due since the last stroke: once, however many strokes were missed, whoever
    else strikes. A thing scheduled for the first time waits for its next stroke.

    Returns:
        The names that were asked for.
    """
    now = now or timezone.now()
    asked = []
    for every in schedule():
        try:
            with transaction.atomic():
                if _struck(every, now):
                    import_string(every.call)()
                    asked.append(every.name)
        except IntegrityError:
            continue  # another process struck it in the same moment
        except Exception as error:
            log.error("the clock could not ask for %s: %s", every.name, scrubbed(error))
    return asked


def _struck(every: Every, now: datetime) -> bool:
    """Record the stroke; true when the act is to be asked for. A clock set back strikes nothing twice."""
    at = every.last(now)
    ticks = Tick.objects.filter(name=every.name)
    if ticks.filter(at__gte=at).exists():
        return False
    is_first = not ticks.exists()
    Tick.objects.create(name=every.name, at=at)
    ticks.filter(at__lt=at).delete()
    return not is_first
