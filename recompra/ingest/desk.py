"""The desk of one run: its folder, its staging database, and the rows set aside while it works."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

if TYPE_CHECKING:
    from recompra.ingest.models import ImportRun
    from recompra.work.lease import Lease

MEMORY = "320MB"
THREADS = 2
STOP_SECONDS = 0.05
LOOK_SECONDS = 0.2
Result = TypeVar("Result")


@dataclass
class Desk:
    """Everything a stage needs. `db` is the run's staging database; nothing in it outlives the run."""

    run: ImportRun
    lease: Lease
    db: duckdb.DuckDBPyConnection
    facts: dict[str, Any] = field(default_factory=dict)
    second: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    third: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    beside: dict[Future[Any], duckdb.DuckDBPyConnection] = field(default_factory=dict)
    apart: Future[object] | None = None

    def start(self, cursor: duckdb.DuckDBPyConnection, act: Callable[[], Result]) -> Future[Result]:
        """Do this, which works with that cursor, beside what this thread does and after what was started
        before it."""
        running = self.second.submit(act)
        self._note(running, cursor)
        return running

    def _note(self, running: Future[Any], cursor: duckdb.DuckDBPyConnection) -> None:
        """Keep it in mind until it is done; no longer, for the sake of what it gives."""
        self.beside = {one: its for one, its in self.beside.items() if not one.done()} | {running: cursor}

    def leave(self, act: Callable[[Desk], object]) -> Future[object]:
        """Let this be done apart, at a further place of the same desk, until `rejoin`: one act at a time. It
        sees the tables that are there now, and asks nothing of the relational database."""
        cursor = self.db.cursor()
        self.apart = self.third.submit(act, Place(self.run, self.lease, cursor, self.facts))
        self._note(self.apart, cursor)
        return self.apart

    def rejoin(self) -> None:
        """Wait for what is done apart; raises what it raised."""
        while self.apart is not None:
            self.lease.keep()
            if wait([self.apart], timeout=LOOK_SECONDS).done:
                done, self.apart = self.apart, None
                done.result()

    def stop(self) -> None:
        """Let nothing run beside any more, and free what it held."""
        for hands in (self.second, self.third):
            hands.shutdown(wait=False, cancel_futures=True)
        while running := {one: cursor for one, cursor in self.beside.items() if not one.done()}:
            for cursor in running.values():
                cursor.interrupt()  # again, should it only have begun since
            wait(running, timeout=STOP_SECONDS)
        while self.beside:
            self.beside.popitem()[1].close()

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


class Place(Desk):
    """Where something is done apart: who sits at the desk keeps the lease meanwhile."""

    def run_sql(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.db.execute(sql, list(values)).fetchall()


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
