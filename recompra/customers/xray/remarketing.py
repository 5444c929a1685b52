"""Is it time to write? The signal that a customer's own rhythm gives."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class State(StrEnum):
    UNKNOWN = "unknown"  # one purchase day has no interval
    WAIT = "wait"
    WRITE = "write"


@dataclass(frozen=True)
class Signal:
    """`days` is how many days ago the mean interval ran out (WRITE), or how many are left (WAIT)."""

    state: State
    days: int = 0


def signal(mean_interval_days: Decimal | None, last_on: dt.date, today: dt.date) -> Signal:
    """Time to write when more days have passed since the last purchase than pass between two on the mean.

    The mean is taken in whole days, halves up. On the very day on which the next purchase is due it is not
    yet time: with a mean of 15, day 15 waits (0 left) and day 16 writes (1 over).
    """
    if mean_interval_days is None:
        return Signal(State.UNKNOWN)
    usual = int(mean_interval_days.quantize(Decimal(1), ROUND_HALF_UP))
    over = (today - last_on).days - usual
    return Signal(State.WRITE, over) if over > 0 else Signal(State.WAIT, -over)
