"""Customers whom nobody here can be: told in usual ways, and by nothing that anyone else is told by.

They need no care and are most of a first import, so they are written many at once, as the engine read them.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from datetime import date
from typing import Any

from django.utils import timezone

from recompra.customers.identifiers import Phone, rg_key
from recompra.customers.models import ContactPoint, Customer, ExternalId
from recompra.customers.name_words import indexed_together
from recompra.ingest.bulk import insert, look_up, new_ids, ready
from recompra.ingest.person import Said
from recompra.ingest.resolve import points_of

Usual = tuple[Any, ...]
"""The fingerprint and what was said: usual.COLUMNS, read here by position."""

EXTERNAL_ID, EMAIL, FIRST, SECOND, NAME, CPF, RG = 1, 2, 3, 6, 9, 11, 13
CUSTOMER, EXTERNAL, POINT = (model._meta.db_table for model in (Customer, ExternalId, ContactPoint))
RECORD = (
    "id", "public_id", "name", "name_key", "cpf", "cnpj", "rg", "birth_date", "sex", "marital_status",
    "street", "postcode", "city", "state", "accepts_contact", "rg_key", "created_at", "updated_at",
)  # fmt: skip
"""Columns of a customer's record; from `name` to `accepts_contact` they are a usual row's, from NAME on."""


def is_somebody(row: Usual) -> bool:
    """As `Said.is_somebody`."""
    return bool(
        row[EXTERNAL_ID] or row[CPF] or row[EMAIL] or row[FIRST] == "mobile" or row[SECOND] == "mobile"
    )


def points(row: Usual) -> list[str]:
    """What may identify the person besides id and documents: e-mail and mobiles' match keys."""
    found = [row[EMAIL]] if row[EMAIL] else []
    return found + [row[at + 2] for at in (FIRST, SECOND) if row[at] == "mobile"]


def sort_out(rows: list[Usual], odd: dict[int, Said], system: str) -> tuple[list[Usual], dict[int, Said]]:
    """(rows of people who are certainly new, everybody else by fingerprint)."""
    told = [points(row) for row in rows]
    ids = Counter(row[EXTERNAL_ID] for row in rows if row[EXTERNAL_ID])
    documents = Counter(row[CPF] for row in rows if row[CPF])
    ways = Counter(point for mine in told for point in mine)
    for said in odd.values():
        ids[said.external_id] += 1
        documents[said.cpf or ""] += 1
        ways.update(key for _kind, key in points_of(said))
    known_ids = _shared(ids, f"SELECT value FROM {EXTERNAL} WHERE source = %s AND value {{chosen}}", system)  # noqa: S608
    known_documents = _shared(documents, f"SELECT cpf FROM {CUSTOMER} WHERE cpf {{chosen}}")  # noqa: S608
    known_ways = _shared(
        ways,
        f"SELECT match_key FROM {POINT} WHERE kind IN ('email', 'mobile') AND match_key {{chosen}}",  # noqa: S608
    )
    new, others = [], dict(odd)
    for row, mine in zip(rows, told, strict=True):
        is_known = row[EXTERNAL_ID] in known_ids or row[CPF] in known_documents
        if is_known or not known_ways.isdisjoint(mine):
            others[row[0]] = said_by(row)
        else:
            new.append(row)
    return new, others


def _shared(counted: Counter[str], sql: str, *values: str) -> set[str]:
    """Those of these words that several people of the chunk say, or a customer already has."""
    counted.pop("", None)
    several = {word for word, count in counted.items() if count > 1}
    return several.union(word for (word,) in look_up(sql, list(counted), *values))


def said_by(row: Usual) -> Said:
    """The same in the form of the exact way."""
    name, _key, cpf, cnpj, rg, birth_date, *others = row[NAME:]
    phones = tuple(Phone(row[at], row[at + 1], row[at + 2]) for at in (FIRST, SECOND) if row[at] is not None)
    born = date.fromisoformat(birth_date) if birth_date else None
    return Said(row[EXTERNAL_ID], cpf, cnpj, row[EMAIL], phones, name, rg, born, *others)


def write(rows: list[Usual], system: str) -> list[int]:
    """The ids of these people's new records, in their order. Inside the transaction that sorted them out."""
    if not rows:
        return []
    ids = new_ids(Customer, len(rows))
    now = ready(timezone.now())
    publics = public_ids(len(rows))
    with indexed_together(ids):
        records = zip(ids, publics, rows, strict=True)
        insert(
            Customer,
            RECORD,
            [(pk, public, *row[NAME:], rg_key(row[RG]), now, now) for pk, public, row in records],
        )
    people = list(zip(ids, rows, strict=True))
    insert(
        ExternalId,
        ("customer_id", "source", "value"),
        [(pk, system, row[EXTERNAL_ID]) for pk, row in people if row[EXTERNAL_ID]],
    )
    insert(
        ContactPoint,
        ("customer_id", "kind", "value", "match_key", "source", "created_at"),
        [
            (pk, kind, value, key, system, now)
            for pk, row in people
            for kind, value, key in (("email", row[EMAIL], row[EMAIL]), row[FIRST:SECOND], row[SECOND:NAME])
            if value
        ],
    )
    return ids


def public_ids(count: int) -> list[str]:
    """UUIDs (RFC 9562, version 7: the millisecond, then 74 random bits) as the database's driver takes them.

    In ascending order they stand side by side in the index; random ones would touch all of its pages.
    """
    moment, text = f"{time.time_ns() // 1_000_000:012x}7", os.urandom(10 * count).hex()
    ids = (
        f"{moment}{text[at : at + 3]}{'89ab'[int(text[at + 3], 16) & 3]}{text[at + 4 : at + 19]}"
        for at in range(0, 20 * count, 20)
    )
    return sorted(ids)
