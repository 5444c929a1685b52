"""Ages in bands of five years: fine enough to sell by, and no birth date in the facts."""

from __future__ import annotations

import datetime as dt

EDGES = (0, 18, *range(20, 81, 5))
"""The youngest age of each band; the last one has no end."""


def band_of(birth_date: dt.date, today: dt.date) -> int:
    """The band in which somebody stands today; born on 29 February, they are a year older from 1 March on."""
    age = today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))
    found: int = max(edge for edge in EDGES if edge <= max(age, 0))
    return found


def oldest() -> tuple[int, ...]:
    """The ages at which a span may end: the last of each band but the open one."""
    return tuple(edge - 1 for edge in EDGES[1:])
