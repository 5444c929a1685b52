"""People as the API tells them: by their public id, masked unless the key may see more, and always logged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from ninja import Schema
from pydantic import Field

from recompra.accounts import audit
from recompra.accounts.api_keys.issue import told
from recompra.accounts.api_keys.model import ApiKey
from recompra.accounts.api_keys.scopes import Scope
from recompra.accounts.masking import mask_birth, mask_cnpj, mask_cpf, mask_email, mask_phone
from recompra.customers.models import ContactPoint, Customer, ExportRoll, Standing
from recompra.customers.roll import packed

PERSONAL = ("name", "cpf", "cnpj", "email", "mobile", "birth_date", "city", "state")


class CustomerOut(Schema):
    """A customer. What no purchase gave yet is null; with `is_masked` documents and contacts are masked."""

    id: UUID = Field(description="Public id: what every address of the API takes.")
    name: str = Field(examples=["Ana Beatriz Souza"])
    cpf: str = Field(examples=["•••.982.247-••"])
    cnpj: str
    email: str = Field(examples=["a•••@example.com"])
    mobile: str = Field(description="With the country code; masked: (11) •••••-4321.")
    birth_date: str = Field(description="As 1990-03-14; masked: ••/03/••••.")
    sex: str = Field(description="F, M, or empty: unknown.")
    city: str
    state: str
    segment: str | None = Field(description="Code of the RFM segment.", examples=["champions"])
    recency_score: int | None
    frequency_score: int | None
    monetary_score: int | None
    first_on: dt.date | None
    last_on: dt.date | None
    orders: int | None
    ltv: Decimal | None = Field(description="Net spend since the first purchase, R$.")
    mean_interval_days: Decimal | None
    store: int | None = Field(description="The preferred store.")
    created_at: dt.datetime
    updated_at: dt.datetime
    is_masked: bool


def told_of(customers: Iterable[Customer], key: ApiKey) -> list[CustomerOut]:
    """These customers, in this order, as the key may see them."""
    people = list(customers)
    points = _points([one.pk for one in people])
    whole = key.may(Scope.CUSTOMERS_PERSONAL)
    return [_one(person, points.get(person.pk, {}), whole=whole) for person in people]


def in_order(public_ids: Sequence[UUID]) -> list[Customer]:
    """The customers with these public ids, in this order; who is gone is left out."""
    found = {
        one.public_id: one
        for one in Customer.objects.select_related("standing").filter(public_id__in=public_ids)
    }
    return [found[one] for one in public_ids if one in found]


def log(
    key: ApiKey, action: str, ids: Sequence[int], *, fields: Sequence[str] = PERSONAL, alone: bool = False
) -> None:
    """One entry of the access log for a page of people, with the roll of who stood in it. `alone`: it was
    one person who was asked for, and the entry names them."""
    if not ids:
        return
    with transaction.atomic():
        entry = audit.record(
            None,
            action,
            customer_id=ids[0] if alone else None,
            fields=fields,
            count=len(ids),
            reason=told(key),
        )
        if not alone:
            ExportRoll.objects.create(entry=entry, people=packed(ids))


def _points(ids: list[int]) -> dict[int, dict[str, str]]:
    """{customer id: {kind: value}}: of each kind the preferred one, else the one registered last, as in
    files and messages."""
    found: dict[int, dict[str, str]] = {}
    points = ContactPoint.objects.filter(customer_id__in=ids).order_by("is_preferred", "pk")
    for pk, kind, value in points.values_list("customer_id", "kind", "value"):
        found.setdefault(pk, {})[kind] = value
    return found


def _one(person: Customer, points: dict[str, str], *, whole: bool) -> CustomerOut:
    email, mobile, born = points.get("email", ""), points.get("mobile", ""), person.birth_date
    standing: Standing | None = getattr(person, "standing", None)
    return CustomerOut(
        id=person.public_id,
        name=person.name,
        cpf=person.cpf or "" if whole else mask_cpf(person.cpf),
        cnpj=person.cnpj or "" if whole else mask_cnpj(person.cnpj),
        email=email if whole else mask_email(email),
        mobile=mobile if whole else mask_phone(mobile),
        birth_date=(born.isoformat() if born else "") if whole else mask_birth(born),
        sex=person.sex,
        city=person.city,
        state=person.state,
        segment=standing.segment if standing else None,
        recency_score=standing.recency_score if standing else None,
        frequency_score=standing.frequency_score if standing else None,
        monetary_score=standing.monetary_score if standing else None,
        first_on=standing.first_on if standing else None,
        last_on=standing.last_on if standing else None,
        orders=standing.orders if standing else None,
        ltv=standing.ltv if standing else None,
        mean_interval_days=standing.mean_interval_days if standing else None,
        store=standing.store_id if standing else None,
        created_at=person.created_at,
        updated_at=person.updated_at,
        is_masked=not whole,
    )
