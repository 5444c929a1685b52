"""The facts in a schema of a PostgreSQL database: for a team that wants one database, up to about a million
lines."""

from __future__ import annotations

import contextlib
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import adbc_driver_postgresql.dbapi as adbc
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from recompra.warehouse import archive
from recompra.warehouse.contract import Desk, Draft, Engine
from recompra.warehouse.dialect import (
    answer_schema,
    arrow_schema,
    create_table,
    held_schema,
    held_select,
    remake_table,
    to_sql,
    typed_select,
)
from recompra.warehouse.load import (
    CLUSTERED_BY,
    KEYS,
    Applied,
    Counts,
    LoadBatch,
    WriterBusy,
    counts_from,
    counts_text,
    waiting,
)
from recompra.warehouse.schema import TABLES
from recompra.warehouse.upsert import order_of
from recompra.warehouse.whole import take_in

_SCHEMA = re.compile(r"^[a-z_][a-z0-9_]{0,62}$")
_ASKED = {"schema", "archive"}
_MADE = (
    "CREATE TABLE IF NOT EXISTS batches "
    "(id BIGINT PRIMARY KEY, applied_at TIMESTAMPTZ DEFAULT now(), fingerprint TEXT, counts TEXT)",
    "CREATE TABLE IF NOT EXISTS generation (number BIGINT, token TEXT)",
)


@dataclass
class _Session(threading.local):
    """This thread's connection, and how many `hold`s keep it in one snapshot."""

    lease: _Lease | None = None
    pins: int = 0


@dataclass(frozen=True)
class _Lease:
    """Closes the connection when its thread ends."""

    connection: Any

    def __del__(self) -> None:
        self.connection.close()


