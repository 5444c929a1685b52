"""Many rows at once are all there, whatever their number; and what runs beside a desk ends with it."""

from __future__ import annotations

import sqlite3
import time

import duckdb
import pytest
from django.db import connection, transaction

from recompra.customers.models import Customer, ExternalId
from recompra.ingest.bulk import PARAMETERS, insert
from recompra.ingest.desk import desk
from recompra.ingest.models import ImportRun
from recompra.ingest.person import read
from recompra.ingest.resolve import resolve
from recompra.work.lease import Lease

pytestmark = pytest.mark.django_db
ENDLESS = "SELECT count(*) FROM range(10_000_000_000_000) AS t(n) WHERE n % 7 = 3"
MANY, FEW = (most // 3 for most in PARAMETERS)


@pytest.mark.parametrize("count", [1, FEW - 1, FEW, FEW + 1, MANY + 3 * FEW + 7])
def test_every_row_is_inserted_once(count: int) -> None:
    ana = Customer.objects.create(name="Ana")
    rows = [(ana.pk, "loja", f"C{number}") for number in range(count)]
    insert(ExternalId, ("customer_id", "source", "value"), rows)
    found = ExternalId.objects.order_by("pk").values_list("customer_id", "source", "value")
    assert list(found) == rows


def test_a_percent_sign_and_a_quote_come_through() -> None:
    ana = Customer.objects.create(name="Ana")
    values = ["100% d'Ávila", "%s ? 'x'"]
    insert(
        ExternalId, ("customer_id", "source", "value"), [(ana.pk, "a 50% 'loja'", text) for text in values]
    )
    assert list(ExternalId.objects.order_by("pk").values_list("value", flat=True)) == values
    assert set(ExternalId.objects.values_list("source", flat=True)) == {"a 50% 'loja'"}


def test_an_id_in_another_system_contradicts_nobody() -> None:
    """Bruno of the till may be Bruno of the online shop; two ids of one system are two people."""
    with transaction.atomic():
        resolve({1: read({"customer_id": "7", "email": "bruno@b.com"}, "dmy")}, "till")
        resolve({2: read({"customer_id": "900", "email": "bruno@b.com"}, "dmy")}, "online")
        assert Customer.objects.count() == 1
        resolve({3: read({"customer_id": "8", "email": "bruno@b.com"}, "dmy")}, "till")
    assert Customer.objects.count() == 2


def test_what_runs_beside_a_desk_ends_with_it() -> None:
    run = ImportRun.objects.create(source="csv", system="shop")
    begun = time.monotonic()
    with desk(run, Lease(run)) as opened:
        apart = opened.leave(lambda place: place.run_sql(ENDLESS))
        cursor = opened.db.cursor()
        endless = opened.start(cursor, lambda: cursor.execute(ENDLESS))
        waiting = opened.start(cursor, lambda: cursor.execute("SELECT 1"))
    for one in (apart, endless):
        with pytest.raises(duckdb.InterruptException):
            one.result()
    assert waiting.cancelled()
    assert time.monotonic() - begun < 30


def test_an_old_database_gets_few_values_at_once() -> None:
    if connection.vendor == "postgresql":
        return  # copies rows, however many
    ana = Customer.objects.create(name="Ana")
    limit = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
    try:
        insert(
            ExternalId,
            ("customer_id", "source", "value"),
            [(ana.pk, "loja", str(n)) for n in range(2 * MANY)],
        )
    finally:
        connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, limit)
    assert ExternalId.objects.count() == 2 * MANY
