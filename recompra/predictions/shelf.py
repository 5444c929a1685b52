"""Where a refresh keeps what it computed until it is published: Parquet files of each computed table."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from recompra.warehouse.contract import Desk, Draft
from recompra.warehouse.schema import offers, orders, predictions
from recompra.work.made import Made

PREDICTED = Made("predicted")


class Shelf(Desk):
    """A desk whose answers for the computed tables go into a folder. Nobody else writes, reads or waits."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._desk, self._folder = desk, folder
        self._kept: list[tuple[str, Path]] = []

    def run(self, expr: ibis.Expr) -> pa.Table:
        return self._desk.run(expr)

    def batches(self, expr: ibis.Expr, rows: int = 50_000) -> Iterator[pa.RecordBatch]:
        return self._desk.batches(expr, rows)

    def hold(self, content: ibis.Table | pa.Table, name: str) -> ir.Table:
        return self._desk.hold(content, name)

    def drop(self, name: str) -> None:
        self._desk.drop(name)

    def put(self, table: str, content: ir.Table) -> int:
        """Keep the rows that are to replace those of a computed table, and say how many they are."""
        return self.add(table, content)

    def add(self, table: str, content: ir.Table) -> int:
        """Keep further rows of a computed table that was put, and say how many they are."""
        file = self._folder / f"{table}-{len(self._kept)}.parquet"
        self._kept.append((table, file))
        return self.write(content, file)

    def publish(self, draft: Draft, *, has_moved: bool) -> None:
        """Bring everything into the coming generation. `has_moved`: it extends another one than was computed
        on; then those who have no order any more (their records became part of other ones) are left out."""
        begun = set[str]()
        for table, file in self._kept:
            (draft.add if table in begun else draft.put)(table, file)
            begun.add(table)
        if has_moved:
            for told in (predictions, offers):
                draft.remove(told.get_name(), told.anti_join(orders, "customer_key").select("customer_key"))


@contextmanager
def folder(name: str) -> Iterator[Path]:
    """An empty folder of the home, gone at the end. What a killed process left in one goes at the beginning:
    there is one refresh at a time."""
    clear()
    made = PREDICTED.ready() / name
    made.mkdir(mode=0o700)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def clear(names: str = "*") -> None:
    """Remove the folders of these names."""
    for left in PREDICTED.folder.glob(names):
        shutil.rmtree(left, ignore_errors=True)
