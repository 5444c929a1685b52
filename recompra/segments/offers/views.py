"""The page *Quem comprar o quê*, of a segment, of a product, or of everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from recompra.accounts.models import Store
from recompra.accounts.roles import Capability, requires
from recompra.customers.scope import member
from recompra.segments.found.question import behind
from recompra.segments.found.views import LIST, listed
from recompra.segments.models import Segment
from recompra.segments.offers.asked import Asked
from recompra.segments.offers.people import segment_of, wanted
from recompra.theme.pages import render_page
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import next_pairs, offers, product_figures, product_pairs, products

NAMED = 12
"""So many products that were looked for are named, each leading to its own list."""
BESIDE = 5
"""So many products that go with one are named."""


@dataclass(frozen=True)
class Beside:
    """A product that goes with the one asked about; `people`: sales with both, or who took it after."""

    key: int
    name: str
    people: int


@dataclass(frozen=True)
class One:
    """The product that is asked about."""

    name: str
    group: str
    buyers: int | None
    days: int | None
    repeat_rate: Any
    together: list[Beside]
    following: list[Beside]


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def who_what(request: HttpRequest) -> HttpResponse:
    """To whom to offer what, as the address asks."""
    asked, user = Asked.read(request.GET), member(request)
    scope = user.store_scope()
    question = asked.question()
    stores = Store.objects.all() if scope is None else Store.objects.filter(pk__in=scope)
    context = {
        "asked": asked,
        "segment": segment_of(asked),
        "segments": Segment.objects.filter(archived_at=None).order_by("folder", "name", "pk"),
        "stores": stores,
        "groups": _groups(),
        "one": one(asked.product) if asked.product is not None else None,
        "named": _named(asked) if asked.typed else [],
        "is_filled": bool(engine(settings.WAREHOUSE_URL).rows(offers.select("place").limit(1))),
        **listed(request, question, answer=behind(question, timezone.localdate(), scope)),
    }
    return render_page(request, "segments/offers.html", LIST, context)


def _named(asked: Asked) -> list[dict[str, Any]]:
    """Some of the products that were looked for: product_key, name."""
    found = wanted(asked).select("product_key", "name").order_by("name", "product_key").limit(NAMED)
    return engine(settings.WAREHOUSE_URL).rows(found)


def _groups() -> list[str]:
    groups = products.filter(products.group_name.notnull()).select("group_name").distinct()
    rows = engine(settings.WAREHOUSE_URL).rows(groups.order_by("group_name").limit(500))
    return [row["group_name"] for row in rows]


def one(key: int) -> One | None:
    """What is known of a product; None where there is none."""
    facts = engine(settings.WAREHOUSE_URL)
    figures = product_figures.select("product_key", "buyers", "popular_days", "repeat_rate")
    own = products.filter(products.product_key == ibis.literal(key, "int64"))
    rows = facts.rows(
        own.left_join(figures, "product_key").select(
            "name", "group_name", "buyers", "popular_days", "repeat_rate"
        )
    )
    if not rows:
        return None
    row = rows[0]
    return One(
        row["name"],
        row["group_name"] or "",
        row["buyers"],
        row["popular_days"],
        row["repeat_rate"],
        _beside(product_pairs.select("product_key", "other_key", "place", people="together"), key),
        _beside(next_pairs.select("product_key", "other_key", "place", people="followed"), key),
    )


def _beside(pairs: ibis.Table, key: int) -> list[Beside]:
    own = pairs.filter(pairs.product_key == ibis.literal(key, "int64"), pairs.place <= BESIDE)
    named = own.drop("product_key").join(products.select(other_key="product_key", name="name"), "other_key")
    rows = engine(settings.WAREHOUSE_URL).rows(named.order_by("place"))
    return [Beside(row["other_key"], row["name"], row["people"]) for row in rows]
