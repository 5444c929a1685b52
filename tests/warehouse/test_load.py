"""Bringing batches into the facts: by key, once, and only what changed. Both kinds of store keep the same
promises."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recompra.warehouse.contract import Engine
from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.load import BrokenBatch, Counts, LoadBatch, WriterBusy
from recompra.warehouse.schema import TABLES, orders
from tests import twelve_orders
from tests.warehouse.facts import batch, order


def total(store: Engine) -> Decimal | None:
    return store.rows(orders.agg(net=orders.net.sum()))[0]["net"]


def everything(store: Engine) -> dict[str, pa.Table]:
    order_by = {"orders": ["order_key"], "order_items": ["order_key", "line"]}
    return {
        name: store.run(table.order_by(order_by.get(name, [table.columns[0]])))
        for name, table in TABLES.items()
    }


def test_before_anything_is_published_every_table_is_there_and_empty(store: Engine) -> None:
    assert store.version() == ""
    assert store.check()["rows"] == dict.fromkeys(TABLES, 0)


def test_a_batch_comes_in_and_is_counted(store: Engine, tmp_path: Path) -> None:
    applied = store.apply(batch(tmp_path, 1, [order(1), order(2, None)]))
    assert applied.counts == {"orders": Counts(new=2)}
    assert applied.generation == store.version() != ""
    assert total(store) == Decimal("200.00")


def test_a_batch_applied_twice_changes_nothing_and_says_what_it_did_the_first_time(
    store: Engine, tmp_path: Path
) -> None:
    first = store.apply(batch(tmp_path, 1, [order(1)]))
    store.apply(batch(tmp_path, 2, [order(1, net="7.00")]))
    before = store.version()
    assert store.apply(batch(tmp_path, 1, [order(1)])).counts == first.counts
    assert (store.version(), total(store)) == (before, Decimal("7.00"))


def test_the_same_rows_under_another_id_make_no_new_generation(store: Engine, tmp_path: Path) -> None:
    store.apply(batch(tmp_path, 1, [order(1), order(2)]))
    before = store.version()
    assert store.apply(batch(tmp_path, 2, [order(2), order(1)])).counts == {"orders": Counts(unchanged=2)}
    assert store.version() == before


def test_a_changed_row_replaces_the_old_one_and_a_missing_one_stays(store: Engine, tmp_path: Path) -> None:
    store.apply(batch(tmp_path, 1, [order(1), order(2), order(3)]))
    applied = store.apply(batch(tmp_path, 2, [order(1, net="5.00"), order(2), order(4, net="1.00")]))
    assert applied.counts == {"orders": Counts(new=1, changed=1, unchanged=1)}
    assert total(store) == Decimal("206.00")


def test_a_customer_who_appears_or_vanishes_is_a_change(store: Engine, tmp_path: Path) -> None:
    store.apply(batch(tmp_path, 1, [order(1, None), order(2, 9)]))
    counts = store.apply(batch(tmp_path, 2, [order(1, 9), order(2, None)])).counts
    assert counts == {"orders": Counts(changed=2)}


def test_compare_says_what_apply_would_do_and_does_not(store: Engine, tmp_path: Path) -> None:
    assert store.compare(batch(tmp_path, 1, [order(1)])) == {"orders": Counts(new=1)}
    assert store.version() == ""
    store.apply(batch(tmp_path, 1, [order(1)]))
    before = everything(store)
    asked = batch(tmp_path, 2, [order(1, net="5.00"), order(2)])
    assert store.compare(asked) == {"orders": Counts(new=1, changed=1)}
    assert everything(store) == before


def test_several_batches_come_in_together_in_their_order(store: Engine, tmp_path: Path) -> None:
    found = store.apply_all([batch(tmp_path, 1, [order(1)]), batch(tmp_path, 2, [order(1, net="3.00")])])
    assert [one.counts["orders"] for one in found] == [Counts(new=1), Counts(changed=1)]
    assert len({one.generation for one in found}) == 1
    assert total(store) == Decimal("3.00")


def test_batches_of_different_tables_come_in_together(store: Engine, tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    day = dt.date(2026, 5, 1)
    row = {
        "event_key": 7, "customer_key": 1, "event": "email_opened", "channel": "email", "campaign": None,
        "occurred_at": dt.datetime.combine(day, dt.time(12)), "occurred_on": day, "batch": 2,
    }  # fmt: skip
    pq.write_table(pa.Table.from_pylist([row], schema=arrow_schema(TABLES["events"].schema())), path)
    whole = LoadBatch(1, **twelve_orders.parquet(day, tmp_path / "twelve"))
    done = store.apply_all([whole, LoadBatch(2, events=path), LoadBatch(3)])
    assert [sum(found.new for found in each.counts.values()) for each in done][1:] == [1, 0]
    assert store.rows(TABLES["events"]) == [row]
    assert len(store.rows(TABLES["orders"])) == 12


def test_a_key_twice_in_one_batch_is_refused_whole(store: Engine, tmp_path: Path) -> None:
    with pytest.raises(BrokenBatch, match="1 rows of orders have a key used twice"):
        store.apply(batch(tmp_path, 1, [order(1), order(1, net="2.00"), order(2)]))
    assert (store.version(), total(store)) == ("", None)


def test_an_id_that_now_names_other_rows_is_refused(store: Engine, tmp_path: Path) -> None:
    store.apply(batch(tmp_path, 1, [order(1)]))
    with pytest.raises(BrokenBatch, match="batch 1 was applied before with other rows"):
        store.apply(batch(tmp_path / "other", 1, [order(2)]))


def test_a_missing_column_is_refused(store: Engine, tmp_path: Path) -> None:
    pq.write_table(pa.table({"store_key": [1]}), tmp_path / "stores.parquet")
    with pytest.raises(BrokenBatch, match="stores lacks is_online, name"):
        store.apply(LoadBatch(1, stores=tmp_path / "stores.parquet"))


def test_the_facts_can_be_made_again_from_the_archive(store: Engine, tmp_path: Path) -> None:
    store.apply(batch(tmp_path, 7, [order(1), order(2)]))
    store.apply(batch(tmp_path, 3, [order(2, net="1.50"), order(3, None)]))
    before, version = everything(store), store.version()
    assert store.rebuild() != version
    assert everything(store) == before
    assert store.apply(batch(tmp_path, 3, [order(2, net="1.50"), order(3, None)])).counts["orders"].new == 1


def test_a_computed_table_is_replaced_from_an_expression_and_from_arrow(
    store: Engine, tmp_path: Path
) -> None:
    store.apply(batch(tmp_path, 1, [order(1), order(2, 2)]))
    before = store.version()
    whole = ("cuts_version", "orders", "purchase_days", "store_key", "recency_days", "frequency")
    scores = ("recency_score", "frequency_score", "monetary_score")
    expression = orders.group_by("customer_key").agg(
        **dict.fromkeys([*whole, *scores], orders.count()),
        **dict.fromkeys(["as_of", "first_on", "last_on"], orders.ordered_on.max()),
        **dict.fromkeys(["ltv", "aov", "mean_interval_days", "monetary"], orders.net.sum() / 10),
        is_online=orders.is_online.any(),
        segment=orders.kind.max(),
    )
    assert store.replace("scores", expression) == store.version() != before
    found = store.run(TABLES["scores"].order_by("customer_key"))
    assert found["ltv"].to_pylist() == [Decimal("10.00"), Decimal("10.00")]
    store.replace("scores", found.slice(0, 1))
    assert store.check()["rows"]["scores"] == 1
    assert total(store) == Decimal("200.00")


def test_rows_read_from_an_older_version_are_not_written_over_newer_ones(
    store: Engine, tmp_path: Path
) -> None:
    store.apply(batch(tmp_path, 1, [order(1)]))
    read = store.version()
    store.apply(batch(tmp_path, 2, [order(1, net="7.00")]))
    with pytest.raises(WriterBusy):
        store.apply_all([batch(tmp_path, 3, [order(1, net="9.00")])], upon=read)
    assert total(store) == Decimal("7.00")
    store.apply_all([batch(tmp_path, 3, [order(1, net="9.00")])], upon=store.version())
    assert total(store) == Decimal("9.00")
