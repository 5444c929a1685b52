"""The facts in DuckDB files: read-only readers that follow the pointer, and the writer of generations."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import duckdb
import ibis
import pyarrow as pa

from recompra.warehouse import archive, generations
from recompra.warehouse.dialect import answer_schema, create_table, to_sql, typed_select
from recompra.warehouse.engine import Engine
from recompra.warehouse.generations import Folder, Generation
from recompra.warehouse.load import CLUSTERED_BY, Applied, Counts, LoadBatch
from recompra.warehouse.schema import TABLES
from recompra.warehouse.upsert import Execute, gather_changes, write_changes

STORAGE = "v1.5.0"  # so that the DuckDB before this one can still read the file
TAIL_SHARE = 0.2
_spills = itertools.count()


@dataclass
class _Session(threading.local):
    """This thread's cursor, on which generation, and how many `hold`s pin it there."""

    cursor: duckdb.DuckDBPyConnection | None = None
    version: str = ""
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

    def batches(
        self, expr: ibis.Expr, rows: int = 50_000, params: dict[Any, Any] | None = None
    ) -> Iterator[pa.RecordBatch]:
        schema = answer_schema(expr)
        with self._cursor().cursor() as apart:  # another question of this thread must not cut the stream off
            for batch in apart.sql(to_sql(expr, self.dialect, params)).to_arrow_reader(rows):
                yield batch.cast(schema)

    @contextlib.contextmanager
    def hold(self, expr: ibis.Expr, name: str) -> Iterator[ibis.Table]:
        cursor = self._cursor()
        self._session.pins += 1
        quoted = _quoted(name)
        try:
            cursor.execute(f"CREATE TEMP TABLE {quoted} AS {to_sql(expr, self.dialect)}")
            yield ibis.table(expr.as_table().schema(), name=name)
        finally:
            cursor.execute(f"DROP TABLE IF EXISTS {quoted}")
            self._session.pins -= 1

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
                self._session = session = _Session()
            if session.cursor is None:
                session.cursor = self._opened.cursor()
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
        """Spill beside the facts, and touch no other file and no network."""
        connection.execute("SET temp_directory = " + _literal(self._spill()))
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")

    def _spill(self) -> Path:
        return self.folder.path / "spill" / f"{os.getpid()}-{next(_spills)}"

    # writing ---------------------------------------------------------------------------------------------

    def compare(self, batch: LoadBatch) -> dict[str, Counts]:
        current = self.folder.current()
        with self._attached(current.path if current else None, read_only=True) as connection:
            if current is None:
                for table in TABLES:
                    connection.execute(create_table(table, self.dialect))
            return {
                table: self._gather(connection, table, path, batch.id)
                for table, path in batch.files().items()
            }

    def apply_all(self, batches: Sequence[LoadBatch]) -> list[Applied]:
        with self.folder.writing():
            current = self.folder.current()
            known = self._applied(current)
            waiting = [batch for batch in batches if batch.id not in known]
            sizes = sum(path.stat().st_size for batch in waiting for path in batch.files().values())
            self.folder.need(2 * (current.path.stat().st_size if current else 0) + 10 * sizes)
            written: dict[int, dict[str, Counts]] = {}

            def bring_in(draft: duckdb.DuckDBPyConnection) -> bool:
                for batch in waiting:
                    written[batch.id] = self._bring_in(draft, batch)
                return any(counts.written for tables in written.values() for counts in tables.values())

            def keep(number: int) -> None:
                for place, batch in enumerate(waiting):
                    if any(counts.written for counts in written[batch.id].values()):
                        archive.keep(self.folder.archive, number, place, batch)

            if waiting:
                current = self._extend(current, bring_in, keep) or current
            done = known | written
            version = current.version if current else ""
            return [Applied(version, done[batch.id]) for batch in batches]

    def replace(self, table: str, content: ibis.Table | pa.Table) -> str:
        with self.folder.writing():
            current = self.folder.current()
            self.folder.need(2 * (current.path.stat().st_size if current else 0))

            def put(draft: duckdb.DuckDBPyConnection) -> bool:
                if isinstance(content, pa.Table):
                    draft.register("content", content)
                    source = "content"
                else:
                    source = f"({to_sql(content, self.dialect)}) AS content"
                order = ", ".join(f'"{name}"' for name in CLUSTERED_BY[table])
                draft.execute(f"CREATE TEMP TABLE fresh AS {typed_select(table, source)}")
                draft.execute(f"DELETE FROM {table}")  # noqa: S608
                draft.execute(f"INSERT INTO {table} SELECT * FROM fresh ORDER BY {order}")  # noqa: S608
                draft.execute("DROP TABLE fresh")
                return True

            made = self._extend(current, put)
            assert made is not None
            return made.version

    def rebuild(self) -> str:
        with self.folder.writing():
            current = self.folder.current()

            def replay(draft: duckdb.DuckDBPyConnection) -> bool:
                for batch in archive.kept(self.folder.archive, current.number if current else 0):
                    self._bring_in(draft, batch)
                return True

            made = self._extend(current, replay, start_empty=True)
            assert made is not None
            return made.version

    def check(self) -> dict[str, Any]:
        current = self.folder.current()
        cursor = self._cursor()
        counts = {name: cursor.execute(f"SELECT count(*) FROM {name}").fetchone() for name in TABLES}  # noqa: S608
        applied = cursor.execute("SELECT count(*) FROM batches").fetchone()
        return {
            "version": self.version(),
            "file": str(current.path) if current else "",
            "bytes": current.path.stat().st_size if current else 0,
            "rows": {name: count[0] if count else 0 for name, count in counts.items()},
            "batches": applied[0] if applied else 0,
            "archive": str(self.folder.archive),
            "archived": len(archive.kept(self.folder.archive, current.number)) if current else 0,
            "free_bytes": shutil.disk_usage(self.folder.path).free if self.folder.path.exists() else 0,
        }

    def _applied(self, current: Generation | None) -> dict[int, dict[str, Counts]]:
        if current is None:
            return {}
        with self._attached(current.path, read_only=True) as connection:
            found = connection.execute("SELECT id, counts FROM batches").fetchall()
        return {
            number: {table: Counts(**counts) for table, counts in json.loads(text).items()}
            for number, text in found
        }

    def _extend(
        self,
        current: Generation | None,
        work: Callable[[duckdb.DuckDBPyConnection], bool],
        keep: Callable[[int], None] | None = None,
        *,
        start_empty: bool = False,
    ) -> Generation | None:
        """Do the work on a draft in one transaction and publish it; None when the work says that nothing changed.

        `keep` runs after the commit and before the pointer moves: what it leaves under the new number is swept
        if we die in between.
        """
        number = (current.number if current else 0) + 1
        draft = self.folder.draft(number)
        if current and not start_empty:
            generations.copy(current.path, draft)
        with self._attached(draft) as connection:
            for table in TABLES:
                connection.execute(create_table(table, self.dialect))
            connection.execute(_BATCHES)
            connection.execute(_LAYOUT)
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

    def _bring_in(self, draft: duckdb.DuckDBPyConnection, batch: LoadBatch) -> dict[str, Counts]:
        counts = {}
        for table, path in batch.files().items():
            before = draft.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608
            counts[table] = self._gather(draft, table, path, batch.id)
            write_changes(_executor(draft), table, counts[table])
            draft.execute(
                "INSERT INTO layout VALUES ($1, $2)", [table, counts[table].written if before else 0]
            )
        text = json.dumps({table: asdict(found) for table, found in counts.items()})
        draft.execute("INSERT INTO batches VALUES ($1, $2, $3)", [batch.id, dt.datetime.now(dt.UTC), text])
        return counts

    def _gather(self, connection: duckdb.DuckDBPyConnection, table: str, path: Path, batch: int) -> Counts:
        source = f"read_parquet({_literal(path)})"
        connection.execute(f"CREATE OR REPLACE TEMP VIEW incoming_{table} AS {typed_select(table, source)}")
        return gather_changes(_executor(connection), table, batch)

    def _cluster(self, loose_draft: Path, loose: list[str]) -> Path:
        """The same facts in a fresh file, the loose tables in order again; the old draft goes."""
        fresh = loose_draft.with_suffix(".tmp-clustered")
        with self._attached(fresh) as connection:
            connection.execute(f"ATTACH {_literal(loose_draft)} AS loose (READ_ONLY)")
            for table in TABLES:
                connection.execute(create_table(table, self.dialect))
                order = ", ".join(f'"{name}"' for name in CLUSTERED_BY[table]) if table in loose else "rowid"
                connection.execute(f"INSERT INTO {table} SELECT * FROM loose.{table} ORDER BY {order}")  # noqa: S608
            connection.execute("CREATE TABLE batches AS FROM loose.batches ORDER BY applied_at, id")
            connection.execute(_LAYOUT)
            connection.execute("CHECKPOINT facts")
        loose_draft.unlink()
        return fresh

    @contextlib.contextmanager
    def _attached(self, path: Path | None, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of its own whose default database is the file (None: an empty one in memory)."""
        connection = duckdb.connect(
            config={
                "memory_limit": self.memory_limit,
                "threads": self.threads,
                "temp_directory": str(self._spill()),
            }
        )
        try:
            place = _literal(path) if path else "':memory:'"
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


_BATCHES = "CREATE TABLE IF NOT EXISTS batches (id BIGINT, applied_at TIMESTAMPTZ, counts VARCHAR)"
_LAYOUT = (
    "CREATE TABLE IF NOT EXISTS layout (name VARCHAR, tail BIGINT)"  # rows added since the table was in order
)


def _loose_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables whose rows out of order have come to more than their share."""
    tails = connection.execute("SELECT name, sum(tail) FROM layout GROUP BY name").fetchall()
    return [
        name
        for name, tail in tails
        if tail > TAIL_SHARE * connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]  # noqa: S608
    ]


def _empty() -> duckdb.DuckDBPyConnection:
    """What is asked before anything was ever published: every table, no row."""
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(create_table(table, "duckdb"))
    connection.execute(_BATCHES)
    return connection


def _executor(connection: duckdb.DuckDBPyConnection) -> Execute:
    return lambda sql: connection.execute(sql).fetchall()


def _is_full(error: duckdb.Error) -> bool:
    text = str(error).lower()
    return any(words in text for words in ("no space left", "quota exceeded", "file too large"))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: Path | str) -> str:
    return "'" + str(value).replace("'", "''") + "'"
