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
from recompra.warehouse.contract import Desk
from recompra.warehouse.dialect import answer_schema, to_sql
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES, orders
from tests.conformance import shop
from tests.conformance.expressions import ASKED, CUTS, STEPS

Pair = tuple[Desk, Desk]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[Pair]:
    """The same shop, scored, on DuckDB and on PostgreSQL, with the steps that other metrics read held."""
    folder = tmp_path_factory.mktemp("conformance")
    schema = f"conformance_{secrets.token_hex(4)}"
    stores = engine(f"duckdb:{folder / 'facts'}"), engine(f"{postgres_url}/postgres?schema={schema}")
    scored = rfm(customer_summary(orders, as_of=shop.AS_OF), CUTS)
    scored = scored.mutate(as_of=ibis.literal(shop.AS_OF), cuts_version=ibis.literal(1, "int64"))
    for store in stores:
        store.apply(shop.batch(folder / "parquet"))
        store.replace("scores", scored)
        store.replace("people", shop.people())
    with stores[0].desk() as duck, stores[1].desk() as postgres:
        for name, step in STEPS.items():
            duck.hold(step, name)
            postgres.hold(step, name)
        yield duck, postgres
    for store in stores:
        store.close()


def sorted_answer(store: Desk, expr: ibis.Table) -> pa.Table:
    return sorted_by_all(store.run(expr))


def sorted_by_all(found: pa.Table) -> pa.Table:
    return found.sort_by([(name, "ascending") for name in found.column_names])


def busiest(store: Desk) -> int:
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
    assert one.schema.names == list(expr.columns), "the answers are of the promised types"
    assert one.schema == other.schema
    assert one.num_rows > 0
    assert one.to_pylist() == other.to_pylist()
    for store, answer in ((duck, one), (postgres, other)):
        rows = store.rows(expr)
        assert kinds(rows) == kinds(answer.to_pylist()), "rows are the answer in Python"
        found = pa.Table.from_pylist(rows, schema=answer_schema(expr))
        assert sorted_by_all(found).to_pylist() == answer.to_pylist()


@pytest.mark.postgres
@pytest.mark.parametrize("name", TABLES)
def test_the_stored_facts_are_the_same(both: Pair, name: str) -> None:
    one, other = (sorted_answer(store, TABLES[name]) for store in both)
    assert one.to_pylist() == other.to_pylist()


@pytest.mark.parametrize("dialect", ["clickhouse", "databricks"])
@pytest.mark.parametrize("name", ASKED)
def test_every_metric_compiles_for_the_promised_engines_that_do_not_run_here(name: str, dialect: str) -> None:
    sql = to_sql(ASKED[name](1), dialect)
    assert sql.startswith(("SELECT", "WITH"))
    assert "DATE_FROM_PARTS" not in sql


def test_no_metric_is_left_out() -> None:
    assert {name.split(" ")[0] for name in ASKED} == {metric.name for metric in metrics()}


def kinds(rows: list[dict[str, Any]]) -> set[tuple[type, ...]]:
    """The Python types that rows are made of: an answer without an order begins with any of its rows."""
    return {tuple(map(type, row.values())) for row in rows}