@dataclass
class PostgresEngine(Engine):
    uri: str
    schema: str = "recompra_facts"
    archive: Path | None = None
    dialect: str = "postgres"
    _session: _Session = field(default_factory=_Session)

    @classmethod
    def at(cls, url: str) -> PostgresEngine:
        """From a libpq URL; our own options are taken out of its query."""
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        schema = options.get("schema", "recompra_facts")
        if not _SCHEMA.match(schema):
            raise ValueError("the schema in WAREHOUSE_URL must be lower-case letters, digits and underscores")
        rest = urlencode({name: value for name, value in options.items() if name not in _ASKED})
        folder = options.get("archive")
        return cls(urlunsplit(parts._replace(query=rest)), schema, Path(folder) if folder else None)

    # reading ---------------------------------------------------------------------------------------------

    def version(self) -> str:
        connection = self._reading()
        found = _ask(connection, "SELECT number, token FROM generation")
        return f"{int(found[0][0]):06d}-{found[0][1]}" if found else ""

    def run(self, expr: ibis.Expr, params: dict[Any, Any] | None = None) -> pa.Table:
        with self._reading().cursor() as cursor:
            cursor.execute(to_sql(expr, self.dialect, params))
            return _typed(cursor.fetch_arrow_table(), answer_schema(expr))

    def batches(
        self, expr: ibis.Expr, rows: int = 50_000, params: dict[Any, Any] | None = None
    ) -> Iterator[pa.RecordBatch]:
        if self._session.pins:  # only the pinned connection sees the held snapshot
            yield from self.run(expr, params).to_batches(max_chunksize=rows)
            return
        with self._connected() as apart:
            yield from _streamed(apart, to_sql(expr, self.dialect, params), answer_schema(expr), rows)

    @contextlib.contextmanager
    def hold(self, expr: ibis.Expr, name: str) -> Iterator[ibis.Table]:
        connection, session = self._reading(), self._session
        if not session.pins:
            _ask(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ")
        session.pins += 1
        try:
            _ask(connection, f"CREATE TEMPORARY TABLE {_quoted(name)} AS {held_select(expr, self.dialect)}")
            yield ibis.table(expr.as_table().schema(), name=name)
        finally:
            session.pins -= 1
            if not session.pins:
                _ask(connection, "ROLLBACK")

    @contextlib.contextmanager
    def desk(self) -> Iterator[Desk]:
        self._reading()  # makes the tables where they are missing
        connection = self._open(autocommit=False)
        try:
            _ask(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield _Desk(connection)
        finally:
            connection.close()

    def close(self) -> None:
        self._session = _Session()

    def _reading(self) -> Any:
        if self._session.lease is None:
            with self._writing(lock=False):
                pass  # the tables must be there before they can be asked
            self._session.lease = _Lease(self._open(autocommit=True))
        return self._session.lease.connection

    def _open(self, *, autocommit: bool) -> Any:
        connection = adbc.connect(self.uri, autocommit=autocommit)
        _ask(connection, f'SET search_path TO "{self.schema}"')
        if not autocommit:
            connection.commit()
        return connection

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Any]:
        connection = self._open(autocommit=True)
        try:
            yield connection
        finally:
            connection.close()

    # writing ---------------------------------------------------------------------------------------------

    def compare(self, batch: LoadBatch) -> dict[str, Counts]:
        with self._writing(lock=False) as connection:
            counts = _compared(connection, batch.files(), batch.id, write=False)
            connection.rollback()
            return counts

    def apply_all(self, batches: Sequence[LoadBatch], *, upon: str | None = None) -> list[Applied]:
        with self._writing() as connection:
            if upon not in (None, self.version()):
                raise WriterBusy("another process wrote the facts since these rows were read")
            found = _ask(connection, "SELECT id, fingerprint, counts FROM batches")
            done = {int(number): counts_from(text) for number, _mark, text in found}
            marks = waiting(batches, {int(number): mark for number, mark, _counts in found})
            todo = [batch for batch in batches if batch.id in marks]
            for batch in todo:
                done[batch.id] = self._bring_in(connection, batch, marks[batch.id])
            changed = [batch for batch in todo if any(counts.written for counts in done[batch.id].values())]
            if changed:
                number = self._next(connection)
                for place, batch in enumerate(changed if self.archive else ()):
                    archive.keep(self._folder(), number, place, batch)
            else:
                connection.rollback()
            connection.commit()
        version = self.version()
        return [Applied(version, done[batch.id]) for batch in batches]

    def revise(self, work: Callable[[Draft], object]) -> str:
        with self._writing() as connection:
            draft = _Draft(connection)
            work(draft)
            if draft.is_changed:
                self._next(connection)
                connection.commit()
        return self.version()

    def upgrade(self) -> bool:
        with self._writing() as connection:
            held = _held_columns(connection)
            if all(set(table.columns) <= held.get(name, set()) for name, table in TABLES.items()):
                return False
            self._make_tables(connection)
            connection.commit()
            return True

    def rebuild(self) -> str:
        folder = self._folder()
        with self._writing() as connection:
            newest = int(_ask(connection, "SELECT coalesce(max(number), 0) FROM generation")[0][0])
            for table in (*TABLES, "batches"):
                _ask(connection, f"DELETE FROM {table}")  # noqa: S608
            for batch in archive.kept(folder, newest):
                self._bring_in(connection, batch, batch.fingerprint())
            self._next(connection)
            connection.commit()
        return self.version()

    def check(self) -> dict[str, Any]:
        connection = self._reading()
        return {
            "version": self.version(),
            "schema": self.schema,
            "bytes": int(_ask(connection, _SIZE)[0][0]),
            "rows": {name: self.run(table.count()).column(0)[0].as_py() for name, table in TABLES.items()},
            "batches": int(_ask(connection, "SELECT count(*) FROM batches")[0][0]),
            "archive": str(self.archive or ""),
        }

    def _folder(self) -> Path:
        if self.archive is None:
            raise ValueError("WAREHOUSE_URL names no archive folder (&archive=/folder)")
        return self.archive

    @contextlib.contextmanager
    def _writing(self, *, lock: bool = True) -> Iterator[Any]:
        """A transaction as the one writer, the tables made. What is not committed inside is undone."""
        connection = self._open(autocommit=False)
        try:
            if not _ask(connection, _HAS_TABLES):
                self._lock(connection)
                self._make_tables(connection)
                connection.commit()
            if lock:
                self._lock(connection)
            yield connection
        finally:
            connection.close()

    def _lock(self, connection: Any) -> None:
        taken = _ask(
            connection,
            f"SELECT pg_try_advisory_xact_lock(hashtext('recompra'), hashtext('{self.schema}'))",
        )
        if not taken[0][0]:
            raise WriterBusy(f"another process is writing the schema {self.schema}")

    def _make_tables(self, connection: Any) -> None:
        _ask(connection, f'CREATE SCHEMA IF NOT EXISTS "{self.schema}"')
        held = _held_columns(connection)
        for table in TABLES:
            _ask(connection, create_table(table, self.dialect))
            for statement in remake_table(table, held[table], self.dialect) if table in held else ():
                _ask(connection, statement)
            columns = ", ".join(f'"{name}"' for name in KEYS.get(table, CLUSTERED_BY[table]))
            _ask(connection, f"CREATE INDEX IF NOT EXISTS {table}_key ON {table} ({columns})")
        for table in ("orders", "order_items"):
            _ask(
                connection,
                f"CREATE INDEX IF NOT EXISTS {table}_customer ON {table} (customer_key, ordered_at)",
            )
        for statement in _MADE:
            _ask(connection, statement)

    def _bring_in(self, connection: Any, batch: LoadBatch, fingerprint: str) -> dict[str, Counts]:
        counts = _compared(connection, batch.files(), batch.id, write=True)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO batches (id, fingerprint, counts) VALUES ($1, $2, $3)",
                (batch.id, fingerprint, counts_text(counts)),
            )
        return counts

    def _next(self, connection: Any) -> int:
        """Count the generation on; within the transaction."""
        found = _ask(connection, "SELECT number FROM generation")
        number = int(found[0][0]) + 1 if found else 1
        _ask(connection, "DELETE FROM generation")
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO generation VALUES ($1, $2)", (number, secrets.token_hex(4)))
        return number


