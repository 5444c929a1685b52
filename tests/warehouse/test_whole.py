"""An order is worth all its lines, those held and those that come; in both kinds of store alike."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recompra.warehouse.contract import Engine
from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.load import WHOLE_LINE, Counts, LoadBatch
from recompra.warehouse.schema import TABLES, order_items, orders
from tests.warehouse.facts import order

DAY = dt.date(2026, 5, 1)


def line(order_key: int, number: int, net: str = "10.00", **fields: Any) -> dict[str, Any]:
    """One row of `order_items`: a piece sold to customer 1 in store 1, if not said otherwise."""
    return {
        "order_key": order_key,
        "line": number,
        "customer_key": 1,
        "store_key": 1,
        "product_key": 5,
        "kind": "sale",
        "is_cancelled": False,
        "ordered_at": dt.datetime.combine(DAY, dt.time(12)),
        "ordered_on": DAY,
        "quantity": Decimal(1),
        "unit_price": Decimal(net),
        "discount": Decimal(0),
        "net": Decimal(net),
        "batch": 1,
    } | fields


def bring(folder: Path, number: int, heads: list[dict[str, Any]], lines: list[dict[str, Any]]) -> LoadBatch:
    paths = {}
    for table, rows in (("orders", heads), ("order_items", lines)):
        paths[table] = folder / f"{table}-{number}.parquet"
        schema = arrow_schema(TABLES[table].schema())
        pq.write_table(pa.Table.from_pylist([{**row, "batch": number} for row in rows], schema), paths[table])
    return LoadBatch(number, paths["orders"], paths["order_items"])


def heads(store: Engine) -> dict[int, tuple[Decimal, Decimal, bool]]:
    return {row["order_key"]: (row["net"], row["units"], row["is_cancelled"]) for row in store.rows(orders)}


@pytest.fixture
def held(store: Engine, tmp_path: Path) -> Engine:
    """Order 1 with two lines of R$ 10.00 and order 2 with one."""
    rows = [line(1, 1), line(1, 2), line(2, 1)]
    store.apply(bring(tmp_path, 1, [order(1, net="20.00", units=Decimal(2)), order(2, net="10.00")], rows))
    return store


def test_a_further_line_is_added_to_its_order(held: Engine, tmp_path: Path) -> None:
    coming = bring(tmp_path, 2, [order(1, net="1.50")], [line(1, 3, "1.50")])
    counts = {"orders": Counts(changed=1), "order_items": Counts(new=1)}
    assert held.compare(coming) == counts
    assert held.apply(coming).counts == counts
    assert heads(held) == {1: (Decimal("21.50"), Decimal(3), False), 2: (Decimal("10.00"), Decimal(1), False)}
    again = held.apply(bring(tmp_path, 3, [order(1, net="1.50")], [line(1, 3, "1.50")]))
    assert again.counts == {"orders": Counts(unchanged=1), "order_items": Counts(unchanged=1)}


def test_lines_held_follow_their_orders_header_and_are_not_counted(held: Engine, tmp_path: Path) -> None:
    early = {"day": DAY - dt.timedelta(days=1)}
    moment = {
        "ordered_on": early["day"],
        "ordered_at": dt.datetime.combine(early["day"], dt.time(12)),
        "customer_key": 9,
    }
    coming = bring(tmp_path, 2, [order(1, 9, net="10.00", **early)], [line(1, 2, **moment)])
    assert held.apply(coming).counts == {"orders": Counts(changed=1), "order_items": Counts(changed=1)}
    found = held.rows(order_items.filter(order_items.order_key == 1))
    assert {(row["customer_key"], row["ordered_on"]) for row in found} == {(9, early["day"])}
    assert heads(held)[1] == (Decimal("20.00"), Decimal(2), False)


def test_a_header_alone_lowers_no_value_and_may_cancel(held: Engine, tmp_path: Path) -> None:
    empty = {"net": "0.00", "units": Decimal(0)}
    before = held.version()
    assert held.apply(bring(tmp_path, 2, [order(1, **empty)], [])).counts["orders"] == Counts(unchanged=1)
    assert held.version() == before
    held.apply(bring(tmp_path, 3, [order(1, is_cancelled=True, **empty)], []))
    assert heads(held)[1] == (Decimal("20.00"), Decimal(2), True)
    assert all(row["is_cancelled"] for row in held.rows(order_items.filter(order_items.order_key == 1)))


def test_an_order_without_any_line_keeps_the_value_given(store: Engine, tmp_path: Path) -> None:
    store.apply(bring(tmp_path, 1, [order(7, net="33.00")], []))
    store.apply(bring(tmp_path, 2, [order(7, net="0.00", units=Decimal(0))], []))
    assert heads(store) == {7: (Decimal("33.00"), Decimal(1), False)}
    store.apply(bring(tmp_path, 3, [order(7, net="30.00")], []))
    assert heads(store) == {7: (Decimal("30.00"), Decimal(1), False)}


def test_the_line_that_stands_for_a_whole_order_gives_way(store: Engine, tmp_path: Path) -> None:
    whole = [order(1, net="25.00")], [line(1, WHOLE_LINE, "25.00")]
    store.apply(bring(tmp_path, 1, *whole))
    store.apply(bring(tmp_path, 2, [order(1, net="10.00")], [line(1, 1)]))
    assert [row["line"] for row in store.rows(order_items)] == [1]
    counts = store.apply(bring(tmp_path, 3, *whole)).counts
    assert counts == {"orders": Counts(unchanged=1), "order_items": Counts(unchanged=1)}
    assert heads(store) == {1: (Decimal("10.00"), Decimal(1), False)}


def test_cancelled_lines_count_only_when_all_are(held: Engine, tmp_path: Path) -> None:
    gone = {"is_cancelled": True}
    held.apply(bring(tmp_path, 2, [order(1, net="10.00", **gone)], [line(1, 1, **gone)]))
    assert heads(held)[1] == (Decimal("10.00"), Decimal(1), False)
    held.apply(bring(tmp_path, 3, [order(1, net="10.00", **gone)], [line(1, 2, **gone)]))
    assert heads(held)[1] == (Decimal("20.00"), Decimal(2), True)


def test_the_archive_leads_to_the_same_orders(held: Engine, tmp_path: Path) -> None:
    held.apply(
        bring(
            tmp_path, 2, [order(1, net="1.50"), order(3, net="2.00")], [line(1, 3, "1.50"), line(3, 1, "2")]
        )
    )
    held.apply(bring(tmp_path, 3, [order(2, is_cancelled=True, net="0.00", units=Decimal(0))], []))
    before = heads(held)
    held.rebuild()
    assert heads(held) == before
