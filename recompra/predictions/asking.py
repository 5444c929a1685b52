"""What the parts are asked, where nobody said it: as of which day, over how many days, active until when."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir

from recompra.predictions.models import PredictionSettings
from recompra.predictions.part import Asked
from recompra.warehouse.contract import Desk

LATE_DAYS = 31
"""Sales that stop less than a month ago are late, and the days without them tell nothing of anybody. A shop
whose sales stop earlier than that stands still: its customers are silent indeed."""
ACTIVE_DAYS = 180
"""The days after which a customer counts as inactive, as the pages say it."""
STEP, SHORTEST, LONGEST = 30, 30, 180
"""A horizon is whole months, from one to the six after which a customer is inactive anyway."""
WINDOWS = 3
"""So many horizons must fit in the history: one to learn from, one to learn, one to look back at."""


def in_force() -> PredictionSettings:
    """The newest choices of the shop; one that leaves all to Recompra where it never chose."""
    return PredictionSettings.objects.order_by("-pk").first() or PredictionSettings()


def asked(
    desk: Desk,
    orders: ir.Table,
    as_of: dt.date,
    *,
    horizon_days: int | None = None,
    active_days: int | None = None,
    store_keys: frozenset[int] | None = None,
) -> Asked:
    """The question, completed by the shop's choices and, where it made none, by its rhythm until `as_of`."""
    chosen = in_force()
    horizon = horizon_days or chosen.horizon_days
    active = active_days or chosen.active_days
    if horizon is None or active is None:
        median, span = _rhythm(desk, orders, as_of)
        horizon = horizon or automatic_horizon(median, span)
        active = active or automatic_active(median)
    return Asked(as_of, horizon, active, store_keys)


def automatic_horizon(median_days: float | None, span_days: int) -> int:
    """Twice the median interval between purchase days in whole months, as far as the history allows."""
    wanted = LONGEST if median_days is None else _months_up(2 * median_days)
    allowed = span_days // WINDOWS // STEP * STEP
    return max(SHORTEST, min(wanted, allowed, LONGEST))


def automatic_active(median_days: float | None) -> int:
    """180 days; where people buy so seldom that half of the intervals are longer, twice the median one."""
    return ACTIVE_DAYS if median_days is None else max(ACTIVE_DAYS, _months_up(2 * median_days))


def data_day(desk: Desk, orders: ir.Table, today: dt.date) -> dt.date:
    """The day to predict as of: the last one with a sale, where sales only come in late; else today."""
    past = orders.filter(orders.ordered_on <= ibis.literal(today), ~orders.is_cancelled)
    last: dt.date | None = desk.rows(past.agg(last=past.ordered_on.max()))[0]["last"]
    return last if last is not None and (today - last).days <= LATE_DAYS else today


def _months_up(days: float) -> int:
    return int(-(-days // STEP) * STEP)


def _rhythm(desk: Desk, orders: ir.Table, as_of: dt.date) -> tuple[float | None, int]:
    """The median interval between two purchase days of one customer, and how many days the history spans."""
    sales = orders.filter(
        orders.customer_key.notnull(),
        ~orders.is_cancelled,
        orders.kind == "sale",
        orders.ordered_on <= ibis.literal(as_of),
    )
    days = sales.select("customer_key", "ordered_on").distinct()
    before = days.ordered_on.lag().over(group_by=days.customer_key, order_by=days.ordered_on)
    gaps = days.mutate(before=before)
    gaps = gaps.mutate(gap=gaps.ordered_on.delta(gaps.before, unit="day").cast("int64"))
    counted = gaps.group_by("gap").agg(n=gaps.count(), first=gaps.ordered_on.min()).order_by("gap")
    rows = desk.rows(counted)
    firsts = [row["first"] for row in rows if row["gap"] is None]
    span = (as_of - firsts[0]).days + 1 if firsts else 0
    return _median([(row["gap"], row["n"]) for row in rows if row["gap"] is not None]), span


def _median(counted: list[tuple[int, int]]) -> float | None:
    """The lower median of (value, how many), ascending."""
    half, seen = (sum(n for _value, n in counted) + 1) // 2, 0
    for value, n in counted:
        seen += n
        if seen >= half:
            return float(value)
    return None
