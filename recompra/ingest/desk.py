"""The desk of one run: its folder, its staging database, and the rows set aside while it works."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
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


@dataclass
class Desk:
    """Everything a stage needs. `db` is the run's staging database; nothing in it outlives the run."""

    run: ImportRun
    lease: Lease
    db: duckdb.DuckDBPyConnection
    facts: dict[str, Any] = field(default_factory=dict)

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
        db.execute("SET TimeZone = 'UTC'")
        db.execute("SET temp_directory = ?", [str(place / "spill")])
        db.execute("SET autoinstall_known_extensions = false")
        yield Desk(run, lease, db)
    finally:
        db.close()


def literal(text: str) -> str:
    """A text of ours as an SQL literal, where a value cannot be bound (a file's path in COPY and
    read_csv).
    """
    return "'" + text.replace("'", "''") + "'"
