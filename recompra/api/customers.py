"""Customers: the list, as the page of customers filters it, and one of them."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from recompra.accounts.api_keys.scopes import Scope
from recompra.analytics.rfm_map import SEGMENTS
from recompra.api.cursor import seal, unseal, wrong_cursor
from recompra.api.guard import caller
from recompra.api.people import CustomerOut, in_order, log, told_of
from recompra.api.problem import invalid, not_found
from recompra.api.routes import operation
from recompra.customers.filters import Filters
from recompra.customers.listing import page
from recompra.customers.models import Customer
from recompra.customers.scope import StoreScope, of_stores, within

MOST = 500
ORDERS = {"ltv": "gasto", "last_on": "recente", "name": "nome"}
Absent = SkipJsonSchema[None]
"""A parameter left out: an address cannot say null."""
SegmentCode = Literal[SEGMENTS]  # type: ignore[valid-type]  # the codes stand in one place


class Paging(Schema):
    limit: int = Field(100, ge=1, le=MOST, description="At most so many in one page.")
    cursor: str = Field("", description="`next` of the page before; empty: the first page.")


class CustomersAsked(Paging):
    """Which customers."""

    segment: list[SegmentCode] = Field([], description="RFM segments; several: any of them.")
    store: int | Absent = Field(None, ge=1, le=2**31, description="Their preferred store.")
    r: int | Absent = Field(None, ge=1, le=5, description="Recency score.")
    f: int | Absent = Field(None, ge=1, le=5, description="Frequency score.")
    sort: Literal["name", "ltv", "last_on"] | Absent = Field(
        None, description="`name` (as a rule), or `ltv` and `last_on`, highest first, only who has bought."
    )
    updated_since: dt.datetime | Absent = Field(
        None,
        description="Whose record changed at this moment or later; not together with `sort`.",
        examples=["2026-10-31T14:00:00-03:00"],
    )


class CustomersPage(Schema):
    """A page of customers; `next` is null on the last one."""

    customers: list[CustomerOut]
    next: str | None


@operation("GET", "/customers", Scope.CUSTOMERS_READ, {200: CustomersPage}, tag="customers")
def list_customers(request: HttpRequest, asked: Query[CustomersAsked]) -> CustomersPage:
    """Customers, one page at a time.

    Each page goes into the access log with the name of the key. With a key of some stores: their customers,
    and those who have not bought anywhere yet.
    """
    key = caller(request)
    found, place = (_changed if asked.updated_since else _listed)(request, asked, key.store_scope())
    log(key, "api_customers", [one.pk for one in found])
    return CustomersPage(customers=told_of(found, key), next=place)


@operation(
    "GET", "/customers/{uuid:public_id}", Scope.CUSTOMERS_READ, {200: CustomerOut}, tag="customers",
    fails=(404,),
)  # fmt: skip
def get_customer(request: HttpRequest, public_id: UUID) -> CustomerOut | HttpResponsePermanentRedirect:
    """One customer.

    One whom the key may not see is answered as one who does not exist. The record of somebody who was merged
    into another one leads there (308).
    """
    key = caller(request)
    allowed = Customer.objects.filter(of_stores(key.store_scope()), apart="").select_related("standing")
    found = allowed.filter(public_id=public_id).first()
    if found is not None and found.merged_into_id:
        kept = allowed.filter(pk=found.merged_into_id).first()
        if kept is not None:
            return HttpResponsePermanentRedirect(
                reverse("api:get_customer", args=[kept.public_id]), preserve_request=True
            )
        found = None
    if found is None:
        raise not_found()
    log(key, "api_customer", [found.pk], alone=True)
    return told_of([found], key)[0]


def _filters(asked: CustomersAsked, scope: StoreScope) -> Filters:
    return Filters(
        scope=scope,
        segments=tuple(asked.segment),
        recency=asked.r,
        frequency=asked.f,
        store=asked.store,
        sort=ORDERS[asked.sort or "name"],
    )


def _listed(
    request: HttpRequest, asked: CustomersAsked, scope: StoreScope
) -> tuple[list[Customer], str | None]:
    """The page as the list of customers orders it."""
    place = unseal(request, str)
    after = str(place[0]) if place else ""
    if after and not Customer.objects.filter(public_id=after).exists():
        raise wrong_cursor()  # erased meanwhile: the list would begin again without a word
    rows, more = page(_filters(asked, scope), after, asked.limit)
    return in_order([row.public_id for row in rows]), seal(request, more) if more else None


def _changed(
    request: HttpRequest, asked: CustomersAsked, scope: StoreScope
) -> tuple[list[Customer], str | None]:
    """In the order of the records, which does not move while they are changed."""
    if asked.sort is not None:
        raise invalid("sort", _("What changed since a moment has an order of its own."))
    since = asked.updated_since
    if since is None or since.tzinfo is None or not 1990 <= since.year < 2100:
        raise invalid("updated_since", _("This must be a moment as 2026-10-31T14:00:00-03:00."))
    place = unseal(request, int)
    filters = _filters(asked, scope)
    people = Customer.objects.filter(within(scope), updated_at__gte=since, pk__gt=place[0] if place else 0)
    if filters.any:
        people = people.filter(**{f"standing__{name}": value for name, value in filters.plain().items()})
    found = list(people.select_related("standing").order_by("pk")[: asked.limit + 1])
    more = len(found) > asked.limit
    return found[: asked.limit], seal(request, found[asked.limit - 1].pk) if more else None
