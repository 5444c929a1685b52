"""The desk of one run: its folder, its staging database, and the rows set aside while it works."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from recompra.ingest.models import ImportRun
    from recompra.work.lease import Lease

MEMORY = "320MB"
THREADS = 2
STOP_SECONDS = 0.05
Beside = Future[duckdb.DuckDBPyConnection]
"""A statement that runs beside the thread at the desk."""


@dataclass
class Desk:
    """Everything a stage needs. `db` is the run's staging database; nothing in it outlives the run."""

    run: ImportRun
    lease: Lease
    db: duckdb.DuckDBPyConnection
    facts: dict[str, Any] = field(default_factory=dict)
    second: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    beside: dict[duckdb.DuckDBPyConnection, Beside] = field(default_factory=dict)

    def start(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Beside:
        """Run one statement beside what this thread does, after those started before it. Its result is the
        cursor that ran it, which alone sees the temporary tables that it made."""
        cursor = self.db.cursor()
        self.beside[cursor] = self.second.submit(cursor.execute, sql, values or None)
        return self.beside[cursor]

    def done_with(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Free what a statement started beside has made for its own cursor."""
        del self.beside[cursor]
        cursor.close()

    def stop(self) -> None:
        """Let nothing run beside any more, and free what it held."""
        self.second.shutdown(wait=False, cancel_futures=True)
        while running := {cursor: one for cursor, one in self.beside.items() if not one.done()}:
            for cursor in running:
                cursor.interrupt()  # again, should it only have begun since
            wait(running.values(), timeout=STOP_SECONDS)
        while self.beside:
            self.beside.popitem()[0].close()

    def run_sql(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """One statement. Values are bound; names inside `sql` are ours, never the file's."""
        self.lease.keep()
        return self.db.execute(sql, list(values)).fetchall()

    def one(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The single value of a statement."""
        return self.run_sql(sql, values)[0][0]

    def columns(self, table: str) -> list[str]:
        return [row[0] for row in self.run_sql(f"DESCRIBE {table}")]

    def has(self, table: str) -> bool:
        return bool(self.one("SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [table]))

    def files(self) -> list[Path]:
        """The files as received, in the order given."""
        return [
            self.run.place / "files" / f"{number:03d}" / name for number, name in enumerate(self.run.files)
        ]


@contextmanager
def desk(run: ImportRun, lease: Lease) -> Iterator[Desk]:
    """Open the desk of a run: in memory, and beyond `MEMORY` in the run's folder. A killed run reads its
    files anew,
    which takes seconds; what took longer, getting to know the people, is kept where they are kept."""
    place = run.place
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.rmtree(place / "spill", ignore_errors=True)
    db = duckdb.connect(":memory:")
    try:
        db.execute(f"SET memory_limit = '{MEMORY}'")
        db.execute(f"SET threads = {THREADS}")
        db.execute("SET GLOBAL TimeZone = 'UTC'")
        db.execute("SET temp_directory = ?", [str(place / "spill")])
        db.execute("SET autoinstall_known_extensions = false")
        opened = Desk(run, lease, db)
        try:
            yield opened
        finally:
            opened.stop()
    finally:
        db.close()


def literal(text: str) -> str:
    """A text of ours as an SQL literal, where a value cannot be bound (a file's path in COPY and
    read_csv).
    """
    return "'" + text.replace("'", "''") + "'"
