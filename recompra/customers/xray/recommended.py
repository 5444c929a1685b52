"""The tab *Produtos recomendados*: what most others bought lately and this customer never did."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from recompra.accounts.roles import Capability, requires
from recompra.analytics.popular_products import DAYS, popular_products
from recompra.customers.scope import visible_customer
from recompra.customers.xray.frame import render_tab
from recompra.customers.xray.purchases import Purchases, purchases_of
from recompra.theme.charts import meter
from recompra.theme.formats import num, pct
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import order_items, products

SHOWN = 10


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def recommended(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The most popular products that are new to one customer."""
    customer = visible_customer(request, public_id)
    today = timezone.localdate()
    popular = most_popular(today)
    new = new_to(purchases_of(request, customer.pk), popular)[:SHOWN]
    most = max((row["buyers"] for row in new), default=1)
    context = {
        "products": [(row, meter(row["buyers"] / most, _told(row))) for row in new],
        "any_popular": bool(popular),
        "since": today - dt.timedelta(days=DAYS - 1),
        "days": DAYS,
    }
    return render_tab(request, customer, "recommended", "customers/_recommended.html", context)


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


def _told(row: dict[str, Any]) -> str:
    return _("%(name)s: %(buyers)s customers, %(share)s of who bought") % {
        "name": row["name"],
        "buyers": num(row["buyers"]),
        "share": pct(row["share"]),
    }
