"""The contact data of a customer as this member of staff may see it: whole, masked, revealed and logged."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from recompra.accounts.masking import mask_birth, mask_cnpj, mask_cpf, mask_email, mask_phone, mask_rg
from recompra.customers.models import ContactPoint, Customer
from recompra.theme import formats

REVEALED = ("birth_date", "cnpj", "contact_points", "cpf", "rg", "street")


@dataclass(frozen=True)
class Datum:
    """One line of the contact data."""

    icon: str
    label: str
    value: str
    source: str = ""


def contact_data(customer: Customer, *, whole: bool) -> list[Datum]:
    """What there is, in the order of use; `whole` shows it without masks."""
    return [*_points(customer, whole), *_documents(customer, whole), *_places(customer, whole)]


def _points(customer: Customer, whole: bool) -> list[Datum]:
    found = []
    for point in customer.contact_points.order_by("kind", "id"):
        is_email = point.kind == ContactPoint.Kind.EMAIL
        if is_email:
            value = point.value if whole else mask_email(point.value)
        else:
            value = formats.phone(point.value) if whole else mask_phone(point.value)
        icon = {"email": "mail", "mobile": "smartphone"}.get(point.kind, "phone")
        source = _("from the shop's system") if point.source == "shop" else point.source
        found.append(Datum(icon, str(point.get_kind_display()).capitalize(), value, source))
    return found


def _documents(customer: Customer, whole: bool) -> list[Datum]:
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
    return found


def _places(customer: Customer, whole: bool) -> list[Datum]:
    found = []
    if customer.street and whole:
        found.append(Datum("house", _("Address"), f"{customer.street} · {customer.postcode}".rstrip(" ·")))
    place = ", ".join(part for part in (customer.city, customer.state) if part)
    if place:
        found.append(Datum("map-pin", _("City"), place))
    return found
