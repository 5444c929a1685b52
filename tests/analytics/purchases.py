"""Shops of orders and lines for the tests of behaviours and risk, and their figures once more, slowly."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from recompra.analytics.churn_features import DECAYS
from recompra.warehouse.dialect import answer_schema, arrow_schema, to_sql
from recompra.warehouse.schema import TABLES
from tests.analytics import goods
from tests.warehouse.facts import order

Row = dict[str, Any]
GROUPS = {1: "Casa", 2: "Casa", 3: None}  # of product 4 the shop told nothing
MILLION = 1_000_000


def orders_of(lines: list[Row]) -> list[Row]:
    """Each line as an order of its own."""
    shared = ("customer_key", "store_key", "kind", "is_cancelled", "ordered_at", "ordered_on")
    return [
        order(row["order_key"], net=str(row["net"]), units=row["quantity"])
        | {name: row[name] for name in shared}
        for row in lines
    ]


def answer(expr: ibis.Expr, lines: list[Row]) -> list[Row]:
    """The expression's rows over these lines, their orders, and the products."""
    products = [goods.product(key) | {"group_name": group} for key, group in GROUPS.items()]
    tables = {"orders": orders_of(lines), "order_items": lines, "products": products}
    with duckdb.connect() as connection:
        for name, rows in tables.items():
            connection.register(name, pa.Table.from_pylist(rows, schema=arrow_schema(TABLES[name].schema())))
        found = connection.sql(to_sql(expr, "duckdb")).to_arrow_table().cast(answer_schema(expr))
        answered: list[Row] = found.to_pylist()
        return answered


def by_customer(rows: list[Row]) -> dict[int, Row]:
    return {row["customer_key"]: {k: v for k, v in row.items() if k != "customer_key"} for row in rows}


def people(lines: list[Row], as_of: dt.date) -> dict[int, list[Row]]:
    """The lines that count, of each customer with a sale."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in lines:
        if row["customer_key"] is not None and not row["is_cancelled"] and row["ordered_on"] <= as_of:
            found[row["customer_key"]].append(row)
    return {key: rows for key, rows in found.items() if any(row["kind"] == "sale" for row in rows)}


def slow_behaviours(lines: list[Row], as_of: dt.date) -> dict[int, Row]:
    return {key: _behaviours(rows, as_of) for key, rows in people(lines, as_of).items()}


def _behaviours(rows: list[Row], as_of: dt.date) -> Row:
    sales = [row for row in rows if row["kind"] == "sale"]
    days = sorted({row["ordered_on"] for row in sales})
    gaps = [(later - before).days for before, later in pairwise(days)]
    year = [row for row in sales if (as_of - row["ordered_on"]).days < 365]
    before = [row for row in sales if 365 <= (as_of - row["ordered_on"]).days < 730]
    named = {row["product_key"] for row in year} - {None}
    mean = sum(gaps) / len(gaps) if gaps else 0
    spread = math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) if gaps else None
    return {
        "recency_days": (as_of - days[-1]).days,
        "ticket_12m": _mean([row["net"] for row in year]),
        "ticket_before": _mean([row["net"] for row in before]),
        "days_12m": len({row["ordered_on"] for row in year}),
        "mean_interval_days": _mean([Decimal(gap) for gap in gaps]),
        "interval_spread_days": spread,
        "spent_90": _sum(row["net"] for row in rows if (as_of - row["ordered_on"]).days < 90),
        "spent_90_before": _sum(row["net"] for row in rows if 90 <= (as_of - row["ordered_on"]).days < 180),
        "products_12m": len(named),
        "groups_12m": len({GROUPS.get(key) for key in named} - {None}),
        "units_12m": _sum(row["quantity"] for row in year),
    }


def _mean(values: list[Decimal]) -> Decimal | None:
    if not values:
        return None
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _sum(values: Any) -> Decimal:
    return sum(values, Decimal(0))


def slow_features(lines: list[Row], as_of: dt.date, usual_interval: int) -> dict[int, dict[str, float]]:
    """The features of the risk model as plain logarithms (not millionths)."""
    found = {}
    for key, rows in people(lines, as_of).items():
        sales = [row for row in rows if row["kind"] == "sale"]
        found[key] = _features(sales, as_of, usual_interval / MILLION)
    return found


def _features(sales: list[Row], as_of: dt.date, usual: float) -> dict[str, float]:
    days = sorted({row["ordered_on"] for row in sales})
    last, ages = days[-1], [(as_of - day).days for day in days]
    gaps = [(later - before).days for before, later in pairwise(days)]
    year = [row for row in sales if (as_of - row["ordered_on"]).days < 365]
    interval = (sum(map(math.log, gaps)) + 2 * usual) / (len(gaps) + 2)
    silence = math.log(1 + ages[-1])
    until_last = [(row, (last - row["ordered_on"]).days) for row in sales]
    lately = [row["net"] for row, ago in until_last if ago < 365]
    before = [row["net"] for row, ago in until_last if 365 <= ago < 730]
    quarters = [sum(low <= (last - day).days < low + 90 for day in days) for low in (0, 90)]
    mean = sum(gaps) / len(gaps) if gaps else 0
    spread = math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) / mean if gaps else 0.0
    known = max(len(gaps) - 1, 0)
    return {
        "silence": silence,
        "overdue": max(silence - interval, 0),
        "long_overdue": max(silence - interval - 1, 0),
        **{f"decayed_{tau}": math.log(1 + sum(math.exp(-age / tau) for age in ages)) for tau in DECAYS},
        "days_12m": math.log(1 + sum(age < 365 for age in ages)),
        "once": float(len(days) == 1),
        "interval": interval,
        "irregularity": (spread * known + 2 * 0.7) / (known + 2),
        "ticket": _ticket(lately),
        "ticket_change": _ticket(lately) - _ticket(before) if before else 0.0,
        "growth": math.log((1 + quarters[0]) / (1 + quarters[1])),
        "products": math.log(1 + len({row["product_key"] for row in year} - {None})),
        "units": math.log(1 + math.floor(sum(row["quantity"] for row in year))),
    }


def _ticket(amounts: list[Decimal]) -> float:
    return math.log(1 + max(float(sum(amounts)), 0.0) / len(amounts)) if amounts else 0.0
