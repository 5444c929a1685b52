"""The facts in DuckDB files: read-only readers that follow the pointer, and the writer of generations."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import duckdb
import ibis
import pyarrow as pa

from recompra.warehouse import archive
from recompra.warehouse.contract import Desk, Draft, Engine
from recompra.warehouse.dialect import answer_schema, held_select, to_sql
from recompra.warehouse.duck_draft import DuckDesk, DuckDraft, quoted, streamed
from recompra.warehouse.duck_writer import DuckWriter, compared, literal, make_tables, spill
from recompra.warehouse.generations import Folder
from recompra.warehouse.load import Applied, Counts, LoadBatch, WriterBusy, waiting
from recompra.warehouse.schema import TABLES


@dataclass
class _Session(threading.local):
    """This thread's cursor, of which open file, and how many `hold`s pin it there."""

    cursor: duckdb.DuckDBPyConnection | None = None
    source: duckdb.DuckDBPyConnection | None = None
    pins: int = 0


@dataclass
class DuckEngine(Engine):
    folder: Folder
    memory_limit: str = "512MB"
    threads: int = 2
    dialect: str = "duckdb"
    _opened: duckdb.DuckDBPyConnection | None = None
    _opened_version: str | None = None
    _opened_by: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _session: _Session = field(default_factory=_Session)

    @classmethod
    def at(cls, url: str) -> DuckEngine:
        """From `duckdb:/folder[?memory_limit=1GB&threads=4]`."""
        path, _, query = url.removeprefix("duckdb:").partition("?")
        options = {name: values[-1] for name, values in parse_qs(query).items()}
        return cls(
            Folder(Path(path).absolute()),
            memory_limit=options.get("memory_limit", "512MB"),
            threads=int(options.get("threads", "2")),
        )

    # reading ---------------------------------------------------------------------------------------------

    def version(self) -> str:
        current = self.folder.current()
        return current.version if current else ""

    def run(self, expr: ibis.Expr, params: dict[Any, Any] | None = None) -> pa.Table:
        answer = self._cursor().sql(to_sql(expr, self.dialect, params)).to_arrow_table()
        return answer.cast(answer_schema(expr))

    def rows(self, expr: ibis.Expr, params: dict[Any, Any] | None = None) -> list[dict[str, Any]]:
        """As everywhere; DuckDB plans a question twice before it answers in Arrow, so a small one goes
        without."""
        sql, schema = to_sql(expr, self.dialect, params), answer_schema(expr)
        found = list(zip(*self._cursor().execute(sql).fetchall(), strict=True))
        if not found:
            return []
        typed = (pa.array(values, kind).to_pylist() for values, kind in zip(found, schema.types, strict=True))
        return [dict(zip(schema.names, row, strict=True)) for row in zip(*typed, strict=True)]

    def batches(
        self, expr: ibis.Expr, rows: int = 50_000, params: dict[Any, Any] | None = None
    ) -> Iterator[pa.RecordBatch]:
        with self._cursor().cursor() as apart:  # another question of this thread must not cut the stream off
            yield from streamed(apart, to_sql(expr, self.dialect, params), answer_schema(expr), rows)

    @contextlib.contextmanager
    def hold(self, expr: ibis.Expr, name: str) -> Iterator[ibis.Table]:
        cursor = self._cursor()
        self._session.pins += 1
        own = quoted(name)
        try:
            cursor.execute(f"CREATE TEMP TABLE {own} AS {held_select(expr, self.dialect)}")
            yield ibis.table(expr.as_table().schema(), name=name)
        finally:
            cursor.execute(f"DROP TABLE IF EXISTS {own}")
            self._session.pins -= 1

    @contextlib.contextmanager
    def desk(self) -> Iterator[Desk]:
        with self._cursor().cursor() as apart:
            yield DuckDesk(apart)

    def close(self) -> None:
        with self._lock:
            self._session = _Session()
            self._opened = self._opened_version = None

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's cursor on the current generation, or on the one that a `hold` pins."""
        session = self._session
        if session.cursor is not None and session.pins:
            return session.cursor
        version = self.version()
        with self._lock:
            if self._opened is None or self._opened_version != version or self._opened_by != os.getpid():
                self._opened, self._opened_version = self._open()
                self._opened_by = os.getpid()
            if session.cursor is None or session.source is not self._opened:
                session.cursor, session.source = self._opened.cursor(), self._opened
            return session.cursor

    def _open(self) -> tuple[duckdb.DuckDBPyConnection, str]:
        while True:
            current = self.folder.current()
            if current is None:
                return _empty(), ""
            try:
                version = current.version
                connection = duckdb.connect(
                    str(current.path),
                    read_only=True,
                    config={"memory_limit": self.memory_limit, "threads": self.threads},
                )
            except (FileNotFoundError, duckdb.IOException):
                if self.folder.current() == current:
                    raise
                continue  # three generations were published since we read the pointer
            self._confine(connection)
            return connection, version

    def _confine(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Spill beside the facts, and touch no other file and no network; once per open file."""
        if connection.execute("SELECT current_setting('lock_configuration')").fetchall() == [(True,)]:
            return
        connection.execute("SET temp_directory = " + literal(spill(self.folder)))
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")

    # writing ---------------------------------------------------------------------------------------------

    def compare(self, batch: LoadBatch) -> dict[str, Counts]:
        current = self.folder.current()
        with self._writer.attached(current.path if current else None, read_only=True) as connection:
            if current is None:
                make_tables(connection)
            return compared(connection, batch.files(), batch.id, write=False)

    def apply_all(self, batches: Sequence[LoadBatch], *, upon: str | None = None) -> list[Applied]:
        with self.folder.writing():
            current = self.folder.current()
            if upon not in (None, self.version()):
                raise WriterBusy("another process wrote the facts since these rows were read")
            done = self._writer.applied(current)
            marks = waiting(batches, {number: mark for number, (mark, _counts) in done.items()})
            todo = [batch for batch in batches if batch.id in marks]
            arriving = sum(path.stat().st_size for batch in todo for path in batch.files().values())
            self.folder.need(2 * current.size + 10 * arriving if current else 10 * arriving)

            def bring_in(draft: duckdb.DuckDBPyConnection) -> bool:
                for batch in todo:
                    done[batch.id] = marks[batch.id], self._writer.bring_in(draft, batch, marks[batch.id])
                return any(_changed(done[batch.id][1]) for batch in todo)

            def keep(number: int) -> None:
                for place, batch in enumerate(todo):
                    if _changed(done[batch.id][1]):
                        archive.keep(self.folder.archive, number, place, batch)

            if todo:
                self._writer.extend(current, bring_in, keep)
            version = self.version()
            return [Applied(version, done[batch.id][1]) for batch in batches]

    def revise(self, work: Callable[[Draft], object]) -> str:
        def write(connection: duckdb.DuckDBPyConnection) -> bool:
            draft = DuckDraft(connection)
            work(draft)
            return draft.is_changed

        with self.folder.writing():
            current = self.folder.current()
            self.folder.need(2 * current.size if current else 0)
            self._writer.extend(current, write)
            return self.version()

    def upgrade(self) -> bool:
        with self.folder.writing():
            current = self.folder.current()
            if current is None or not self._writer.is_behind(current):
                return False
            self.folder.need(2 * current.size)
            return self._writer.extend(current, lambda draft: True) is not None

    def rebuild(self) -> str:
        with self.folder.writing():
            current = self.folder.current()

            def replay(draft: duckdb.DuckDBPyConnection) -> bool:
                for batch in archive.kept(self.folder.archive, current.number if current else 0):
                    self._writer.bring_in(draft, batch, batch.fingerprint())
                return True

            self._writer.extend(current, replay, start_empty=True)
            return self.version()

    def check(self) -> dict[str, Any]:
        current = self.folder.current()
        return {
            "version": self.version(),
            "file": str(current.path) if current else "",
            "bytes": current.size if current else 0,
            "rows": {name: self.run(table.count()).column(0)[0].as_py() for name, table in TABLES.items()},
            "batches": len(self._writer.applied(current)),
            "archive": str(self.folder.archive),
            "archived": len(archive.kept(self.folder.archive, current.number)) if current else 0,
            "free_bytes": shutil.disk_usage(self.folder.path).free if self.folder.path.exists() else 0,
        }

    @property
    def _writer(self) -> DuckWriter:
        return DuckWriter(self.folder, self.memory_limit, self.threads)


def _changed(tables: dict[str, Counts]) -> bool:
    return any(counts.written for counts in tables.values())


def _empty() -> duckdb.DuckDBPyConnection:
    """What is asked before anything was ever published: every table, no row."""
    connection = duckdb.connect()
    make_tables(connection)
    return connection
