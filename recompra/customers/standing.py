"""Brings the scores of the warehouse to the people they belong to, writing only what changed."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
from django.db import connection

from recompra.accounts.models import Store
from recompra.customers.identity.turn import follow
from recompra.customers.identity.unseen import apart_ids, merged_ids
from recompra.customers.keys import owners_between
from recompra.customers.models import Standing
from recompra.warehouse.engine import Engine
from recompra.warehouse.schema import scores
from recompra.work.lease import Lease

CHUNK = 4_000  # a transaction of some 150 ms when all is new
NUMBERS = ("recency_score", "frequency_score", "monetary_score", "orders", "frequency")
TEXTS = ("last_on", "first_on", "monetary", "ltv", "mean_interval_days")  # in the warehouse days and money
COLUMNS = ("segment", *NUMBERS, *TEXTS, "store_id")
TYPES = ("varchar", *["integer"] * 5, "date", "date", "numeric", "numeric", "numeric", "bigint")
Row = tuple[Any, ...]


def publish(facts: Engine, lease: Lease) -> tuple[int, int]:
    """Make every `Standing` say what `scores` says.

    Returns:
        How many people have a standing now, and how many rows were written or taken away.
    """
    total = int(facts.rows(scores.aggregate(people=scores.count()))[0]["people"])
    stores = frozenset(Store.objects.values_list("id", flat=True))
    merged = merged_ids()
    unseen = merged | apart_ids()
    scored = array("q")  # the ids of everybody who has a score: 8 bytes each
    changed = done = 0
    last = -1
    for chunk in _chunks(facts):
        keys = chunk.column("customer_key").to_pylist()
        with lease.step():
            owners = owners_between(last, keys[-1])
            if strays := merged.intersection(owners[key] for key in keys if key in owners):
                follow(strays)
            owners = {key: pk for key, pk in owners.items() if pk not in unseen} if unseen else owners
            fresh = _fresh(chunk, keys, owners, stores)
            changed += write(fresh)
        scored.extend(row[0] for row in fresh)
        last, done = keys[-1], done + len(keys)
        lease.progress(done, total)
    if Standing.objects.count() != len(scored):
        changed += _take_away(sorted(scored), lease)
    return len(scored), changed


def _chunks(facts: Engine) -> Iterator[pa.RecordBatch]:
    """The scores, at most CHUNK rows at a time, in the order of the keys."""
    wanted = scores.select(
        "customer_key", "segment", *NUMBERS, "store_key", **{name: _text(scores[name]) for name in TEXTS}
    )
    for batch in facts.batches(wanted.order_by("customer_key"), rows=CHUNK):
        for start in range(0, batch.num_rows, CHUNK):
            yield batch.slice(start, CHUNK)


def _text(column: ir.Column) -> ir.Column:
    """A day or an amount as both databases read it: Python objects would cost more than the writing."""
    return column.cast("string")


def _fresh(
    chunk: pa.RecordBatch, keys: list[int], owners: dict[int, int], stores: frozenset[int]
) -> list[Row]:
    """(customer id, *COLUMNS) of everybody whose key still leads to a person; a store that the shop no
    longer has becomes none. In the order of the ids, which is how the table lies."""
    places = [store if store in stores else None for store in chunk.column("store_key").to_pylist()]
    values = (chunk.column(name).to_pylist() for name in COLUMNS[:-1])
    rows = zip(map(owners.get, keys), *values, places, strict=True)
    return sorted(row for row in rows if row[0] is not None)


def write(rows: list[Row]) -> int:
    """Insert or update standings, those alone that differ, and say how many they were."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL, [list(column) for column in zip(*rows, strict=True)])
        else:
            cursor.executemany(SQLITE, rows)
        return int(cursor.rowcount)


_NAMES = ", ".join(("customer_id", *COLUMNS))
_HELD = ", ".join(f"held.{name}" for name in COLUMNS)
_GIVEN = ", ".join(f"excluded.{name}" for name in COLUMNS)
_UPDATE = f"ON CONFLICT (customer_id) DO UPDATE SET ({', '.join(COLUMNS)}) = ({_GIVEN})"
SQLITE = f"""
    INSERT INTO customers_standing AS held ({_NAMES}) VALUES ({", ".join(["%s"] * (1 + len(COLUMNS)))})
    {_UPDATE} WHERE ({_HELD}) IS NOT ({_GIVEN})
"""  # noqa: S608 (names from this file)
# A row that an ON CONFLICT meets is locked, which writes it, even where nothing is updated: hence the join.
POSTGRESQL = f"""
    INSERT INTO customers_standing ({_NAMES})
    SELECT fresh.* FROM (
        SELECT customer_id, {", ".join(f"{name}::{kind}" for name, kind in zip(COLUMNS, TYPES, strict=True))}
        FROM unnest(%s::bigint[], %s::text[], {", ".join(["%s::integer[]"] * 5)},
                    {", ".join(["%s::text[]"] * 5)}, %s::bigint[]) AS given({_NAMES})
    ) AS fresh({_NAMES}) LEFT JOIN customers_standing AS held USING (customer_id)
    WHERE held.customer_id IS NULL
       OR ({_HELD}) IS DISTINCT FROM ({", ".join(f"fresh.{name}" for name in COLUMNS)})
    {_UPDATE}
"""  # noqa: S608 (names from this file)


def _take_away(scored: list[int], lease: Lease) -> int:
    """Delete the standings of people who no longer have a purchase that counts (all were cancelled)."""
    gone = 0
    for ids in _ids_in_chunks():
        stale = [pk for pk in ids if not _stands_in(scored, pk)]
        if stale:
            with lease.step():
                gone += Standing.objects.filter(pk__in=stale).delete()[0]
        lease.keep()
    return gone


def _stands_in(ordered: list[int], wanted: int) -> bool:
    place = bisect_left(ordered, wanted)
    return place < len(ordered) and ordered[place] == wanted


def _ids_in_chunks() -> Iterable[list[int]]:
    last = 0
    while ids := list(
        Standing.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]
    ):
        yield ids
        last = ids[-1]
