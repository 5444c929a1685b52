"""Days as they stand in an address, and the instants at which they begin."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.dateparse import parse_date


def day_of(text: str) -> dt.date | None:
    """A day of this century, or None for whatever else was typed."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 2000 <= day.year < 2100 else None


def midnight(day: dt.date) -> dt.datetime:
    """The beginning of a day in the shop's zone."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
