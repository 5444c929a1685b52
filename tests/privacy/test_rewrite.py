"""Deleted rows leave the disk only when nobody can see them any more: the rewriting waits for who may."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from django.db import connection

from recompra.customers.models import Customer
from recompra.privacy.erasure import rewrite


def held_off_by_a_reader(monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether SQLite's log cannot be folded in while another connection reads, and can afterwards."""
    with sqlite3.connect(connection.settings_dict["NAME"], uri=True, isolation_level=None) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM customers_customer").fetchall()
        Customer.objects.create(name="Ana")
        with monkeypatch.context() as impatient:
            impatient.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.2)
            waited = not rewrite._fold_log_in()
        reader.execute("ROLLBACK")
    reader.close()
    return waited and rewrite._fold_log_in()


def held_off_by_a_writer(database: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether PostgreSQL's tables are not written anew while a transaction of that database writes, and are
    afterwards."""
    given = connection.settings_dict
    where = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"]}
    with psycopg.connect(**where, dbname=database) as other, connection.cursor() as cursor:
        other.execute("SELECT pg_current_xact_id()")
        monkeypatch.setattr(rewrite, "PATIENCE_SECONDS", 0.2)
        waited = not rewrite._nobody_sees_the_deleted(cursor)
        other.rollback()
        monkeypatch.setattr(rewrite, "PATIENCE_SECONDS", 60.0)
        return waited and rewrite._nobody_sees_the_deleted(cursor)


@pytest.mark.django_db(transaction=True)
def test_the_rewriting_waits_for_who_may_still_see_the_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        assert held_off_by_a_reader(monkeypatch)
    else:
        assert held_off_by_a_writer(str(connection.settings_dict["NAME"]), monkeypatch)
        assert held_off_by_a_writer("postgres", monkeypatch), "of another database of the same server"
