"""Asking a store: answers in the declared types, in pieces, in files, and held for a while."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recompra.warehouse.contract import Engine
from recompra.warehouse.duck import DuckEngine
from recompra.warehouse.engine import engine
from recompra.warehouse.load import LoadBatch
from recompra.warehouse.schema import TABLES, orders, products, visits
from tests.warehouse.facts import batch, order


def test_an_address_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="must start with duckdb: or postgresql:"):
        engine("mysql://localhost")


def test_money_comes_back_as_decimal_and_counts_as_integers(store: Engine, tmp_path: Path) -> None:
    store.apply(batch(tmp_path, 1, [order(1, net="0.10"), order(2, net="0.20")]))
    found = store.run(orders.agg(net=orders.net.sum(), n=orders.count(), units=orders.store_key.sum()))
    assert found.to_pylist() == [{"net": Decimal("0.30"), "n": 2, "units": 2}]
    assert [str(kind) for kind in found.schema.types] == ["decimal128(38, 2)", "int64", "int64"]


def test_a_value_is_never_read_as_sql(store: Engine, tmp_path: Path) -> None:
    store.apply(batch(tmp_path, 1, [order(1, kind="sale"), order(2, kind="'; DROP TABLE orders; --")]))
    found = store.rows(orders.filter(orders.kind == "'; DROP TABLE orders; --").select("order_key"))
    assert found == [{"order_key": 2}]


def test_a_parameter_is_given_when_it_is_run(store: Engine, tmp_path: Path) -> None:
    store.apply(batch(tmp_path, 1, [order(1, 5), order(2, 6)]))
    who = ibis.param("int64")
    expr = orders.filter(orders.customer_key == who).select("order_key")
    assert store.rows(expr, {who: 6}) == [{"order_key": 2}]


def test_a_long_answer_comes_in_pieces_while_other_questions_are_asked(store: Engine, tmp_path: Path) -> None:
    store.apply(batch(tmp_path, 1, [order(n, n) for n in range(1, 5001)]))
    seen = 0
    for piece in store.batches(orders.select("order_key"), rows=1000):
        assert store.rows(orders.agg(n=orders.count())) == [{"n": 5000}]
        seen += piece.num_rows
    assert seen == 5000


def test_an_answer_is_written_to_a_file(store: Engine, tmp_path: Path) -> None:
    store.apply(batch(tmp_path, 1, [order(1, None, net="0.10")]))
    expr = orders.select("order_key", "customer_key", "net", "ordered_on")
    assert store.write(expr, tmp_path / "o.csv", "csv") == 1
    assert (tmp_path / "o.csv").read_text().splitlines() == [
        '"order_key","customer_key","net","ordered_on"',
        "1,,0.10,2026-05-01",
    ]
    store.write(expr, tmp_path / "o.parquet", "parquet")
    assert pq.read_table(tmp_path / "o.parquet").to_pylist() == store.rows(expr)


def test_what_is_held_does_not_move_when_the_facts_do(store: Engine, tmp_path: Path) -> None:
    store.apply(batch(tmp_path, 1, [order(1)]))
    seen: list[object] = []

    def write_and_read() -> None:
        store.apply(batch(tmp_path, 2, [order(2)]))
        seen.append(store.rows(orders.agg(n=orders.count())))

    with store.hold(orders.select("order_key"), "held") as held:
        writer = threading.Thread(target=write_and_read)
        writer.start()
        writer.join()
        assert seen == [[{"n": 2}]]
        assert store.rows(held) == [{"order_key": 1}]
        assert store.rows(orders.agg(n=orders.count())) == [{"n": 1}]
        assert sum(piece.num_rows for piece in store.batches(orders)) == 1
    assert store.rows(orders.agg(n=orders.count())) == [{"n": 2}]


def test_a_reader_sees_the_new_generation_at_its_next_question(duck: DuckEngine, tmp_path: Path) -> None:
    other = DuckEngine.at(f"duckdb:{duck.folder.path}")
    assert other.rows(orders.agg(n=orders.count())) == [{"n": 0}]
    for number in range(1, 6):
        duck.apply(batch(tmp_path, number, [order(number)]))
        assert other.rows(orders.agg(n=orders.count())) == [{"n": number}]


def test_two_engines_of_one_process_read_the_same_file(duck: DuckEngine, tmp_path: Path) -> None:
    duck.apply(batch(tmp_path, 1, [order(1)]))
    other = DuckEngine.at(f"duckdb:{duck.folder.path}")
    assert duck.rows(orders.select("order_key")) == other.rows(orders.select("order_key"))


def test_many_threads_ask_while_one_writes(duck: DuckEngine, tmp_path: Path) -> None:
    duck.apply(batch(tmp_path, 1, [order(1)]))
    wrong: list[object] = []

    def ask() -> None:
        last = 0
        for _ in range(40):
            try:
                found: int = duck.rows(orders.agg(n=orders.count()))[0]["n"]
            except Exception as error:
                wrong.append(error)
                return
            if found < last:
                wrong.append((last, found))
            last = found

    readers = [threading.Thread(target=ask) for _ in range(6)]
    for reader in readers:
        reader.start()
    for number in range(2, 8):
        duck.apply(batch(tmp_path, number, [order(number)]))
    for reader in readers:
        reader.join()
    assert not wrong


def test_a_reader_can_touch_no_other_file(duck: DuckEngine, tmp_path: Path) -> None:
    duck.apply(batch(tmp_path, 1, [order(1)]))
    cursor = duck._cursor()
    with pytest.raises(Exception, match="disabled"):
        cursor.execute("SELECT * FROM read_csv('/etc/passwd')")
    with pytest.raises(Exception, match="read-only"):
        cursor.execute("DELETE FROM orders")
    with pytest.raises(Exception, match="locked"):
        cursor.execute("SET memory_limit = '20GB'")


def test_an_older_duckdb_can_read_the_files(duck: DuckEngine, tmp_path: Path) -> None:
    duck.apply(batch(tmp_path, 1, [order(1)]))
    tags = duck._cursor().execute("SELECT tags['storage_version'] FROM duckdb_databases() WHERE NOT internal")
    assert "v1.5.0" in str(tags.fetchall())


def test_answers_are_plain_arrow(store: Engine) -> None:
    assert isinstance(store.run(orders.limit(1)), pa.Table)


def test_a_store_made_before_a_table_was_declared_gets_it_by_an_upgrade(
    store: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.delitem(TABLES, "visits")
        store.apply(batch(tmp_path, 1, [order(1)]))
    assert store.upgrade()
    assert not store.upgrade()
    assert store.rows(visits.agg(n=visits.count())) == [{"n": 0}]
    assert store.rows(orders.agg(n=orders.count())) == [{"n": 1}]


def goods(folder: Path, number: int, **columns: list[object]) -> LoadBatch:
    """A batch of products with these columns and no others."""
    path = folder / f"products-{number}.parquet"
    keys = list(range(number * 10, number * 10 + len(columns["name"])))
    table = {
        "product_key": keys,
        "code": [str(key) for key in keys],
        "batch": [number] * len(keys),
        **columns,
    }
    pq.write_table(pa.table(table), path)
    return LoadBatch(number, products=path)


def test_a_store_made_before_a_column_was_declared_gets_it_empty_by_an_upgrade(
    store: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        older = ibis.table(products.drop("stock", "brand").schema(), name="products")
        before.setitem(TABLES, "products", older)
        store.apply(goods(tmp_path, 1, name=["Vestido", "Saia"]))
    assert store.upgrade()
    assert not store.upgrade()
    store.apply(goods(tmp_path, 2, name=["Blusa"], stock=[Decimal(7)]))
    told = [(row["name"], row["stock"], row["brand"]) for row in store.rows(products.order_by("product_key"))]
    assert told == [("Vestido", None, None), ("Saia", None, None), ("Blusa", Decimal("7.0000"), None)]
    store.rebuild()
    assert [row["stock"] for row in store.rows(products.order_by("product_key"))] == [None, None, 7]


def test_an_older_file_is_the_same_batch_still(store: Engine, tmp_path: Path) -> None:
    older = goods(tmp_path, 1, name=["Vestido"])
    assert store.apply(older).counts["products"].new == 1
    assert store.apply(older).counts["products"].new == 1
    assert len(store.rows(products)) == 1


def test_a_desk_stands_on_one_generation_and_leaves_nothing(store: Engine, tmp_path: Path) -> None:
    store.apply(batch(tmp_path, 1, [order(1), order(2, 2)]))
    version = store.version()
    with store.desk() as desk:
        per_customer = orders.group_by("customer_key").agg(n=orders.count())
        counted = desk.hold(per_customer, "counted")
        chosen = desk.hold(pa.table({"customer_key": [2], "weight": [0.5]}), "chosen")
        store.apply(batch(tmp_path / "later", 2, [order(3, 2)]))
        joined = counted.join(chosen, "customer_key").select("customer_key", "n", "weight")
        assert desk.rows(joined) == [{"customer_key": 2, "n": 1, "weight": 0.5}]
        assert desk.rows(orders.agg(n=orders.count())) == [{"n": 2}]
        assert store.rows(orders.agg(n=orders.count())) == [{"n": 3}]
        desk.drop("chosen")
        desk.hold(pa.table({"customer_key": [1]}), "chosen")
    with store.desk() as desk, pytest.raises(Exception, match="counted"):
        desk.run(ibis.table(per_customer.schema(), name="counted"))
    assert store.version() != version


def test_what_is_held_has_the_types_that_its_expression_says(store: Engine, tmp_path: Path) -> None:
    store.apply(batch(tmp_path, 1, [order(1), order(2, 2)]))
    summed = orders.group_by("customer_key").agg(n=orders.order_key.sum(), money=orders.net.sum())
    kinds = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'summed'"
    with store.desk() as desk:
        held = desk.hold(summed, "summed")
        connection: Any = desk.connection  # type: ignore[attr-defined]  # both our desks have one
        cursor = connection.cursor() if store.dialect == "postgres" else connection
        found = dict(cursor.execute(kinds).fetchall())
        assert {found["customer_key"].upper(), found["n"].upper()} == {"BIGINT"}
        assert desk.run(held.order_by("customer_key")) == desk.run(summed.order_by("customer_key"))
