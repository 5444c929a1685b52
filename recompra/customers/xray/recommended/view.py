"""The tab *Produtos recomendados*."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from recompra.accounts.roles import Capability, requires
from recompra.analytics.popular_products import DAYS, popular_products
from recompra.customers.scope import visible_customer
from recompra.customers.xray.frame import render_tab
from recompra.customers.xray.purchases import Purchases, purchases_of
from recompra.customers.xray.recommended import lists
from recompra.customers.xray.recommended.choice import Choice, choice
from recompra.customers.xray.recommended.lists import Pick
from recompra.customers.xray.recommended.own import Own, own
from recompra.customers.xray.recommended.ranked import ranked
from recompra.customers.xray.recommended.shelf import Product, Shelf, shelf
from recompra.customers.xray.recommended.words import SORTS, Sort, why
from recompra.theme.panels import customer_panels
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import order_items, products

TEMPLATE = "customers/recommended/_tab.html"
SHOWN = 10
AT_ONCE = 4
"""Products of a list that are shown at once; the others unfold."""


@dataclass(frozen=True)
class Shown:
    """A list as the page shows it; `hidden`: why it is not shown."""

    sort: Sort
    first: list[tuple[Pick, str]]
    more: list[tuple[Pick, str]]
    hidden: str = ""

    @property
    def count(self) -> int:
        return len(self.first) + len(self.more)


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def recommended(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What to offer one customer, list by list."""
    customer = visible_customer(request, public_id)
    purchases, today = purchases_of(request, customer.pk), timezone.localdate()
    known = shelf()
    chosen = choice(request)
    if known.is_filled:
        personal = ranked(purchases.key) if chosen.is_ranked else []
        shown = _shown(known, own(purchases.key, today), today, chosen, personal)
    else:
        shown = _early(purchases, today)
    context = {
        "lists": [one for one in shown if one.count],
        "empty_lists": [(one.sort.title, one.hidden or one.sort.empty) for one in shown if not one.count],
        "is_filled": known.is_filled,
        "has_sales": known.is_filled or bool(most_popular(today)),
        "days": DAYS,
        "chat": [form for form in customer_panels(request, "product", customer.public_id) if form.strip()],
        "beneath": customer_panels(request, "recommended", customer.public_id),
    }
    return render_tab(request, customer, "recommended", TEMPLATE, context)


def _shown(known: Shelf, has: Own, today: dt.date, chosen: Choice, personal: list[Pick]) -> list[Shown]:
    """`personal`: the list that was made beforehand, if any."""
    picks = {
        "due": lists.due(has, today),
        "personal": [pick for pick in personal if pick.reason == "again" or pick.product.key not in has.known]
        or lists.personal(has, known, today, chosen.memory_days),
        "together": lists.together(has),
        "next": lists.following(has),
        "up_sell": lists.up_sell(has),
        "cross_sell": lists.cross_sell(has, known),
        "popular": lists.popular(has, known),
        "satisfaction": lists.satisfaction(has, known),
        "novelty": lists.novelties(has, known),
    }
    return [
        Shown(sort, [], [], chosen.hidden[sort.code])
        if sort.code in chosen.hidden
        else _told(sort, picks[sort.code])
        for sort in SORTS
    ]


def _early(purchases: Purchases, today: dt.date) -> list[Shown]:
    """The one list that needs no preparation, until the others were computed for the first time."""
    new = new_to(purchases, most_popular(today))[:SHOWN]
    picks = [
        Pick(
            Product(row["product_key"], row["name"], row["group_name"] or "", row["brand"] or "", None),
            "popular",
            {"people": row["buyers"], "days": DAYS},
        )
        for row in new
    ]
    return [_told(sort, picks) for sort in SORTS if sort.code == "popular"]


def _told(sort: Sort, picks: list[Pick]) -> Shown:
    told = [(pick, why(pick)) for pick in picks]
    return Shown(sort, told[:AT_ONCE], told[AT_ONCE:])


def most_popular(today: dt.date) -> tuple[dict[str, Any], ...]:
    """The rows of `analytics.popular_products` as of a day, most buyers first; the same for everybody."""
    url = settings.WAREHOUSE_URL
    return _read(url, engine(url).version(), today)


@lru_cache(maxsize=4)
def _read(url: str, version: str, today: dt.date) -> tuple[dict[str, Any], ...]:
    """Kept until another generation is published or the day ends. Nothing in it is about one person."""
    if not version:
        return ()
    return tuple(engine(url).rows(popular_products(order_items, products, as_of=today)))


def new_to(purchases: Purchases, popular: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """Those that the customer never bought, in the same order. A cancelled order bought nothing."""
    counted = {order.key for order in purchases.orders if not order.is_cancelled}
    known = {line.product_key for key in counted for line in purchases.lines.get(key, [])}
    return [row for row in popular if row["product_key"] not in known]
