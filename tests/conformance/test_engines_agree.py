"""One expression, one answer: every metric in every cell on DuckDB and on PostgreSQL, and it compiles for
the rest."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import ibis
import pyarrow as pa
import pytest

from recompra.analytics.catalog import metrics
from recompra.analytics.customer_summary import customer_summary
from recompra.analytics.rfm import rfm
from recompra.warehouse.contract import Engine
from recompra.warehouse.dialect import answer_schema, to_sql
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES, orders
from tests.conformance import shop
from tests.conformance.expressions import ASKED, CUTS

Pair = tuple[Engine, Engine]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[Pair]:
    """The same shop, scored, on DuckDB and on PostgreSQL."""
    folder = tmp_path_factory.mktemp("conformance")
    schema = f"conformance_{secrets.token_hex(4)}"
    stores = engine(f"duckdb:{folder / 'facts'}"), engine(f"{postgres_url}/postgres?schema={schema}")
    scored = rfm(customer_summary(orders, as_of=shop.AS_OF), CUTS)
    scored = scored.mutate(as_of=ibis.literal(shop.AS_OF), cuts_version=ibis.literal(1, "int64"))
    for store in stores:
        store.apply(shop.batch(folder / "parquet"))
        store.replace("scores", scored)
        store.replace("people", shop.people())
    yield stores
    for store in stores:
        store.close()


def sorted_answer(store: Engine, expr: ibis.Table) -> pa.Table:
    found = store.run(expr)
    return found.sort_by([(name, "ascending") for name in found.column_names])


def busiest(store: Engine) -> int:
    known = orders.filter(orders.customer_key.notnull())
    by_customer = known.group_by("customer_key").agg(n=known.count())
    found: int = store.rows(by_customer.order_by([ibis.desc("n"), "customer_key"]).limit(1))[0][
        "customer_key"
    ]
    return found


@pytest.mark.postgres
@pytest.mark.parametrize("name", ASKED)
def test_duckdb_and_postgresql_agree_in_every_cell(both: Pair, name: str) -> None:
    duck, postgres = both
    expr = ASKED[name](busiest(duck))
    one, other = sorted_answer(duck, expr), sorted_answer(postgres, expr)
    assert one.schema == other.schema
    assert one.num_rows > 0
    assert one.to_pylist() == other.to_pylist()


@pytest.mark.postgres
@pytest.mark.parametrize("name", TABLES)
def test_the_stored_facts_are_the_same(both: Pair, name: str) -> None:
    one, other = (sorted_answer(store, TABLES[name]) for store in both)
    assert one.to_pylist() == other.to_pylist()


@pytest.mark.postgres
def test_the_answers_are_of_the_promised_types(both: Pair) -> None:
    for store in both:
        for name, ask in ASKED.items():
            expr = ask(1)
            found = store.run(expr).schema
            assert found.names == list(expr.columns), name


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "clickhouse", "databricks"])
@pytest.mark.parametrize("name", ASKED)
def test_every_metric_compiles_for_every_promised_engine(name: str, dialect: str) -> None:
    sql = to_sql(ASKED[name](1), dialect)
    assert sql.startswith(("SELECT", "WITH"))
    assert "DATE_FROM_PARTS" not in sql


def test_no_metric_is_left_out() -> None:
    assert {name.split(" ")[0] for name in ASKED} == {metric.name for metric in metrics()}


@pytest.mark.parametrize("name", ASKED)
def test_rows_are_the_answer_in_python(both: Pair, name: str) -> None:
    for store in both:
        expr = ASKED[name](busiest(store))
        by_all = [(column, "ascending") for column in expr.columns]
        answer = store.run(expr).sort_by(by_all).to_pylist()
        found = pa.Table.from_pylist(store.rows(expr), schema=answer_schema(expr)).sort_by(by_all)
        assert found.to_pylist() == answer
        assert kinds(store.rows(expr)) == kinds(store.run(expr).to_pylist())


def kinds(rows: list[dict[str, Any]]) -> set[tuple[type, ...]]:
    """The Python types that rows are made of: an answer without an order begins with any of its rows."""
    return {tuple(map(type, row.values())) for row in rows}
