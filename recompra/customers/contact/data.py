"""The contact data of a customer as this member of staff may see it: whole, masked, revealed and logged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from recompra.accounts.masking import DOT, mask_birth, mask_cnpj, mask_cpf, mask_rg
from recompra.customers.contact.addresses import one_line, place
from recompra.customers.models import Address, ContactPerson, ContactPoint, Customer, Origin
from recompra.customers.record import fields
from recompra.theme import formats

REVEALED = (
    "addresses", "birth_date", "cnpj", "contact_points", "contact_persons", "cpf", "notes", "rg", "street",
)  # fmt: skip
ICONS = {"mobile": "smartphone", "phone": "phone", "email": "mail"}
KINDS = list(ICONS)


@dataclass(frozen=True)
class Datum:
    """One line of documents and main address."""

    icon: str
    label: str
    value: str


@dataclass(frozen=True)
class Point:
    """One way to reach the customer, as it is shown: `note` is its confirmation and use in words."""

    row: ContactPoint
    icon: str
    label: str
    value: str
    source: str
    since: dt.datetime

    @property
    def name(self) -> str:
        """For buttons and questions: "celular (41) 98765-4321"."""
        return f"{self.row.get_kind_display()} {self.value}"


@dataclass(frozen=True)
class Place:
    """One further address as it is shown."""

    row: Address
    text: str
    source: str


@dataclass(frozen=True)
class Person:
    """Somebody of a company, and their own ways to be reached."""

    row: ContactPerson
    points: list[Point]


def points(customer: Customer, *, whole: bool) -> list[Point]:
    """Every way to reach the customer, by kind, the preferred one first; `whole` shows them without masks."""
    found = sorted(
        customer.contact_points.all(), key=lambda row: (KINDS.index(row.kind), not row.is_preferred, row.pk)
    )
    return [shown(row, whole=whole) for row in found]


def shown(row: ContactPoint, *, whole: bool) -> Point:
    """One of them, masked unless `whole`."""
    value = fields.shown(row.kind, row.value, whole=whole)
    label = str(row.get_kind_display()).capitalize()
    return Point(row, ICONS.get(row.kind, "phone"), label, value, origin_words(row), row.created_at)


def origin_words(row: ContactPoint | Address) -> str:
    """Where it comes from, in a few words."""
    if row.origin == Origin.SYSTEM:
        return _("from the shop's system")
    words: dict[str, str] = {
        Origin.CUSTOMER: _("given by the customer"),
        Origin.ATTENDANT: _("written by an attendant"),
        Origin.GOOGLE: _("from Google"),
        Origin.RECEITA: _("from Receita Federal"),
    }
    return words[row.origin]


def documents(customer: Customer, *, whole: bool) -> list[Datum]:
    """CPF, CNPJ, RG, birth date and the main address, those there are."""
    found = []
    if customer.cpf:
        found.append(Datum("id-card", "CPF", formats.cpf(customer.cpf) if whole else mask_cpf(customer.cpf)))
    if customer.cnpj:
        value = formats.cnpj(customer.cnpj) if whole else mask_cnpj(customer.cnpj)
        found.append(Datum("building-2", "CNPJ", value))
    if customer.rg:
        found.append(Datum("id-card", "RG", customer.rg if whole else mask_rg(customer.rg)))
    if born := customer.birth_date:
        found.append(Datum("cake", _("Birth"), formats.dshort(born) if whole else mask_birth(born)))
    return [*found, *_main_address(customer, whole)]


def _main_address(customer: Customer, whole: bool) -> list[Datum]:
    found = []
    if customer.street:
        postcode = f"{customer.postcode[:5]}-{customer.postcode[5:]}" if customer.postcode else ""
        value = f"{customer.street} · {postcode}".rstrip(" ·") if whole else DOT * 8
        found.append(Datum("house", _("Main address"), value))
    city = ", ".join(part for part in (customer.city, customer.state) if part)
    if city:
        found.append(Datum("map-pin", _("City"), city))
    return found


def places(customer: Customer, *, whole: bool) -> list[Place]:
    """The further addresses; without `whole` only city and state of them."""
    found = customer.addresses.order_by("kind", "pk")
    return [
        Place(row, one_line(row) if whole else f"{DOT * 8} · {place(row)}".rstrip(" ·"), origin_words(row))
        for row in found
    ]


def persons(customer: Customer, among: list[Point]) -> list[Person]:
    """The people of a company by name, each with those of `among` that are theirs."""
    rows = customer.contact_persons.order_by("name", "pk") if customer.is_company else []
    return [Person(row, [point for point in among if point.row.person_id == row.pk]) for row in rows]
