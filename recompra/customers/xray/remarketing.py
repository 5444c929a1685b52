"""Is it time to write? The signal that a customer's own rhythm gives, by the rule of the shop."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from recompra.customers.models import RemarketingRule

AFTER_DAYS = 1
"""Where the shop chose nothing: the day after the mean interval ran out."""
MOST_DAYS = 90


class State(StrEnum):
    UNKNOWN = "unknown"  # one purchase day has no interval
    WAIT = "wait"
    LATE = "late"  # the interval ran out, and the shop waits some days more
    WRITE = "write"


@dataclass(frozen=True)
class Signal:
    """`days` is how many days ago the mean interval ran out (WRITE, LATE), or how many are left (WAIT)."""

    state: State
    days: int = 0


def after_days() -> int:
    """From how many days past the mean interval on it is time, as the shop decided."""
    newest = RemarketingRule.objects.order_by("-pk").values_list("after_days", flat=True).first()
    return AFTER_DAYS if newest is None else newest


def signal(
    mean_interval_days: Decimal | None, last_on: dt.date, today: dt.date, after: int = AFTER_DAYS
) -> Signal:
    """Time to write when so many days more have passed since the last purchase than pass between two on the
    mean.

    The mean is taken in whole days, halves up. With a mean of 15 and `after` 1, day 15 waits (0 left) and day
    16 writes (1 over). `analytics.due_calls` is the same rule over everybody.
    """
    if mean_interval_days is None:
        return Signal(State.UNKNOWN)
    usual = int(mean_interval_days.quantize(Decimal(1), ROUND_HALF_UP))
    over = (today - last_on).days - usual
    if over >= after:
        return Signal(State.WRITE, over)
    return Signal(State.LATE, over) if over > 0 else Signal(State.WAIT, -over)
