"""Everybody side by side, in memory only: what the search for duplicates works on.

Personal data stand here in clear, so nothing of it may reach a disk: the database is in memory, its size is
bounded, and it may not spill.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection
from django.utils.translation import gettext_noop

from recompra.customers.models import ContactPoint, Customer
from recompra.work.lease import Lease

MEMORY = "640MB"
CHUNK = 50_000
READING = gettext_noop("reading the records")

PEOPLE = {
    "id": pa.int64(),
    "name": pa.string(),
    "cpf": pa.string(),
    "cnpj": pa.string(),
    "rg": pa.string(),
    "born": pa.string(),
    "sex": pa.string(),
    "postcode": pa.string(),
    "street": pa.string(),
    "city": pa.string(),
}
POINTS = {"row": pa.int64(), "id": pa.int64(), "is_email": pa.bool_(), "key": pa.string()}
READ_PEOPLE = f"""
    SELECT id, name_key, cpf, cnpj, rg_key, CAST(birth_date AS varchar(10)), sex, postcode, street, city
    FROM {Customer._meta.db_table}
    WHERE id > %s AND merged_into_id IS NULL AND apart = '' ORDER BY id LIMIT {CHUNK}
"""  # noqa: S608 (names from the models)
READ_POINTS = f"""
    SELECT id, customer_id, kind = 'email', match_key FROM {ContactPoint._meta.db_table}
    WHERE id > %s ORDER BY id LIMIT {CHUNK}
"""  # noqa: S608 (names from the models)


class Desk:
    """A private database in memory. `run` is fenced by the lease: a cancelled search stops between steps."""

    def __init__(self, db: duckdb.DuckDBPyConnection, lease: Lease) -> None:
        self.db, self.lease = db, lease

    def run(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        self.lease.keep()
        return self.db.execute(sql, list(parameters) or None).fetchall()

    def one(self, sql: str) -> Any:
        return self.run(sql)[0][0]

    def put(self, table: str, rows: pa.Table) -> None:
        """Append rows of exactly the table's columns."""
        self.db.register("arriving", rows)
        self.db.execute(f"INSERT INTO {table} SELECT * FROM arriving")  # noqa: S608 (our own names)
        self.db.unregister("arriving")


@contextmanager
def desk(lease: Lease) -> Iterator[Desk]:
    """An empty desk, wiped when the block ends."""
    options: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": 2,
        "temp_directory": "",
        "preserve_insertion_order": False,
    }
    with duckdb.connect(":memory:", config=options) as db:
        yield Desk(db, lease)


def gather(at: Desk) -> int:
    """Read every record and contact point, and say how many records there are."""
    at.run(
        "CREATE TABLE people (id BIGINT, name VARCHAR, cpf VARCHAR, cnpj VARCHAR, rg VARCHAR, born VARCHAR, "
        "sex VARCHAR, postcode VARCHAR, street VARCHAR, city VARCHAR)"
    )
    at.run('CREATE TABLE points ("row" BIGINT, id BIGINT, is_email BOOLEAN, "key" VARCHAR)')
    total = Customer.objects.count()
    count = 0
    for rows in _chunks(READ_PEOPLE):
        at.put("people", _table(rows, PEOPLE))
        count += len(rows)
        at.lease.progress(count, total, READING)
    for rows in _chunks(READ_POINTS):
        at.put("points", _table(rows, POINTS))
        at.lease.keep()
    return count


def _chunks(sql: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows in the order of their ids, which stand first; no cursor stays open in between."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [last])
            rows = list(cursor.fetchall())
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _table(rows: list[tuple[Any, ...]], columns: dict[str, pa.DataType]) -> pa.Table:
    arrays = (
        pa.array([bool(value) for value in values] if kind == pa.bool_() else values, kind)
        for values, kind in zip(zip(*rows, strict=True), columns.values(), strict=True)
    )
    return pa.Table.from_arrays(list(arrays), names=list(columns))
