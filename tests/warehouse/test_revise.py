"""Several computed tables in one generation. Both kinds of store keep the same promises."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recompra.warehouse.contract import Draft, Engine
from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.schema import members, moves
from tests.warehouse.facts import batch, order

DAY = dt.date(2026, 11, 22)


def of(*pairs: tuple[int, int]) -> pa.Table:
    """Members: (segment, customer)."""
    rows = [{"segment_id": segment, "customer_key": key, "since": DAY} for segment, key in pairs]
    return pa.Table.from_pylist(rows, arrow_schema(members.schema()))


def held(store: Engine) -> list[tuple[int, int]]:
    rows = store.rows(members.order_by("segment_id", "customer_key"))
    return [(row["segment_id"], row["customer_key"]) for row in rows]


def test_what_is_written_is_seen_inside_and_published_in_one_generation(store: Engine) -> None:
    def work(draft: Draft) -> None:
        draft.put("members", of((1, 10), (1, 11), (2, 10)))
        left = draft.hold(
            members.filter(members.customer_key == 10).select("segment_id", "customer_key"), "l"
        )
        gone = left.select(
            "segment_id",
            "customer_key",
            moved_at=ibis.literal(dt.datetime(2026, 11, 22, 3)),  # noqa: DTZ001 (UTC, as everywhere in the facts)
            entered=ibis.literal(False),
            reason=ibis.literal("load"),
        )
        draft.add("moves", gone)
        draft.remove("members", left)
        draft.drop("l")
        assert draft.rows(members.count()) == [{members.count().get_name(): 1}]
        assert store.version() == before

    before = store.version()
    assert store.revise(work) == store.version() != before
    assert held(store) == [(1, 11)]
    assert [row["segment_id"] for row in store.rows(moves.order_by("segment_id"))] == [1, 2]


def test_where_it_raises_nothing_is_published_and_another_may_write(store: Engine, tmp_path: Path) -> None:
    store.replace("members", of((1, 10)))

    def work(draft: Draft) -> None:
        draft.put("members", of((1, 11)))
        raise RuntimeError("the disk caught fire")

    before = store.version()
    with pytest.raises(RuntimeError, match="caught fire"):
        store.revise(work)
    assert (store.version(), held(store)) == (before, [(1, 10)])
    store.apply(batch(tmp_path, 1, [order(1)]))


def test_looking_only_makes_no_generation(store: Engine) -> None:
    store.replace("members", of((1, 10)))
    before = store.version()
    assert store.revise(lambda draft: draft.rows(members)) == before


def test_an_arrow_table_is_held_as_well(store: Engine) -> None:
    def work(draft: Draft) -> None:
        chosen = draft.hold(pa.table({"customer_key": pa.array([10], pa.int64())}), "chosen")
        draft.put("members", of((1, 10), (2, 10), (2, 11)))
        draft.remove("members", chosen)

    store.revise(work)
    assert held(store) == [(2, 11)]


def test_rows_come_from_a_parquet_file_too_and_may_be_held_twice(store: Engine, tmp_path: Path) -> None:
    pq.write_table(of((3, 30), (1, 10)), tmp_path / "members.parquet")

    def work(draft: Draft) -> None:
        draft.put("members", tmp_path / "members.parquet")
        draft.add("members", tmp_path / "members.parquet")
        draft.put("members", members.distinct())

    store.revise(work)
    assert held(store) == [(1, 10), (3, 30)]
