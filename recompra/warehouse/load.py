"""What one import brings into the facts, and what it changed there. Errors of the warehouse's writer, too."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from recompra.warehouse.dialect import typed_select
from recompra.warehouse.schema import TABLES

KEYS: dict[str, tuple[str, ...]] = {
    "orders": ("order_key",),
    "order_items": ("order_key", "line"),
    "products": ("product_key",),
    "stores": ("store_key",),
    "visits": ("visit_key",),
    "events": ("event_key",),
}
WHOLE_LINE = -1
"""`line` of the one line that stands for a whole order whose items nobody told; it gives way to items."""
# orders no further than by their instant: a longer key is a third slower to sort, and spares no look-up
CLUSTERED_BY: dict[str, tuple[str, ...]] = {
    "orders": ("customer_key", "ordered_at"),
    "order_items": ("customer_key", "ordered_at"),
    "products": ("product_key",),
    "stores": ("store_key",),
    "visits": ("occurred_on", "visitor_key", "occurred_at", "visit_key"),
    "events": ("customer_key", "occurred_at", "event_key"),
    "scores": ("customer_key",),
    "predictions": ("customer_key",),
    "product_figures": ("product_key",),
    "product_pairs": ("product_key", "place"),
    "group_pairs": ("group_name", "place"),
    "next_pairs": ("product_key", "place"),
    "offers": ("customer_key", "place"),
    "profiles": ("customer_key",),
    "people": ("customer_key",),
    "members": ("segment_id", "customer_key"),
    "moves": ("segment_id", "moved_at", "customer_key", "entered"),
}


class BrokenBatch(ValueError):
    """The batch is not what the facts can take: a missing column, a key twice, or an id used before for
    others."""


class WriterBusy(RuntimeError):
    """Another process is writing the facts now. There is one writer: try again when it is done."""


class NoRoom(OSError):
    """The disk is full (or a quota is reached). The facts are as they were before."""


@dataclass(frozen=True)
class LoadBatch:
    """One import's rows, as Parquet files with exactly the columns of `schema.TABLES`, each key once per
    file.

    `id` names the batch for good: applied twice, it changes nothing. A path may be None where there is
    nothing.
    """

    id: int
    orders: Path | None = None
    order_items: Path | None = None
    products: Path | None = None
    stores: Path | None = None
    visits: Path | None = None
    events: Path | None = None

    @classmethod
    def of(cls, number: int, files: Mapping[str, Path]) -> LoadBatch:
        """From {table: file}."""
        return cls(number, **{table: files.get(table) for table in KEYS})

    def files(self) -> dict[str, Path]:
        """{table: file} of what the batch brings; raises BrokenBatch where a column is missing that must be
        told. One that need not be may be younger than the file."""
        given = ((table, getattr(self, table)) for table in KEYS)
        found = {table: Path(path) for table, path in given if path is not None}
        for table, path in found.items():
            must = {name for name, kind in TABLES[table].schema().items() if not kind.nullable}
            missing = must - columns_of(path)
            if missing:
                raise BrokenBatch(f"batch {self.id}: {table} lacks {', '.join(sorted(missing))}")
        return found

    def fingerprint(self) -> str:
        """Says whether two batches bring the same rows, in whatever order they stand."""
        with duckdb.connect() as connection:
            parts = [
                (table, *connection.execute(_fingerprint_of(table, path), {"path": str(path)}).fetchall()[0])
                for table, path in sorted(self.files().items())
            ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def columns_of(path: Path) -> set[str]:
    """The columns of a Parquet file."""
    return set(pq.read_schema(path).names)


def _fingerprint_of(table: str, path: Path) -> str:
    held = columns_of(path)
    columns = ", ".join(f'"{name}"' for name in TABLES[table].columns if name != "batch" and name in held)
    source = f"({typed_select(table, 'read_parquet($path)', held)})"
    return f"SELECT count(*), bit_xor(hash({columns})) FROM {source}"  # noqa: S608


@dataclass(frozen=True)
class Counts:
    """Rows of one table: new ones, changed ones, and those that were there already, equal."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def written(self) -> int:
        return self.new + self.changed


def counts_text(counts: Mapping[str, Counts]) -> str:
    """As a store keeps them."""
    return json.dumps({table: asdict(found) for table, found in counts.items()})


def counts_from(text: str) -> dict[str, Counts]:
    """From what `counts_text` made."""
    return {table: Counts(**found) for table, found in json.loads(text).items()}


@dataclass(frozen=True)
class Applied:
    """`generation`: where the batch stands now; `counts`: per table, as of its first application."""

    generation: str
    counts: dict[str, Counts]


def waiting(batches: Sequence[LoadBatch], marks: Mapping[int, str]) -> dict[int, str]:
    """{id: fingerprint} of the batches that are not applied yet; `marks` are the fingerprints of those that
    are.

    Raises BrokenBatch where an applied id now names other rows: the store and the list of imports are of
    different days, say after a restore of one of them, and to skip the batch in silence would lose it.
    """
    found = {batch.id: batch.fingerprint() for batch in batches}
    for number, fingerprint in found.items():
        if marks.get(number, fingerprint) != fingerprint:
            raise BrokenBatch(f"batch {number} was applied before with other rows")
    return {number: fingerprint for number, fingerprint in found.items() if number not in marks}
