"""Many rows into one table, by the database's own quick way. Values must be what the database takes."""

from __future__ import annotations

import gc
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from recompra.customers.many import one_value

LOADING = {
    "cache_size": -65_536,
    "wal_autocheckpoint": 32_000,
    "journal_size_limit": 134_217_728,
    "mmap_size": 0,
}
"""64 MB of pages in memory, and no more of the file beside them; the log is folded in when it has 125 MB,
which it may keep on disk meanwhile: folding waits for the disk, and the same pages are written again and
again."""
WALKED = 50_000
PARAMETERS = (9_000, 900)
"""Values in one statement: SQLite, however it was built, takes 999; most take 32,766. While it works on many,
another thread has the interpreter."""
SWITCH_SECONDS = 0.001
"""What a thread waits for the interpreter while rows are written: by default as long as a statement takes."""


@contextmanager
def loading() -> Iterator[None]:
    """While many rows are written: SQLite keeps more pages in memory and folds in its log less often, and
    Python does not look for circles among millions of short-lived tuples, which have none. Who writes gets
    the interpreter back soon from who reads ahead.
    """
    with _without_circles(), _with_pages(), _taking_turns():
        yield


@contextmanager
def _taking_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@contextmanager
def _without_circles() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _with_pages() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = {name: cursor.execute(f"PRAGMA {name}").fetchall()[0][0] for name in LOADING}
    try:
        _set(LOADING)
        yield
    finally:
        _set(before)


def _set(pragmas: Mapping[str, int]) -> None:
    with connection.cursor() as cursor:
        for name, value in pragmas.items():
            cursor.execute(f"PRAGMA {name} = {value}").fetchall()


def look_up(sql: str, wanted: Sequence[str] | Sequence[int], *values: str) -> list[tuple[Any, ...]]:
    """The rows of a statement that ends in `<column> {chosen}`: that column is one of `wanted`.

    `values` are those before it. One statement whatever their number.
    """
    if not wanted:
        return []
    chosen, given = one_value(wanted)
    with connection.cursor() as cursor:
        cursor.execute(sql.format(chosen=chosen), [*values, given])
        return list(cursor.fetchall())


def highest(model: type[models.Model]) -> int:
    """The last id given: at least as many as there are rows."""
    return model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0


def walk(model: type[models.Model], columns: str, where: str = "", *values: str) -> Iterator[list[Any]]:
    """These columns of every row, in the order of the rows, WALKED at a time. `where` ends in AND."""
    table, after = connection.ops.quote_name(model._meta.db_table), 0
    sql = f"SELECT {columns}, id FROM {table} WHERE {where} id > %s ORDER BY id LIMIT {WALKED}"  # noqa: S608
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, after])
            rows = cursor.fetchall()
        if not rows:
            return
        after = rows[-1][-1]
        yield list(rows)


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of `columns` (attribute names); every other column gets the model's default."""
    if not rows:
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    rest = [field for name, field in fields.items() if name not in columns and not field.primary_key]
    fixed = [field.get_default() for field in rest]
    names = [fields[name].column for name in columns] + [field.column for field in rest]
    quoted = ", ".join(connection.ops.quote_name(str(name)) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row((*row, *fixed))
        else:
            marks = ", ".join([*["%s"] * len(columns), *(_literal(ready(value)) for value in fixed)])
            _insert_together(cursor, f"INSERT INTO {table} ({quoted}) VALUES", f"({marks})", rows)


def _insert_together(cursor: CursorWrapper, head: str, row: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Many rows in each statement: SQLite looks up the table's last id, and begins and ends, once for all."""
    limit, done = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER), 0
    for most in (size for size in PARAMETERS if size <= limit):
        many = most // len(rows[0])
        parts = range(done, len(rows) - many + 1, many)
        if parts:
            values = [tuple(chain.from_iterable(rows[at : at + many])) for at in parts]
            cursor.executemany(f"{head} {', '.join([row] * many)}", values)
            done += many * len(parts)
    if rest := list(chain.from_iterable(rows[done:])):
        cursor.execute(f"{head} {', '.join([row] * (len(rows) - done))}", rest)


def _literal(value: Any) -> str:
    """A default of a model as SQLite writes it: it stands in the statement once, not in every row."""
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float):
        return str(int(value) if isinstance(value, bool) else value)
    return "'" + str(value).replace("'", "''").replace("%", "%%") + "'"


def ready(value: Any) -> Any:
    """A value as the database's driver takes it."""
    if connection.vendor == "postgresql":
        return value
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids that nothing else will get. Inside the transaction that inserts the rows."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        last = int(cursor.fetchone()[0])
    return list(range(last + 1, last + 1 + count))
