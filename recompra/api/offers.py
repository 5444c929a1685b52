"""Offers: to each person the product that they are likeliest to take next; of a product, who is likeliest."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from recompra.accounts.api_keys.scopes import Scope
from recompra.api.cursor import seal, unseal
from recompra.api.customers import Absent, Paging
from recompra.api.guard import caller
from recompra.api.people import in_order, log
from recompra.api.routes import operation
from recompra.api.segments import kept
from recompra.segments.members import analysed
from recompra.segments.offers.asked import Asked
from recompra.segments.offers.people import behind, called, parts
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import products

LONGEST = 100


class OffersAsked(Paging):
    """Of whom, and of which products."""

    segment: UUID | Absent = Field(None, description="People of this saved segment; everybody when absent.")
    store: int | Absent = Field(None, ge=1, le=2**31, description="Their preferred store.")
    product: str = Field(
        "", max_length=LONGEST, description="Code of a product: who is likeliest to take it."
    )
    group: str = Field("", max_length=LONGEST, description="Group of products: the best one of it.")


class OfferOut(Schema):
    """A person and the product to offer them.

    `reason` says what people, days and times mean: `again` (bought on so many days, the last one so many days
    ago), `popular` (so many people in so many days), `together` (in so many sales with `because`), `next` (so
    many people took it after `because`).
    """

    id: UUID = Field(description="Public id of the customer.")
    product: str = Field(description="Code.")
    name: str
    group: str | None
    score: int = Field(description="The higher, the likelier.")
    reason: str
    because: str | None = Field(description="Name of the other product.")
    people: int | None
    days: int | None
    times: int | None


class OffersPage(Schema):
    """The likeliest first. It may hold fewer than `limit`, and more may follow: until `next` is null."""

    offers: list[OfferOut]
    next: str | None


@operation("GET", "/offers", Scope.MEMBERS_READ, {200: OffersPage}, tag="segments", fails=(404,))
def list_offers(request: HttpRequest, asked: Query[OffersAsked]) -> OffersPage:
    """To whom to offer what, the likeliest first.

    As of the last night. Of each customer the best offer among the products asked about. Each page goes into
    the access log.
    """
    key, place = caller(request), unseal(request, int, int)
    question = Asked(
        str(kept(asked.segment).public_id) if asked.segment else "", asked.store, asked.group, "", _key(asked)
    )
    found = behind(asdict(question), timezone.localdate(), key.store_scope()).people
    if place is not None:
        score, last = place
        later = (found.offer_score == score) & (found.customer_key < last)
        found = found.filter((found.offer_score < score) | later)
    page = found.order_by(found.offer_score.desc(), found.customer_key.desc()).limit(asked.limit + 1)
    columns = ("customer_key", "offer_key", "offer_score", "offer_why")
    rows = engine(settings.WAREHOUSE_URL).rows(page.select(*columns))
    shown = rows[: asked.limit]
    known = {who.public_id: row for who, row in analysed(shown, key.store_scope())}
    log(key, "api_offers", [one.pk for one in in_order(list(known))], fields=())
    last_of = (shown[-1]["offer_score"], shown[-1]["customer_key"]) if len(rows) > asked.limit else None
    told = [_told(public_id, row) for public_id, row in known.items()]
    return OffersPage(offers=told, next=seal(request, *last_of) if last_of else None)


def _key(asked: OffersAsked) -> int | None:
    """The key of the product with the code; one that no product has, where there is none."""
    if not asked.product:
        return None
    wanted = products.filter(products.code == asked.product).select("product_key").limit(1)
    rows = engine(settings.WAREHOUSE_URL).rows(wanted)
    return int(rows[0]["product_key"]) if rows else -1


def _told(public_id: UUID, row: Any) -> OfferOut:
    reason, told = parts(row["offer_why"])
    product = called(row["offer_key"])
    return OfferOut(
        id=public_id,
        product=product.code,
        name=product.name,
        group=product.group,
        score=row["offer_score"],
        reason=reason,
        because=told.get("because"),
        people=told.get("people"),
        days=told.get("days"),
        times=told.get("times"),
    )
