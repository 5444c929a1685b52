"""The five behaviours of one customer, counted from the customer's own orders.

They are those of `analytics.behaviours`, which counts them for everybody; a test holds one to the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from statistics import pstdev

from recompra.analytics.behaviours import QUARTER, YEAR
from recompra.customers.xray.purchases import Line, Order

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Habits:
    """As of a day. Money in R$; None where there is nothing to divide by. `spread_days`: the standard
    deviation of the intervals."""

    recency_days: int
    ticket: Decimal | None
    ticket_before: Decimal | None
    purchase_days: int
    intervals: int
    mean_days: float | None
    spread_days: float | None
    spent: Decimal
    spent_before: Decimal
    products: int
    units: Decimal


def habits(orders: Iterable[Order], lines: Mapping[int, list[Line]], as_of: dt.date) -> Habits | None:
    """None for who bought nothing until that day. `lines`: {order key: its lines}."""
    counted = [order for order in orders if not order.is_cancelled and order.on <= as_of]
    sales = [order for order in counted if order.is_sale]
    if not sales:
        return None
    days = sorted({order.on for order in sales})
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    year = _between(sales, as_of, 0, YEAR)
    return Habits(
        recency_days=(as_of - days[-1]).days,
        ticket=_mean(year),
        ticket_before=_mean(_between(sales, as_of, YEAR, 2 * YEAR)),
        purchase_days=len({order.on for order in year}),
        intervals=len(gaps),
        mean_days=sum(gaps) / len(gaps) if gaps else None,
        spread_days=pstdev(gaps) if gaps else None,
        spent=_sum(_between(counted, as_of, 0, QUARTER)),
        spent_before=_sum(_between(counted, as_of, QUARTER, 2 * QUARTER)),
        products=len(
            {
                line.product_key
                for order in year
                for line in lines.get(order.key, [])
                if line.product_key is not None
            }
        ),
        units=sum((order.units for order in year), Decimal(0)),
    )


def _between(orders: list[Order], as_of: dt.date, since: int, until: int) -> list[Order]:
    """Those of at least `since` and less than `until` days before."""
    return [order for order in orders if since <= (as_of - order.on).days < until]


def _sum(orders: list[Order]) -> Decimal:
    return sum((order.net for order in orders), Decimal(0))


def _mean(orders: list[Order]) -> Decimal | None:
    return (_sum(orders) / len(orders)).quantize(CENT, ROUND_HALF_UP) if orders else None
