"""Brings the scores of the warehouse to the people they belong to, writing only what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from recompra.accounts.models import Store
from recompra.customers.keys import customers_of, keys_of
from recompra.customers.models import Standing
from recompra.warehouse.engine import Engine
from recompra.warehouse.schema import scores
from recompra.work.lease import Lease

CHUNK = 2_000  # a transaction of some 100 ms
SAME_NAME = (
    "segment", "recency_score", "frequency_score", "monetary_score", "last_on", "first_on", "orders",
    "frequency", "monetary", "ltv", "mean_interval_days",
)  # fmt: skip
FIELDS = (*SAME_NAME, "store_id")
UPDATED = (*SAME_NAME, "store")


def publish(facts: Engine, lease: Lease) -> tuple[int, int]:
    """Make every `Standing` say what `scores` says.

    Returns:
        How many people have a standing now, and how many rows were written or taken away.
    """
    total = int(facts.rows(scores.aggregate(people=scores.count()))[0]["people"])
    stores = frozenset(Store.objects.values_list("id", flat=True))
    people = changed = done = 0
    for rows in _chunks(facts):
        owners = customers_of(row["customer_key"] for row in rows)
        fresh = {
            owners[row["customer_key"]]: _values(row, stores) for row in rows if row["customer_key"] in owners
        }
        held = {
            pk: values for pk, *values in Standing.objects.filter(pk__in=fresh).values_list("pk", *FIELDS)
        }
        new = [
            Standing(pk=pk, **dict(zip(FIELDS, values, strict=True)))
            for pk, values in fresh.items()
            if held.get(pk) != values
        ]
        if new:
            with lease.step():
                Standing.objects.bulk_create(
                    new, update_conflicts=True, unique_fields=["customer"], update_fields=UPDATED
                )
        people, changed, done = people + len(fresh), changed + len(new), done + len(rows)
        lease.progress(done, total)
    if Standing.objects.count() != people:
        changed += _take_away(facts, lease)
    return people, changed


def _chunks(facts: Engine) -> Iterator[list[dict[str, Any]]]:
    """The scores in lists of CHUNK rows, in the order of the keys."""
    wanted = scores.select("customer_key", *SAME_NAME, "store_key").order_by("customer_key")
    for batch in facts.batches(wanted, rows=CHUNK):
        rows = iter(batch.to_pylist())
        while chunk := list(islice(rows, CHUNK)):
            yield chunk


def _values(row: dict[str, Any], stores: frozenset[int]) -> list[Any]:
    """A row of scores as the values of FIELDS; a store that the shop no longer has becomes none."""
    store = row["store_key"]
    return [*(row[name] for name in SAME_NAME), store if store in stores else None]


def _take_away(facts: Engine, lease: Lease) -> int:
    """Delete the standings of people who no longer have a purchase that counts (all were cancelled)."""
    gone = 0
    for ids in _ids_in_chunks():
        keys = keys_of(ids)
        chosen = scores.filter(scores.customer_key.isin(list(keys.values()))).select("customer_key")
        scored = {row["customer_key"] for row in facts.rows(chosen)} if keys else set()
        stale = [pk for pk in ids if keys.get(pk) not in scored]
        if stale:
            with lease.step():
                gone += Standing.objects.filter(pk__in=stale).delete()[0]
        lease.keep()
    return gone


def _ids_in_chunks() -> Iterable[list[int]]:
    last = 0
    while ids := list(
        Standing.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]
    ):
        yield ids
        last = ids[-1]
