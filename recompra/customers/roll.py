"""Who stood in each exported list: kept with its entry of the access log, so that after an incident it can be
asked whom a lost file tells of. Ids only, sorted, as differences of 64 bits, compressed.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Iterator
from typing import TypeVar

import numpy as np
import pyarrow as pa

from recompra.accounts.models import AccessLog
from recompra.customers.models import ExportRoll

T = TypeVar("T")
STEPS = "<i8"


def packed(customers: Iterable[int]) -> bytes:
    """Each id once: a million of neighbours takes some ten thousand bytes."""
    ids = np.unique(np.fromiter(customers, np.int64))
    return zlib.compress(np.diff(ids, prepend=0).astype(STEPS).tobytes(), 6)


def unpacked(data: bytes) -> set[int]:
    """The ids again."""
    return set(np.frombuffer(zlib.decompress(data), STEPS).cumsum().tolist())


def people_in(entry: AccessLog) -> set[int] | None:
    """The customers in the list that this entry tells of; None where no roll was kept."""
    roll = ExportRoll.objects.filter(entry=entry).values_list("people", flat=True).first()
    return None if roll is None else unpacked(bytes(roll))


class Called:
    """Notes, while rows go by, whom they are about; the roll is kept when they end, also when they end early:
    what was sent was sent."""

    def __init__(self, entry: AccessLog) -> None:
        self.entry, self.seen = entry, array("q")

    def note(self, customer_id: int) -> None:
        self.seen.append(customer_id)

    def note_all(self, ids: pa.Array) -> None:
        self.seen.frombytes(ids.to_numpy().tobytes())

    def during(self, rows: Iterator[T]) -> Iterator[T]:
        try:
            yield from rows
        finally:
            ExportRoll.objects.get_or_create(entry=self.entry, defaults={"people": packed(self.seen)})


def lists_with(customer_id: int) -> list[dict[str, object]]:
    """The exported lists in which the customer stood: when, and what kind of list."""
    taken = ExportRoll.objects.filter(entry__action__startswith="export_").select_related("entry")
    rolls = taken.order_by("entry_id").iterator(chunk_size=50)
    return [
        {"id": roll.pk, "at": roll.entry.at.isoformat(), "action": roll.entry.action}
        for roll in rolls
        if customer_id in unpacked(bytes(roll.people))
    ]