def _streamed(connection: Any, sql: str, schema: pa.Schema, rows: int) -> Iterator[pa.RecordBatch]:
    """The answer in pieces of up to so many rows, in the types of the schema."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for batch in cursor.fetch_record_batch():
            yield from _typed(pa.Table.from_batches([batch]), schema).to_batches(max_chunksize=rows)


class _Desk(Desk):
    """Inside one transaction of a connection."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def run(self, expr: ibis.Expr) -> pa.Table:
        with self.connection.cursor() as cursor:
            cursor.execute(to_sql(expr, "postgres"))
            return _typed(cursor.fetch_arrow_table(), answer_schema(expr))

    def batches(self, expr: ibis.Expr, rows: int = 50_000) -> Iterator[pa.RecordBatch]:
        return _streamed(self.connection, to_sql(expr, "postgres"), answer_schema(expr), rows)

    def hold(self, content: ibis.Table | pa.Table, name: str) -> ibis.Table:
        own = _quoted(name)
        if isinstance(content, pa.Table):
            _ingest(self.connection, name, content)
            schema = held_schema(content.schema)
        else:
            _ask(self.connection, f"CREATE TEMPORARY TABLE {own} AS {held_select(content, 'postgres')}")
            schema = content.schema()
        _ask(self.connection, f"ANALYZE {own}")
        return ibis.table(schema, name=name)

    def drop(self, name: str) -> None:
        _ask(self.connection, f"DROP TABLE {_quoted(name)}")


