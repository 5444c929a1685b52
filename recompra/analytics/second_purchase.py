"""How soon new customers come back for a second purchase, also when many have not had the time yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir

from recompra.analytics.standing import identified

POINTS = (7, 14, 30, 60, 90, 180, 365)
"""The days after the first purchase at which the curve is read."""


def second_purchase(
    orders: ir.Table,
    *,
    since: dt.date,
    until: dt.date,
    as_of: dt.date,
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> ir.Table:
    """Days from the first to the second purchase of the customers whose first one lies from `since` to
    `until`.

    Purchases are days with a sale, in these stores, up to `as_of`. One row per number of days at which
    something ended. Columns: days; came_back (customers whose second purchase came so many days after the
    first); waiting (customers without a second one, first seen so many days before `as_of`: nothing is known
    of them beyond). `curve` turns the rows into the share that comes back in time.
    """
    ever = orders.filter(*identified(orders, until=as_of, store_keys=store_keys, among=among))
    sales = ever.filter(ever.kind == "sale").select("customer_key", "ordered_on")
    firsts = (
        sales.group_by("customer_key")
        .agg(first_on=sales.ordered_on.min())
        .filter(lambda t: t.first_on >= ibis.literal(since), lambda t: t.first_on <= ibis.literal(until))
    )
    both = sales.join(firsts, "customer_key")
    later = both.ordered_on > both.first_on
    people = both.group_by("customer_key").agg(
        first_on=both.first_on.min(), second_on=both.ordered_on.min(where=later)
    )
    back = people.second_on.notnull()
    ended = ibis.coalesce(people.second_on, ibis.literal(as_of))
    timed = people.select(days=ended.delta(people.first_on, unit="day").cast("int64"), back=back)
    return (
        timed.group_by("days")
        .agg(
            came_back=timed.count(where=timed.back).cast("int64"),
            waiting=timed.count(where=~timed.back).cast("int64"),
        )
        .order_by("days")
    )


@dataclass(frozen=True)
class Point:
    """The share that came back within `days` (0 to 1, None: nobody was watched for so long), and how many
    customers were still watched on that day."""

    days: int
    share: Fraction | None
    watched: int


def curve(rows: Iterable[Mapping[str, Any]], points: Sequence[int] = POINTS) -> list[Point]:
    """The Kaplan-Meier estimate of the share that has come back, from the rows of `second_purchase`.

    Product-limit estimate, exact: E. L. Kaplan, P. Meier, "Nonparametric Estimation from Incomplete
    Observations", JASA 53 (1958). Who waits since just as many days as another one needed was watched on that
    day.
    """
    steps = sorted((row["days"], row["came_back"], row["waiting"]) for row in rows)
    left = sum(back + waiting for _days, back, waiting in steps)
    longest = steps[-1][0] if steps else -1
    stays, found = Fraction(1), []
    queue = iter([*steps, (None, 0, 0)])
    days, back, waiting = next(queue)
    for point in sorted(points):
        while days is not None and days <= point:
            stays *= 1 - Fraction(back, left)
            left -= back + waiting
            days, back, waiting = next(queue)
        found.append(Point(point, 1 - stays if point <= longest else None, left))
    return found
