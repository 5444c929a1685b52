"""One scheduled act, as an AppConfig lists it. Apart from the clock: apps are read before any model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone


@dataclass(frozen=True)
class Every:
    """One scheduled act.

    name: unique in the house, `room.act`.
    call: dotted path of a function without parameters that only asks for work (creates a row that is due); it
    runs in the transaction that records the tick.
    at: "HH:MM" each day in the shop's time zone; or minutes: every so many minutes.
    """

    name: str
    call: str
    at: str = ""
    minutes: int = 0

    def last(self, now: datetime) -> datetime:
        """The latest stroke at or before `now`, in UTC."""
        if self.minutes:
            seconds = self.minutes * 60
            return datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)
        local = timezone.localtime(now, timezone.get_default_timezone())
        stroke = local.date()
        at = time.fromisoformat(self.at)
        if local.time() < at:
            stroke -= timedelta(days=1)
        return datetime.combine(stroke, at, local.tzinfo).astimezone(UTC)
