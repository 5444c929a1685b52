"""RFM scores, moves between two days and what was bought after one of them, slowly, in plain Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from recompra.analytics.rfm import Cuts
from recompra.analytics.rfm_map import segment_of
from tests.analytics import oracle

Row = dict[str, Any]


def in_stores(orders: Sequence[Row], stores: Sequence[int] | None) -> list[Row]:
    return [row for row in orders if stores is None or row["store_key"] in stores]


def scored(orders: Sequence[Row], as_of: dt.date, cuts: Cuts, window_days: int | None) -> dict[int, Row]:
    """{customer: summary with the three scores and the segment}."""
    found = {}
    for who, row in oracle.summary(orders, as_of, window_days).items():
        r = 1 + sum(row["recency_days"] <= edge for edge in cuts.recency)
        f = 1 + sum(row["frequency"] >= edge for edge in cuts.frequency)
        v = 1 + sum(row["monetary"] >= edge for edge in cuts.monetary)
        found[who] = row | {"recency": r, "frequency": f, "monetary": v, "segment": segment_of(r, f, v)}
    return found


def moves(
    orders: Sequence[Row], since: dt.date, until: dt.date, cuts: Cuts, window_days: int | None = None
) -> dict[int, Row]:
    """{customer: the other columns of rfm_moves}."""
    then, now = (scored(orders, day, cuts, window_days) for day in (since, until))
    return {
        who: {
            "segment_since": then[who]["segment"] if who in then else None,
            "segment_until": row["segment"],
            "bought": row["last_on"] > since,
            "ltv_since": then[who]["ltv"] if who in then else Decimal(0),
            "ltv_until": row["ltv"],
        }
        for who, row in now.items()
    }


def backtest(
    orders: Sequence[Row], as_of: dt.date, days: int, cuts: Cuts, window_days: int | None = None
) -> dict[tuple[str, str], Row]:
    """{(measure, score): the other columns of rfm_backtest}."""
    last = as_of + dt.timedelta(days=days)
    after: dict[int, list[Row]] = {}
    for order in orders:
        stands = order["customer_key"] is not None and not order["is_cancelled"]
        if stands and as_of < order["ordered_on"] <= last:
            after.setdefault(order["customer_key"], []).append(order)
    listed = scored(orders, as_of, cuts, window_days)
    groups: dict[tuple[str, str], list[list[Row]]] = {}
    for who, row in listed.items():
        names = [("all", ""), ("segment", row["segment"])]
        names += [(measure, str(row[measure])) for measure in ("recency", "frequency", "monetary")]
        for name in names:
            groups.setdefault(name, []).append(after.get(who, []))
    new = [rows for who, rows in after.items() if who not in listed and sales(rows)]
    if new:
        groups["new", ""] = new
    everybody = groups.get(("all", ""), [])
    return {name: figures(name[0], people, everybody) for name, people in groups.items()}


def sales(rows: Sequence[Row]) -> int:
    return sum(row["kind"] == "sale" for row in rows)


def figures(measure: str, people: list[list[Row]], everybody: list[list[Row]]) -> Row:
    buyers, bought = (sum(bool(sales(rows)) for rows in group) for group in (people, everybody))
    net = sum((row["net"] for rows in people for row in rows), Decimal(0))
    listed = measure != "new"
    return {
        "customers": len(people),
        "buyers": buyers,
        "orders": sum(sales(rows) for rows in people),
        "net": net,
        "share": rounded(Decimal(buyers) / len(people), "0.0001") if listed else None,
        "per_customer": rounded(net / len(people), "0.01"),
        "lift": rounded(Decimal(buyers * len(everybody)) / (len(people) * bought), "0.01")
        if listed and bought
        else None,
    }


def rounded(value: Decimal, to: str) -> Decimal:
    return value.quantize(Decimal(to), ROUND_HALF_UP)
