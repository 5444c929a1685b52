"""A store of one's own for each run of tests, filled row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import ibis
import pyarrow as pa
import pytest

from recompra.warehouse.contract import Engine
from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.duck import DuckEngine
from recompra.warehouse.load import LoadBatch
from recompra.warehouse.schema import TABLES
from tests import twelve_orders

AS_OF = dt.date(2026, 6, 1)
Ask = Callable[[ibis.Expr, list[dict[str, Any]]], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The twelve orders, as of 1 June 2026."""
    folder = tmp_path_factory.mktemp("twelve")
    store = DuckEngine.at(f"duckdb:{folder / 'facts'}")
    store.apply(LoadBatch(1, **twelve_orders.parquet(AS_OF, folder / "parquet")))
    return store


@pytest.fixture(scope="session")
def ask() -> Ask:
    """`ask(expression, orders)` answers an expression over `orders` of the given rows, in memory."""
    import duckdb

    from recompra.warehouse.dialect import answer_schema, to_sql

    connection = duckdb.connect()

    def answer(expr: ibis.Expr, orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
        table = pa.Table.from_pylist(orders, schema=arrow_schema(TABLES["orders"].schema()))
        connection.register("orders", table)
        found = connection.sql(to_sql(expr, "duckdb")).to_arrow_table().cast(answer_schema(expr))
        rows: list[dict[str, Any]] = found.to_pylist()
        return rows

    return answer
