"""Overwriting what deleted rows leave on disk (measured: docs/privacy.md).

SQLite zeroes freed pages (`secure_delete`), but old pages wait in the write-ahead log, and the search's index
keeps deleted words until its parts are merged. PostgreSQL keeps dead rows in the pages of tables, of indexes
and of its statistics until they are written anew; `pg_wal` recycles its files by itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from enum import Enum, auto
from typing import Any

from django.apps import apps
from django.db import OperationalError, connection

from recompra.work.lease import Lease

PAGES = 400
"""Pages of the search's index merged in one transaction: some 50 ms."""
LARGE_BYTES = 200 * 1024**2
LOCK_MILLISECONDS = 3_000
PATIENCE_SECONDS = 3.0


class Found(Enum):
    """How it ended: done; a reader or writer was in the way; a table is too large to be locked by day."""

    DONE = auto()
    BUSY = auto()
    TOO_LARGE = auto()


def rewrite(lease: Lease, labels: Iterable[str], *, at_night: bool) -> Found:
    """Overwrite the bytes of rows deleted before from the tables `labels`. Not inside a transaction; may be
    called again."""
    if connection.vendor == "sqlite":
        _merge_words(lease)
        return Found.DONE if _fold_log_in() else Found.BUSY
    return _vacuum(lease, tables_of(labels), at_night)


def _merge_words(lease: Lease) -> None:
    """Merge the parts of the index of names into one, a little at a time, which drops deleted words."""
    pages = -PAGES  # negative: begin a merge of everything there is
    while True:
        with lease.step(), connection.cursor() as cursor:
            before = _changes(cursor)
            cursor.execute(
                "INSERT INTO customers_name_words(customers_name_words, rank) VALUES ('merge', %s)", [pages]
            )
            if _changes(cursor) - before < 2:
                return
        pages = PAGES


def _changes(cursor: object) -> int:
    cursor.execute("SELECT total_changes()")  # type: ignore[attr-defined]
    return int(cursor.fetchone()[0])  # type: ignore[attr-defined]


def _fold_log_in() -> bool:
    """Bring the log into the database and cut it to nothing; False when a reader stood in the way."""
    connection.close()  # an open statement of our own would be such a reader
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(cursor.fetchone()[0]) == 0


def tables_of(labels: Iterable[str]) -> list[str]:
    """The database's names of these tables (`app.Model`); what is none is passed over."""
    known = {model._meta.label: model._meta.db_table for model in apps.get_models()}
    return sorted({known[label] for label in labels if label in known})


def _vacuum(lease: Lease, tables: list[str], at_night: bool) -> Found:
    with connection.cursor() as cursor:
        if not _nobody_sees_the_deleted(cursor):
            return Found.BUSY
        cursor.execute(
            "SELECT coalesce(max(pg_total_relation_size(name::regclass)), 0) FROM unnest(%s::text[]) AS name",
            [tables],
        )
        if cursor.fetchone()[0] > LARGE_BYTES and not at_night:
            return Found.TOO_LARGE
        cursor.execute(f"SET lock_timeout = {LOCK_MILLISECONDS}")
        try:
            for name in (*tables, "pg_catalog.pg_statistic"):
                lease.keep()
                analyze = "" if name.startswith("pg_") else ", ANALYZE"
                cursor.execute(f"VACUUM (FULL{analyze}) {name}")
        except OperationalError:
            return Found.BUSY
        finally:
            cursor.execute("RESET lock_timeout")
    return Found.DONE


def _nobody_sees_the_deleted(cursor: Any) -> bool:
    """Wait a little for the transactions that began before this moment: while one may still see the deleted
    rows (a report, an ANALYZE of the server's own), PostgreSQL would write them anew with the others. One
    that writes counts in whatever database of the server it is: every later snapshot looks back to it, the
    rewriting's own, too."""
    cursor.execute("SELECT pg_current_xact_id()::xid::text")
    (now,) = cursor.fetchone()
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND (age(backend_xid) >= age(%s::xid) "
            "OR (datname = current_database() AND age(backend_xmin) >= age(%s::xid)))",
            [now, now],
        )
        if not cursor.fetchone()[0]:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
