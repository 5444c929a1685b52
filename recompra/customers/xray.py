"""What one customer did, read from the facts by the customer's key."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import ibis
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from recompra.accounts.models import Store
from recompra.customers.cuts import edges_of
from recompra.customers.explanation import Line, explain
from recompra.customers.keys import key_of
from recompra.customers.models import Customer, RfmCuts
from recompra.customers.totals import recency_shares
from recompra.theme.charts import Bar, bars
from recompra.theme.formats import brl, month
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import order_items, orders, products, scores

MONTHS = 24
ORDERS_SHOWN = 8
KEY = ibis.param("int64")  # one parameter for all, so that every look-up is compiled once


@dataclass(frozen=True)
class Purchase:
    """One order as the page shows it; `lines` have a product and a quantity each."""

    on: dt.date
    store: str
    kind: str
    is_cancelled: bool
    net: Decimal
    lines: list[dict[str, Any]]


@dataclass(frozen=True)
class Xray:
    """What the facts say of one customer. Empty for who has not bought, or whose key is torn."""

    aov: Decimal | None = None
    spent_12_months: Decimal = Decimal(0)
    explanation: list[Line] = field(default_factory=list)
    scored_on: dt.date | None = None
    months: list[tuple[dt.date, Decimal]] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)

    @property
    def chart(self) -> SafeString:
        """The last 24 months, the earlier twelve lighter."""
        drawn = [Bar(month(day), net, f"{month(day)}: {brl(net)}") for day, net in self.months]
        return bars(
            _("Purchases per month"),
            _("Net spend of the last 24 months in R$; the earlier twelve are lighter."),
            drawn,
            now_from=MONTHS // 2,
        )

    @property
    def table(self) -> list[tuple[str, str]]:
        """The chart's figures as text."""
        return [(month(day), brl(net)) for day, net in self.months]


def xray(customer: Customer, today: dt.date) -> Xray:
    """Three look-ups by key in the warehouse, joined here: for a handful of rows planning a join takes longer
    than all the rest. The months are those of `analytics.monthly.monthly_spend`; a test holds them to it."""
    key = key_of(customer.pk)
    facts = engine(settings.WAREHOUSE_URL)
    if key is None or not facts.version():
        return Xray()
    known = {KEY: key}
    scored = next(iter(facts.rows(_score(), known)), None)
    bought = facts.rows(_orders(), known)
    months = _months(bought, today)
    purchases = _purchases(bought[:ORDERS_SHOWN], facts.rows(_lines(), known) if bought else [])
    if scored is None:
        return Xray(months=months, purchases=purchases)
    cuts = RfmCuts.objects.filter(version=scored["cuts_version"]).first()
    return Xray(
        aov=scored["aov"],
        spent_12_months=sum((net for _day, net in months[MONTHS // 2 :]), Decimal(0)),
        explanation=explain(scored, edges_of(cuts) if cuts else None, recency_shares()),
        scored_on=scored["as_of"],
        months=months,
        purchases=purchases,
    )


@lru_cache(maxsize=1)
def _score() -> ibis.Table:
    return scores.filter(scores.customer_key == KEY)


@lru_cache(maxsize=1)
def _orders() -> ibis.Table:
    """All of the customer's orders, newest first: no limit, which would have the engine read them twice."""
    own = orders.filter(orders.customer_key == KEY)
    chosen = own.select("order_key", "ordered_at", "ordered_on", "store_key", "kind", "is_cancelled", "net")
    return chosen.order_by([ibis.desc("ordered_at"), ibis.desc("order_key")])


@lru_cache(maxsize=1)
def _lines() -> ibis.Table:
    own = order_items.filter(order_items.customer_key == KEY)
    named = own.left_join(products, own.product_key == products.product_key)
    return named.select(own.order_key, own.line, own.quantity, product=products.name).order_by(
        "order_key", "line"
    )


def _first_month(today: dt.date) -> dt.date:
    """The first day of the month 23 months before this one."""
    place = today.year * 12 + today.month - MONTHS
    return dt.date(place // 12, place % 12 + 1, 1)


def _months(bought: list[dict[str, Any]], today: dt.date) -> list[tuple[dt.date, Decimal]]:
    """What came in net in each of the 24 months; those without a purchase have zero."""
    found: dict[dt.date, Decimal] = defaultdict(Decimal)
    for order in bought:
        if not order["is_cancelled"] and order["ordered_on"] <= today:
            found[order["ordered_on"].replace(day=1)] += order["net"]
    first = _first_month(today)
    start = first.year * 12 + first.month - 1
    days = [dt.date(place // 12, place % 12 + 1, 1) for place in range(start, start + MONTHS)]
    return [(day, found.get(day, Decimal(0))) for day in days]


def _purchases(bought: list[dict[str, Any]], lines: list[dict[str, Any]]) -> list[Purchase]:
    names = dict(Store.objects.filter(pk__in={row["store_key"] for row in bought}).values_list("pk", "name"))
    parts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        parts[line["order_key"]].append(line)
    return [
        Purchase(
            on=order["ordered_on"],
            store=names.get(order["store_key"], ""),
            kind=order["kind"],
            is_cancelled=order["is_cancelled"],
            net=order["net"],
            lines=parts[order["order_key"]],
        )
        for order in bought
    ]
