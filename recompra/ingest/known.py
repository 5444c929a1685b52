"""Customers whom a file names without making them: whoever is not on record is counted and left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

import pyarrow as pa
from django.utils.translation import gettext_noop

from recompra.customers.models import ContactPoint, Customer, ExternalId
from recompra.ingest.bulk import look_up
from recompra.ingest.columns import IDENTITY
from recompra.ingest.desk import Desk
from recompra.ingest.distinct import person_columns
from recompra.ingest.identify import keys_of_customers
from recompra.ingest.person import Said, read
from recompra.ingest.resolve import points_of

CHUNK = 5_000
CUSTOMER, EXTERNAL, POINT = (model._meta.db_table for model in (Customer, ExternalId, ContactPoint))


def recognise(desk: Desk) -> None:
    """Make `keys` (person, customer_key) of those on record. Writes nothing about anybody."""
    names = person_columns(desk)
    desk.run_sql("CREATE OR REPLACE TABLE keys (person UBIGINT, customer_key BIGINT)")
    desk.facts["people"] = {"distinct": 0, "new": 0, "changed": 0, "unidentified": 0, "erased": 0}
    if not names:
        return
    identifying = ", ".join(name for name in IDENTITY if name in names)
    desk.run_sql(
        "CREATE OR REPLACE TABLE faces AS SELECT row_number() OVER () AS position, person, "  # noqa: S608
        f"{', '.join(names)} FROM people_told "
        f"WHERE person IS NOT NULL AND coalesce({identifying}) IS NOT NULL"
    )
    total = desk.one("SELECT count(*) FROM faces")
    for first in range(1, total + 1, CHUNK):
        rows = desk.run_sql(
            f"SELECT position, {', '.join(names)} FROM faces WHERE position BETWEEN ? AND ?",  # noqa: S608
            [first, first + CHUNK - 1],
        )
        _add(desk, {row[0]: said_of(dict(zip(names, row[1:], strict=True))) for row in rows})
        desk.lease.progress(min(first + CHUNK - 1, total), total, gettext_noop("identifying customers"))
    desk.run_sql("DROP TABLE people_told")
    known = desk.one("SELECT count(DISTINCT customer_key) FROM keys")
    desk.facts["people"] |= {
        "distinct": known,
        "unidentified": total - desk.one("SELECT count(*) FROM keys"),
    }


def said_of(row: Mapping[str, str | None]) -> Said:
    """What a row says; an e-mail given as the shop's own id (as sites do) is an e-mail."""
    told = dict(row)
    code = told.get("customer_id") or ""
    if "@" in code and not told.get("email"):
        told |= {"customer_id": None, "email": code}
    return read(told, "dmy")


def _add(desk: Desk, said: Mapping[int, Said]) -> None:
    found = owners(said, desk.run.system)
    keys = keys_of_customers(set(found.values()))
    pairs = [(position, keys[pk]) for position, pk in found.items() if pk in keys]
    if not pairs:
        return
    arrow = pa.table(
        {
            "position": pa.array([position for position, _key in pairs], pa.int64()),
            "customer_key": pa.array([key for _position, key in pairs], pa.int64()),
        }
    )
    desk.db.register("found_now", arrow)
    desk.run_sql("INSERT INTO keys SELECT person, customer_key FROM faces JOIN found_now USING (position)")
    desk.db.unregister("found_now")


def owners(said: Mapping[int, Said], system: str) -> dict[int, int]:
    """{what it was asked under: customer id} of those on record: by the id in that system, then CPF, CNPJ,
    e-mail, mobile. Of several who share an e-mail or a mobile it is the one known longest."""
    by_id = dict(
        look_up(
            f"SELECT value, customer_id FROM {EXTERNAL} WHERE source = %s AND value {{chosen}}",  # noqa: S608
            [one.external_id for one in said.values() if one.external_id],
            system,
        )
    )
    by_cpf = _by_document("cpf", [one.cpf for one in said.values() if one.cpf])
    by_cnpj = _by_document("cnpj", [one.cnpj for one in said.values() if one.cnpj])
    by_point = {
        point: min(pks) for point, pks in sharing({p for s in said.values() for p in points_of(s)}).items()
    }
    found: dict[int, int] = {}
    for asked, one in said.items():
        ways = (
            by_id.get(one.external_id),
            by_cpf.get(one.cpf or ""),
            by_cnpj.get(one.cnpj or ""),
            *(by_point.get(point) for point in points_of(one)),
        )
        owner = next((pk for pk in ways if pk), None)
        if owner:
            found[asked] = owner
    return standing(found)


def sharing(points: Collection[tuple[str, str]]) -> dict[tuple[str, str], set[int]]:
    """{(kind, match key) of an e-mail or a mobile: the customers who have it}, as their records tell it."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for kind, key, pk in look_up(
        f"SELECT kind, match_key, customer_id FROM {POINT} "  # noqa: S608
        "WHERE kind IN ('email', 'mobile') AND match_key {chosen}",
        sorted({key for _kind, key in points}),
    ):
        found[kind, key].add(pk)
    return found


def _by_document(name: str, documents: list[str]) -> dict[str, int]:
    return dict(look_up(f"SELECT {name}, id FROM {CUSTOMER} WHERE {name} {{chosen}}", documents))  # noqa: S608


def standing(found: dict[int, int]) -> dict[int, int]:
    """{what it was asked under: customer id}, with the record that is left of two that were merged."""
    merged = dict(
        look_up(
            f"SELECT id, merged_into_id FROM {CUSTOMER} WHERE merged_into_id IS NOT NULL AND id {{chosen}}",  # noqa: S608
            sorted(set(found.values())),
        )
    )
    return {asked: merged.get(pk, pk) for asked, pk in found.items()}
