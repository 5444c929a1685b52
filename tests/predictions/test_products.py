"""What is known of the products is published with the predictions, and honest where little is known."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recompra.predictions.goods import NO_PRODUCTS, Lines
from recompra.predictions.part import NOT_ENOUGH, Asked, Record
from recompra.predictions.products import put_products
from recompra.warehouse.contract import Engine
from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.duck import DuckEngine
from recompra.warehouse.load import LoadBatch
from recompra.warehouse.schema import (
    TABLES,
    group_pairs,
    order_items,
    product_figures,
    product_pairs,
    products,
)
from tests.analytics.test_recommendations import a_line

AS_OF = dt.date(2026, 6, 1)


def shop(folder: Path, items: list[dict[str, Any]], names: int) -> Engine:
    """These lines, and so many products without groups."""
    nothing = dict.fromkeys(TABLES["products"].columns)
    known = [
        nothing | {"product_key": key, "code": f"P{key}", "name": f"Produto {key}", "batch": 1}
        for key in range(1, names + 1)
    ]
    files = {}
    for name, rows in (("order_items", items), ("products", known)):
        files[name] = folder / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema(TABLES[name].schema())), files[name])
    store = DuckEngine.at(f"duckdb:{folder / 'facts'}")
    store.apply(LoadBatch(1, **files))
    return store


def looked_at(store: Engine, as_of: dt.date = AS_OF) -> Record:
    found: list[Record] = []
    lines = Lines(order_items, order_items, products)
    store.revise(lambda draft: found.append(put_products(draft, lines, Asked(as_of, 30, 180))))
    return found[0]


def loyal(customers: int) -> list[dict[str, Any]]:
    """Each customer buys one of three favourites every twenty days for a year, and a passing thing."""
    return [
        a_line(1000 * who + visit, key, who, AS_OF - dt.timedelta(days=visit * 20 + who % 7))
        for who in range(1, customers + 1)
        for visit in range(18)
        for key in (1 + who % 3, 4 + (who + visit) % 12)
    ]


def test_a_shop_of_habits_is_foretold_and_published(tmp_path: Path) -> None:
    store = shop(tmp_path, loyal(60), 15)
    record = looked_at(store)
    assert (record.is_shown, record.reason) == (True, "")
    assert record.accuracy is not None
    measures = {one["name"]: one for one in record.accuracy["measures"]}
    assert measures["hit_10_personal"]["value"] >= max(measures["hit_10_personal"]["baselines"].values())
    assert record.accuracy["lists"]["personal"]["hit_10"] > 0.9  # the favourite is always among the first
    rows = store.rows(product_figures)
    assert len(rows) == 15
    assert all(row["step_key"] is None for row in rows)  # there are no groups
    assert not store.rows(group_pairs)
    assert store.rows(product_pairs) is not None
    store.close()


def test_the_past_is_judged_alike_when_all_later_rows_are_deleted(tmp_path: Path) -> None:
    cut = AS_OF - dt.timedelta(days=60)
    (tmp_path / "whole").mkdir()
    (tmp_path / "before").mkdir()
    items = loyal(40)
    whole = shop(tmp_path / "whole", items, 15)
    before = shop(tmp_path / "before", [row for row in items if row["ordered_on"] <= cut], 15)
    assert looked_at(whole, cut) == looked_at(before, cut)
    by_key = product_figures.order_by("product_key")
    assert whole.rows(by_key) == before.rows(by_key)


ONCE = [a_line(who, 1 + who % 3, who, AS_OF - dt.timedelta(days=who)) for who in range(1, 200)]
TEN = [a_line(who, 1, who, AS_OF - dt.timedelta(days=who)) for who in range(1, 11)]
GIANT = [
    a_line(order, key, 7, AS_OF - dt.timedelta(days=order % 300), quantity=Decimal(89_638))
    for order in range(1, 300)
    for key in (1, 2, 3)
]
FUTURE = [a_line(1, 1, 1, AS_OF + dt.timedelta(days=40)), a_line(2, 2, 1, AS_OF)]
WORTHLESS = [a_line(1, 1, 1, AS_OF, unit_price=Decimal(0), net=Decimal(-5)), a_line(2, 2, 2, AS_OF)]


@pytest.mark.parametrize(
    "items", [ONCE, TEN, GIANT, FUTURE, WORTHLESS], ids=["once", "ten", "giant", "future", "zero"]
)
def test_a_strange_base_gets_its_products_and_no_hit_rate(
    tmp_path: Path, items: list[dict[str, Any]]
) -> None:
    store = shop(tmp_path, items, 3)
    record = looked_at(store)
    assert (record.is_shown, record.reason, record.accuracy) == (False, NOT_ENOUGH, None)
    assert store.rows(product_figures)
    store.close()


def test_returns_alone_and_lines_without_products_recommend_nothing(tmp_path: Path) -> None:
    back = a_line(1, 1, 1, AS_OF, kind="return", quantity=Decimal(-1), net=Decimal(-10))
    nameless = a_line(2, 1, 1, AS_OF) | {"product_key": None}
    store = shop(tmp_path, [back, nameless], 3)
    record = looked_at(store)
    assert (record.is_shown, record.reason) == (False, NO_PRODUCTS)
    for table in (product_figures, product_pairs, group_pairs):
        assert not store.rows(table)
    store.close()