class _Draft(_Desk, Draft):
    """Computed tables, written inside the one transaction of a writer's connection."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.is_changed = False

    def put(self, table: str, content: ibis.Table | pa.Table | Path) -> None:
        with self._fresh(table, content):
            _ask(self.connection, f"DELETE FROM {table}")  # noqa: S608
            self._insert(table)

    def add(self, table: str, content: ibis.Table | pa.Table | Path) -> None:
        with self._fresh(table, content):
            self._insert(table)

    def add_in_order(self, table: str, pieces: Iterable[ibis.Table]) -> None:
        columns = ", ".join(f'"{name}"' for name in TABLES[table].columns)
        for piece in pieces:
            fresh = typed_select(table, f"({to_sql(piece, 'postgres')}) AS content")
            _ask(self.connection, f"INSERT INTO {table} ({columns}) SELECT {columns} FROM ({fresh}) AS fresh")  # noqa: S608
            self.is_changed = True
        _ask(self.connection, f"ANALYZE {table}")

    def remove(self, table: str, gone: ibis.Table) -> None:
        same = " AND ".join(f'{table}."{name}" = gone."{name}"' for name in gone.columns)
        sql = to_sql(gone, "postgres")
        _ask(self.connection, f"DELETE FROM {table} USING ({sql}) AS gone WHERE {same}")  # noqa: S608
        self.is_changed = True

    @contextlib.contextmanager
    def _fresh(self, table: str, content: ibis.Table | pa.Table | Path) -> Iterator[None]:
        """The content waits as the temporary table `fresh`."""
        if isinstance(content, ibis.Table):
            source = f"({to_sql(content, 'postgres')}) AS content"
        else:
            schema = arrow_schema(TABLES[table].schema()) if isinstance(content, Path) else None
            _ingest(self.connection, "content", content, schema)
            source = "content"
        _ask(self.connection, f"CREATE TEMPORARY TABLE fresh AS {typed_select(table, source)}")
        yield
        _ask(self.connection, "DROP TABLE fresh")
        if source == "content":
            _ask(self.connection, "DROP TABLE content")

    def _insert(self, table: str) -> None:
        columns = ", ".join(f'"{name}"' for name in TABLES[table].columns)
        _ask(
            self.connection,
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM fresh ORDER BY {order_of(table)}",  # noqa: S608
        )
        _ask(self.connection, f"ANALYZE {table}")
        self.is_changed = True


_HAS_TABLES = "SELECT 1 WHERE to_regclass('generation') IS NOT NULL"
_COLUMNS_HELD = (
    "SELECT table_name::text, column_name::text FROM information_schema.columns "
    "WHERE table_schema = current_schema()"
)
_SIZE = (
    "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _ask(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


def _held_columns(connection: Any) -> dict[str, set[str]]:
    held: dict[str, set[str]] = {}
    for table, column in _ask(connection, _COLUMNS_HELD):
        held.setdefault(table, set()).add(column)
    return held


def _compared(connection: Any, files: dict[str, Path], batch: int, *, write: bool) -> dict[str, Counts]:
    """What a batch's Parquet files are to the facts; with `write`, brought in."""
    for table, path in files.items():
        _ingest(connection, f"incoming_{table}", path, arrow_schema(TABLES[table].schema()))
        _ask(connection, f"ANALYZE incoming_{table}")
    counts = take_in(lambda sql: _ask(connection, sql), files, batch, "ctid", write=write)
    for table in files:
        _ask(connection, f"DROP TABLE incoming_{table}")
    return counts


def _ingest(connection: Any, name: str, source: Path | pa.Table, schema: pa.Schema | None = None) -> None:
    """Arrow or a Parquet file into a temporary table, in pieces."""
    if isinstance(source, pa.Table):
        reader = source.to_reader()
    else:
        file = pq.ParquetFile(source)
        pieces = (_fitted(batch, schema) for batch in file.iter_batches(50_000))
        reader = pa.RecordBatchReader.from_batches(schema, pieces)
    with connection.cursor() as cursor:
        cursor.adbc_ingest(name, reader, mode="create", temporary=True)


def _fitted(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The columns of the schema in its types; one that the batch lacks is empty."""
    held = set(batch.schema.names)
    columns = [
        batch.column(field.name).cast(field.type)
        if field.name in held
        else pa.nulls(batch.num_rows, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _typed(answer: pa.Table, schema: pa.Schema) -> pa.Table:
    """PostgreSQL's numbers come as text: give them their declared types."""
    plain = [
        column.cast(column.type.storage_type) if isinstance(column.type, pa.BaseExtensionType) else column
        for column in answer.columns
    ]
    return pa.Table.from_arrays(plain, names=schema.names).cast(schema)
