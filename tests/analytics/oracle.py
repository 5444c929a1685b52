"""The metrics once more, slowly, in plain Python from the sentences that define them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = dict[str, Any]


def rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def summary(orders: Iterable[Row], as_of: dt.date, window_days: int | None = None) -> dict[int, Row]:
    """{customer_key: the columns of customer_summary}."""
    people: dict[int, list[Row]] = defaultdict(list)
    for order in orders:
        if order["customer_key"] is not None and not order["is_cancelled"] and order["ordered_on"] <= as_of:
            people[order["customer_key"]].append(order)
    found = {key: _person(rows, as_of, window_days) for key, rows in people.items()}
    return {key: row for key, row in found.items() if row}


def _person(rows: list[Row], as_of: dt.date, window_days: int | None) -> Row:
    sales = [row for row in rows if row["kind"] == "sale"]
    if not sales:
        return {}
    days = sorted({row["ordered_on"] for row in sales})
    since = dt.date.min if window_days is None else as_of - dt.timedelta(days=window_days - 1)
    gaps = len(days) - 1
    return {
        "first_on": days[0],
        "last_on": days[-1],
        "orders": len(sales),
        "purchase_days": len(days),
        "ltv": sum((row["net"] for row in rows), Decimal(0)),
        "aov": rounded(sum((row["net"] for row in sales), Decimal(0)) / len(sales)),
        "mean_interval_days": rounded(Decimal((days[-1] - days[0]).days) / gaps) if gaps else None,
        "store_key": _store(sales, as_of),
        "is_online": any(row["is_online"] for row in sales),
        "recency_days": (as_of - days[-1]).days,
        "frequency": sum(day >= since for day in days),
        "monetary": sum((row["net"] for row in rows if row["ordered_on"] >= since), Decimal(0)),
    }


def _store(sales: list[Row], as_of: dt.date) -> int:
    leap_day = (as_of.month, as_of.day) == (2, 29)
    year_ago = as_of.replace(year=as_of.year - 1, day=28 if leap_day else as_of.day)
    visits = {(row["store_key"], row["ordered_on"]) for row in sales}
    last = {store: max(day for at, day in visits if at == store) for store, _day in visits}
    lately = Counter(store for store, day in visits if day > year_ago)
    return min(last, key=lambda store: (-lately[store], -last[store].toordinal(), store))


def score(values: dict[int, Decimal], *, low_is_good: bool = False) -> dict[int, int]:
    """{customer: 1..5} by ties together: strictly worse ones plus half of the equals, in fifths of the
    base."""
    total = len(values)
    found = {}
    for who, value in values.items():
        worse = sum((other > value) if low_is_good else (other < value) for other in values.values())
        equal = sum(other == value for other in values.values())
        found[who] = 1 + (5 * (2 * worse + equal)) // (2 * total)
    return found


def fixed_frequency(days: int) -> int:
    return 1 + (days >= 2) + (days >= 3) + (days >= 5) + (days >= 10)
