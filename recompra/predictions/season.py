"""How much busier than the mean the coming days were a year ago."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import ibis
import ibis.expr.types as ir
import numpy as np

from recompra.analytics.btyd.ahead import Outlook
from recompra.analytics.btyd.fit import Fitted
from recompra.analytics.btyd.histories import Histories
from recompra.analytics.purchase_history import purchase_groups, purchase_history
from recompra.warehouse.contract import Desk

YEAR = 365
BEFORE_DAYS = 90
"""Of the customers of a year ago some must have been watched for a quarter already."""
LEAST = 30
SEASONS, MODEL, CLUSTER = 0.2**2, 0.1**2, 3.0
"""What the logarithm of (bought / expected) is made of, as variances: a season moves a stretch by a fifth; a
model errs by a tenth without any season; and purchases, which come in clusters, vary three times as much as
independent ones would. The season's share of the three is how much of what was seen is believed."""
MOST = math.log(3)


@dataclass(frozen=True)
class YearAgo:
    """The customers of a year ago, and by number of days how many purchase days they then had in as many."""

    known: Histories
    bought: list[int]


def year_ago(
    desk: Desk, orders: ir.Table, as_of: dt.date, longest: int, store_keys: frozenset[int] | None
) -> YearAgo | None:
    """Who bought until a year before `as_of`, and what they then bought in up to `longest` days; None where
    too few had been watched for a quarter by then."""
    past = as_of - dt.timedelta(days=YEAR)
    history = purchase_history(orders, as_of=past, store_keys=store_keys)
    then = desk.hold(history.select("customer_key", "repeats", "last_days", "age_days"), "season_then")
    try:
        groups = desk.run(purchase_groups(then))
        count = groups["customers"].to_numpy().astype(np.float64)
        age = groups["age_days"].to_numpy()
        if count[age >= BEFORE_DAYS].sum() < LEAST:
            return None
        bought = _bought(desk, orders, then, past, longest, store_keys)
    finally:
        desk.drop("season_then")
    known = Histories(
        groups["repeats"].to_numpy().astype(np.float64),
        groups["last_days"].to_numpy() / 7,
        age / 7,
        count,
    )
    return YearAgo(known, bought)


def factors(then: YearAgo | None, fitted: Sequence[Fitted], days: Sequence[int]) -> dict[int, float]:
    """{days: the factor of what the models expect of the next days}, 1 for all without a year of history.

    The models of today are asked about the customers as they were a year ago; what these then bought in as
    many days is held against the answer. Stretches of up to a year.
    """
    if then is None:
        return dict.fromkeys(days, 1.0)
    outlook = Outlook(fitted, then.known)
    expected = {span: float(then.known.count @ outlook.expected(span)) for span in days}
    return {span: _factor(then.bought[span], expected[span]) for span in days}


def _factor(bought: float, expected: float) -> float:
    seen = math.log((bought + 1) / (expected + 1))
    believed = SEASONS / (SEASONS + MODEL + CLUSTER / (bought + 1))
    return float(f"{math.exp(min(max(believed * seen, -MOST), MOST)):.12g}")


def _bought(
    desk: Desk,
    orders: ir.Table,
    then: ir.Table,
    past: dt.date,
    longest: int,
    store_keys: frozenset[int] | None,
) -> list[int]:
    """By number of days after `past`, how many purchase days the customers of then have had by it."""
    sales = orders.filter(
        ~orders.is_cancelled,
        orders.kind == "sale",
        orders.ordered_on > ibis.literal(past),
        orders.ordered_on <= ibis.literal(past + dt.timedelta(days=longest)),
        orders.customer_key.isin(then.customer_key),
    )
    if store_keys is not None:
        sales = sales.filter(sales.store_key.isin(sorted(store_keys)))
    visits = sales.select("customer_key", "ordered_on").distinct()
    rows = desk.rows(visits.group_by("ordered_on").agg(n=visits.count()))
    each = [0] * (longest + 1)
    for row in rows:
        each[(row["ordered_on"] - past).days] = int(row["n"])
    return list(accumulate(each))
