"""Lines of orders and products for tests, and the metrics about them once more, slowly."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from hypothesis import strategies as st

from recompra.warehouse.dialect import answer_schema, arrow_schema, held_select, to_sql
from recompra.warehouse.schema import TABLES
from tests.analytics.strategies import FIRST_DAY

Row = dict[str, Any]
PRODUCTS = {key: f"Produto {key}" for key in (1, 2, 3)}  # of 4 the shop told nothing


def product(key: int) -> Row:
    nothing = dict.fromkeys(["group_name", "brand", "color", "launched_on", "attributes"])
    return {"product_key": key, "code": f"P{key}", "name": PRODUCTS[key], "batch": 1} | nothing


@st.composite
def a_line(draw: st.DrawFn) -> Row:
    day = FIRST_DAY + dt.timedelta(days=draw(st.sampled_from([0, 1, 2, 59, 89, 90, 91, 300])))
    kind = draw(st.sampled_from(["sale", "sale", "sale", "return"]))
    sign = -1 if kind == "return" else 1
    quantity = Decimal(draw(st.sampled_from(["1", "2", "0.5"]))) * sign
    return {
        "customer_key": draw(st.sampled_from([None, 1, 2, 3])),
        "store_key": draw(st.sampled_from([1, 2])),
        "product_key": draw(st.sampled_from([None, 1, 2, 3, 4])),
        "kind": kind,
        "is_cancelled": draw(st.sampled_from([False, False, False, True])),
        "ordered_at": dt.datetime.combine(day, dt.time(12)),
        "ordered_on": day,
        "quantity": quantity,
        "unit_price": Decimal("10"),
        "discount": Decimal(0),
        "net": quantity * 10,
        "batch": 1,
        "line": 1,
    }


@st.composite
def lines(draw: st.DrawFn) -> list[Row]:
    """Up to thirty lines, each of an order of its own."""
    found = draw(st.lists(a_line(), max_size=30))
    return [row | {"order_key": number} for number, row in enumerate(found, 1)]


def answer(
    expr: ibis.Expr,
    items: list[Row],
    known: list[Row] | None = None,
    steps: Mapping[str, ibis.Table] | None = None,
) -> list[Row]:
    """The expression's rows, in their order, over these lines and the three products, or those given.

    `steps`: what is computed first, in this order, and read under its name by what follows.
    """
    shelf = [product(key) for key in PRODUCTS] if known is None else known
    with duckdb.connect() as connection:
        for name, rows in (("order_items", items), ("products", shelf)):
            connection.register(name, pa.Table.from_pylist(rows, schema=arrow_schema(TABLES[name].schema())))
        for name, step in (steps or {}).items():
            connection.execute(f"CREATE TEMP TABLE {name} AS {held_select(step, 'duckdb')}")
        found = connection.sql(to_sql(expr, "duckdb")).to_arrow_table().cast(answer_schema(expr))
        rows: list[Row] = found.to_pylist()
        return rows


def slow_most_bought(items: list[Row], who: int, since: dt.date, until: dt.date) -> list[Row]:
    """`most_bought`, from the sentences that define it."""
    own: dict[int | None, list[Row]] = defaultdict(list)
    for row in items:
        if row["customer_key"] == who and not row["is_cancelled"] and since <= row["ordered_on"] <= until:
            own[row["product_key"]].append(row)
    return [
        {
            "product_key": key,
            "name": PRODUCTS.get(key or 0),
            "units": sum((row["quantity"] for row in rows), Decimal(0)),
            "spent": sum((row["net"] for row in rows), Decimal(0)),
            "last_on": max((row["ordered_on"] for row in rows if row["kind"] == "sale"), default=None),
        }
        for key, rows in own.items()
    ]


def slow_popular(items: list[Row], as_of: dt.date, days: int) -> list[Row]:
    """`popular_products`, from the sentences that define it."""
    taken: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for row in items:
        age = (as_of - row["ordered_on"]).days
        if row["customer_key"] and row["product_key"] and not row["is_cancelled"] and 0 <= age < days:
            taken[row["product_key"], row["customer_key"]] += row["quantity"]
    kept = {pair: units for pair, units in taken.items() if units > 0}
    everybody = len({who for _product, who in kept})
    found = []
    for key in {product for product, _who in kept} & set(PRODUCTS):
        units = [amount for (product, _who), amount in kept.items() if product == key]
        share = (Decimal(len(units)) / everybody).quantize(Decimal("0.0001"), ROUND_HALF_UP)
        found.append({"product_key": key, "buyers": len(units), "units": sum(units), "share": share})
    return sorted(found, key=lambda row: (-row["buyers"], -row["units"], row["product_key"]))
