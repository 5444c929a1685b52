"""The writer of DuckDB generations: a draft beside the current file, one transaction, back in order,
published."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from recompra.warehouse import generations
from recompra.warehouse.dialect import create_table, remake_table, typed_select
from recompra.warehouse.generations import Folder, Generation
from recompra.warehouse.load import Counts, LoadBatch, columns_of, counts_from, counts_text
from recompra.warehouse.schema import TABLES
from recompra.warehouse.upsert import order_of
from recompra.warehouse.whole import take_in

STORAGE = "v1.5.0"  # so that the DuckDB before this one can still read the file
TAIL_SHARE = 0.2
ROW_GROUP = 122_880
"""Rows that DuckDB stores and skips together. Each load is put in order before it is appended, so that a
customer's rows stand in one group of it, however large it is."""
_spills = itertools.count()
_BATCHES = (
    "CREATE TABLE IF NOT EXISTS batches "
    "(id BIGINT, applied_at TIMESTAMP, fingerprint VARCHAR, counts VARCHAR)"
)
# per load since all was in order: the rows that a look-up may have to read besides
_LAYOUT = "CREATE TABLE IF NOT EXISTS layout (name VARCHAR, tail BIGINT)"


@dataclass(frozen=True)
class DuckWriter:
    """Makes generations in a folder. Call it inside `folder.writing()` only; `attached` may be
    used for looking, too."""

    folder: Folder
    memory_limit: str
    threads: int

    def extend(
        self,
        current: Generation | None,
        work: Callable[[duckdb.DuckDBPyConnection], bool],
        keep: Callable[[int], None] | None = None,
        *,
        start_empty: bool = False,
    ) -> Generation | None:
        """Do the work on a draft in one transaction and publish it; None when the work says nothing
        changed.

        `keep` runs after the commit and before the pointer moves: what it leaves under the new number is
        swept if we die in between.
        """
        number = (current.number if current else 0) + 1
        draft = self.folder.draft(number)
        if current and not start_empty:
            generations.copy(current.path, draft)
        with self.attached(draft) as connection:
            make_tables(connection)
            connection.execute("BEGIN")
            if not work(connection):
                return None
            connection.execute("COMMIT")
            connection.execute("CHECKPOINT facts")
            loose = _loose_tables(connection)
        if loose:
            draft = self._cluster(draft, loose)
        if keep:
            keep(number)
        return self.folder.publish(draft, number)

    def bring_in(
        self, draft: duckdb.DuckDBPyConnection, batch: LoadBatch, fingerprint: str
    ) -> dict[str, Counts]:
        """Write one batch into the draft and note that it was."""
        files = batch.files()
        filled = {table for table in files if draft.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()}  # noqa: S608
        counts = compared(draft, files, batch.id, write=True)
        for table, found in counts.items():
            tail = min(found.written, ROW_GROUP) if table in filled else 0
            draft.execute("INSERT INTO layout VALUES ($1, $2)", [table, tail])
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        draft.execute(
            "INSERT INTO batches VALUES ($1, $2, $3, $4)", [batch.id, now, fingerprint, counts_text(counts)]
        )
        return counts

    def is_behind(self, current: Generation) -> bool:
        """Whether a generation was made without a table or a column that is declared now."""
        with self.attached(current.path, read_only=True) as connection:
            held = held_columns(connection)
        return any(set(table.columns) - held.get(name, set()) for name, table in TABLES.items())

    def applied(self, current: Generation | None) -> dict[int, tuple[str, dict[str, Counts]]]:
        """{batch id: (its fingerprint, its counts when it was first applied)} of a generation."""
        if current is None:
            return {}
        with self.attached(current.path, read_only=True) as connection:
            found = connection.execute("SELECT id, fingerprint, counts FROM batches").fetchall()
        return {number: (fingerprint, counts_from(text)) for number, fingerprint, text in found}

    @contextlib.contextmanager
    def attached(self, path: Path | None, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of its own whose default database is the file (None: an empty one in memory)."""
        connection = duckdb.connect(
            config={
                "memory_limit": self.memory_limit,
                "threads": self.threads,
                "temp_directory": str(spill(self.folder)),
            }
        )
        try:
            place = literal(path) if path else "':memory:'"
            how = "" if path is None else "(READ_ONLY)" if read_only else f"(STORAGE_VERSION '{STORAGE}')"
            connection.execute(f"ATTACH {place} AS facts {how}")
            connection.execute("USE facts")
            yield connection
        except duckdb.Error as error:
            if _is_full(error):
                raise generations.no_room(self.folder.path) from error
            raise
        finally:
            connection.close()

    def _cluster(self, loose_draft: Path, loose: list[str]) -> Path:
        """The same facts in a fresh file, the loose tables in order again; the old draft goes."""
        fresh = loose_draft.with_suffix(".tmp-clustered")
        with self.attached(fresh) as connection:
            connection.execute(f"ATTACH {literal(loose_draft)} AS loose (READ_ONLY)")
            make_tables(connection)
            for table in TABLES:
                order = order_of(table) if table in loose else "rowid"
                connection.execute(f"INSERT INTO {table} BY NAME FROM loose.{table} ORDER BY {order}")
            connection.execute("INSERT INTO batches FROM loose.batches")
            connection.execute(
                f"INSERT INTO layout SELECT * FROM loose.layout WHERE name NOT IN ({_names(loose)})"  # noqa: S608
            )
            connection.execute("CHECKPOINT facts")
        loose_draft.unlink()
        return fresh


def compared(
    connection: duckdb.DuckDBPyConnection, files: dict[str, Path], batch: int, *, write: bool
) -> dict[str, Counts]:
    """What a batch's Parquet files are to the facts that this connection has; with `write`, brought in."""
    for table, path in files.items():
        rows = typed_select(table, f"read_parquet({literal(path)})", columns_of(path))
        connection.execute(f"CREATE OR REPLACE TEMP VIEW incoming_{table} AS {rows}")
    counts = take_in(lambda sql: connection.execute(sql).fetchall(), files, batch, "rowid", write=write)
    for table in files:  # the next batch of this connection may bring other tables
        connection.execute(f"DROP VIEW incoming_{table}")
    return counts


def make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Every declared table and column, and the writer's own two tables, where they are missing."""
    held = held_columns(connection)
    for table in TABLES:
        if table not in held:
            connection.execute(create_table(table, "duckdb"))
            continue
        for statement in remake_table(table, held[table], "duckdb"):
            connection.execute(statement)
    connection.execute(_BATCHES)
    connection.execute(_LAYOUT)


def held_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """{table: its columns} of the default database of a connection."""
    held: dict[str, set[str]] = {}
    found = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE database_name = current_database() AND NOT internal"
    )
    for table, column in found.fetchall():
        held.setdefault(table, set()).add(column)
    return held


def spill(folder: Folder) -> Path:
    """Where one connection may put what does not fit into memory: a place no other process uses."""
    place = folder.path / "spill"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place / f"{os.getpid()}-{next(_spills)}"


def literal(value: Path | str) -> str:
    """A path as an SQL string."""
    return "'" + str(value).replace("'", "''") + "'"


def _loose_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables in which a look-up may have to read more than its share besides."""
    tails = connection.execute("SELECT name, sum(tail) FROM layout GROUP BY name").fetchall()
    return [
        name
        for name, tail in tails
        if tail > TAIL_SHARE * connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]  # noqa: S608
    ]


def _names(tables: list[str]) -> str:
    return ", ".join(literal(table) for table in tables)


def _is_full(error: duckdb.Error) -> bool:
    text = str(error).lower()
    return any(words in text for words in ("no space left", "quota exceeded", "file too large"))
