"""Everything the house holds about one person, in one document (LGPD arts. 18, I, II and VII, 19 and 20).

Complete because it is gathered from what every room declares; `schema.json` says its form.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.customers.models import Customer
from recompra.customers.xray.purchase_record import ITEMS, ORDERS, SCORES, explained_profile
from recompra.privacy.dossier.words import COLUMNS
from recompra.privacy.erasure.erase import records_of
from recompra.privacy.models import Operator, ShopPrivacy
from recompra.theme.personal import Declared, Held, Row, rooms

FORMAT = "recompra-dossier-1"
NOT_PORTED = frozenset(("accounts.AccessLog", "customers.ExportRoll", "customers.Standing", SCORES))
"""Tables that are the shop's own account of the person; portability is of the person's data (art. 18, V)."""


def dossier(customer_id: int) -> dict[str, Any]:
    """The whole dossier of a person, records merged into theirs included, as plain values.

    Raises Customer.DoesNotExist.
    """
    customer = Customer.objects.get(pk=customer_id)
    ids = records_of(customer)
    shop = ShopPrivacy.current()
    return {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "subject": {"public_id": str(customer.public_id), "records": ids},
        "controller": {
            "name": shop.controller, "cnpj": shop.cnpj, "dpo": shop.dpo_name, "contact": shop.dpo_contact,
        },
        "held": held(ids),
        "processing": [_told(one) for _room, declared in rooms() for one in _declared(declared)],
        "profile": explained_profile(customer_id),
        "sharing": [
            {"name": one.name, "purpose": one.purpose, "data": one.shared, "country": one.country,
             "mechanism": one.mechanism}
            for one in Operator.objects.filter(is_active=True)
        ],
    }  # fmt: skip


def held(ids: list[int]) -> list[dict[str, Any]]:
    """[{table, title, rows}] of every table that rooms declare: also the empty ones, which say that nothing
    is held there."""
    found: dict[str, list[Row]] = {}
    for _room, declared in rooms():
        if hasattr(declared, "export"):
            for one in ids:
                for table, rows in declared.export(one).items():
                    mine = found.setdefault(table, [])
                    mine += [row for row in rows if row not in mine]
    titles = table_titles()
    return [
        {"table": table, "title": titles.get(table, table), "rows": rows} for table, rows in found.items()
    ]


def portable(customer_id: int) -> list[dict[str, Any]]:
    """The tables with rows that portability hands over (art. 18, V)."""
    ids = records_of(Customer.objects.get(pk=customer_id))
    return [part for part in held(ids) if part["rows"] and part["table"] not in NOT_PORTED]


def held_tables() -> Iterator[Held]:
    """Every table that a room declares to hold rows about a person."""
    for _room, declared in rooms():
        yield from getattr(declared, "HELD", ())


def table_titles() -> dict[str, str]:
    """What tables are called on a page, those included that are no tables of the database."""
    others = {
        ORDERS: _("purchases"),
        ITEMS: _("items of the purchases"),
        SCORES: _("scores of the purchases"),
        "customers.ExportRoll": _("exported lists with the person in them"),
        "ingest.QuarantinedRow": _("imported rows set aside"),
        "ingest.ImportRun": _("first rows of files that wait for an answer"),
        "ingest.files": _("files of imports"),
        "dashboards.files": _("report files"),
        "customers.files": _("list files"),
    }
    return {one.model: str(one.title) for one in held_tables()} | others


def _declared(declared: Any) -> tuple[Declared, ...]:
    found: tuple[Declared, ...] = getattr(declared, "PERSONAL", ())
    tables = {one.model for one in getattr(declared, "HELD", ())} | {"ingest.QuarantinedRow"}
    return tuple(one for one in found if any(name.rpartition(".")[0] in tables for name in one.columns))


def _told(one: Declared) -> dict[str, Any]:
    return {
        "columns": list(one.columns),
        "purpose": str(one.purpose),
        "basis": str(one.basis),
        "retention": str(one.retention),
    }


def column_title(model: type[Model] | None, name: str) -> str:
    """What a column is called: by the words of the model where it has any, else by ours."""
    field = {each.attname: each for each in model._meta.concrete_fields}.get(name) if model else None
    plain = field.name if field is not None else name
    words = str(getattr(field, "verbose_name", plain))
    if words.replace(" ", "_") in (plain, name) or words == "ID":
        words = str(COLUMNS.get(plain.lower(), words))
    return words.replace("_", " ").strip() or name
