"""New people written many at once are the same people, with the same record, as those written with care."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import connection, transaction

from recompra.customers.models import ContactPoint, Customer, ExternalId
from recompra.ingest import newcomers
from recompra.ingest.person import read
from recompra.ingest.resolve import resolve
from tests.ingest.test_usual import CELLS, NAMES, PHONES, Row, spoken

pytestmark = pytest.mark.django_db
CPFS = ("529.982.247-25", "11144477735", "000.000.001-91", "52998224725.0", None, None)
EMAILS = ("ana@b.com", "ANA@b.com", "bia@c.org", "nao@x.org", None)


def file_of(seed: int) -> list[Row]:
    """Rows that share ids, documents, e-mails and telephones in all ways."""
    chance = random.Random(seed)
    rows: list[Row] = []
    for number in range(chance.randint(1, 12)):
        row: Row = {"customer_name": f"Ana {number}"}
        row["customer_id"] = chance.choice([None, f"C{chance.randint(1, 9)}", "0"])
        row["document"], row["email"] = chance.choice(CPFS), chance.choice(EMAILS)
        row["mobile"], row["phone"] = chance.choice((*PHONES, None)), chance.choice((*PHONES, None))
        for name in ("birth_date", "sex", "postcode", "state", "accepts_contact"):
            row[name] = chance.choice((*CELLS[name], None))
        rows.append(row)
    return rows


def people(customers: dict[int, int]) -> list[Any]:
    """Everybody in the database without the ids, and which rows of the file they are."""
    found = []
    for customer in Customer.objects.all():
        values = {field.attname: getattr(customer, field.attname) for field in Customer._meta.concrete_fields}
        plain = [
            value for name, value in values.items() if name not in {"id", "public_id"} and name[-3:] != "_at"
        ]
        ways = sorted(
            ContactPoint.objects.filter(customer=customer).values_list("kind", "value", "match_key", "source")
        )
        ids = sorted(ExternalId.objects.filter(customer=customer).values_list("source", "value"))
        found.append((sorted(row for row, pk in customers.items() if pk == customer.pk), plain, ways, ids))
    return sorted(found, key=repr)


def with_care(rows: list[Row]) -> list[Any]:
    said = {place: read(row, "dmy") for place, row in enumerate(rows)}
    return people(resolve({at: one for at, one in said.items() if one.is_somebody}, "till").customers)


def together(rows: list[Row]) -> list[Any]:
    usual, odd = [], {}
    for place, (row, found) in enumerate(zip(rows, spoken(rows), strict=True)):
        said = read(row, "dmy")
        if said.is_somebody and found is not None:
            usual.append(found)
        elif said.is_somebody:
            odd[place] = said
    new, others = newcomers.sort_out(usual, odd, "till")
    customers = dict(zip((row[0] for row in new), newcomers.write(new, "till"), strict=True))
    return people(customers | resolve({at: others[at] for at in sorted(others)}, "till").customers)


@pytest.mark.parametrize("seed", range(40))
def test_both_ways_end_alike_with_and_without_people_here_before(seed: int) -> None:
    before, rows = file_of(1000 + seed) if seed % 2 else [], file_of(seed)
    results = []
    for way in (with_care, together):
        with transaction.atomic():
            with_care(before)
            results.append(way(rows))
            transaction.set_rollback(True)
    assert results[0] == results[1]


def test_a_new_name_is_found_by_its_words_and_the_index_stays_whole() -> None:
    [ana] = spoken([dict.fromkeys(NAMES) | {"customer_id": "7", "customer_name": "Ana Souza"}])
    assert ana is not None
    newcomers.write([ana], "till")
    bia = Customer.objects.create(name="Bia Souza", name_key="bia souza")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT rowid FROM customers_name_words WHERE customers_name_words MATCH 'souza'")
            assert {row[0] for row in cursor.fetchall()} == {
                Customer.objects.get(name="Ana Souza").pk,
                bia.pk,
            }
            cursor.execute(
                "INSERT INTO customers_name_words(customers_name_words) VALUES ('integrity-check')"
            )


def test_public_ids_are_uuids_of_the_seventh_version_in_order() -> None:
    ids = newcomers.public_ids(100)
    assert ids == sorted(set(ids))
    assert {(len(one), one[12], one[16] in "89ab") for one in ids} == {(32, "7", True)}
