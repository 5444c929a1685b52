"""Everything the facts hold about one customer, read by the customer's key: for the person's own dossier."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import Any

import ibis
from django.conf import settings

from recompra.customers.cuts import edges_of
from recompra.customers.keys import key_of
from recompra.customers.models import RfmCuts
from recompra.customers.totals import recency_shares
from recompra.customers.xray.explanation import explain
from recompra.theme.personal import Row, plain
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import (
    events,
    offers,
    order_items,
    orders,
    predictions,
    products,
    scores,
    visits,
)

KEY = ibis.param("int64")
MEASURES = ("recency", "frequency", "monetary")
ORDERS, ITEMS, SCORES = "warehouse.orders", "warehouse.order_items", "warehouse.scores"
PREDICTIONS, OFFERS = "warehouse.predictions", "warehouse.offers"
VISITS, EVENTS = "warehouse.visits", "warehouse.events"


def purchase_record(customer_id: int) -> dict[str, list[Row]]:
    """{table: rows as plain values}; empty lists for who did nothing, or whose key is torn."""
    key, facts = key_of(customer_id), engine(settings.WAREHOUSE_URL)
    if key is None or not facts.version():
        return {ORDERS: [], ITEMS: [], SCORES: [], PREDICTIONS: [], OFFERS: [], VISITS: [], EVENTS: []}
    known = {KEY: key}
    asked = {
        ORDERS: _orders(), ITEMS: _items(), SCORES: _scores(), PREDICTIONS: _predictions(),
        OFFERS: _offers(), VISITS: _visits(), EVENTS: _events(),
    }  # fmt: skip
    return {table: [_plain(row) for row in facts.rows(expr, known)] for table, expr in asked.items()}


def _plain(row: dict[str, Any]) -> Row:
    return {name: plain(value) for name, value in row.items()}


@lru_cache(maxsize=1)
def _orders() -> ibis.Table:
    return orders.filter(orders.customer_key == KEY).order_by("ordered_at", "order_key")


@lru_cache(maxsize=1)
def _items() -> ibis.Table:
    own = order_items.filter(order_items.customer_key == KEY)
    named = own.left_join(products, own.product_key == products.product_key)
    return named.select(own, product_code=products.code, product=products.name).order_by("order_key", "line")


@lru_cache(maxsize=1)
def _scores() -> ibis.Table:
    return scores.filter(scores.customer_key == KEY)


@lru_cache(maxsize=1)
def _predictions() -> ibis.Table:
    return predictions.filter(predictions.customer_key == KEY)


@lru_cache(maxsize=1)
def _offers() -> ibis.Table:
    names = products.select("product_key", product="name")
    return offers.filter(offers.customer_key == KEY).join(names, "product_key").order_by("place")


@lru_cache(maxsize=1)
def _visits() -> ibis.Table:
    return visits.filter(visits.customer_key == KEY).order_by("occurred_at", "visit_key")


@lru_cache(maxsize=1)
def _events() -> ibis.Table:
    return events.filter(events.customer_key == KEY).order_by("occurred_at", "event_key")


def explained_profile(customer_id: int) -> Row:
    """The profile of purchases with all that it was computed from (LGPD art. 20, § 1): what the person did,
    the cuts, the scores, the segment, and the same in words. Empty for who has no scores.

    `inputs` against `cuts` by the rule of `analytics.rfm` give `scores`; `scores` by `analytics.rfm_map` give
    `segment`.
    """
    key, facts = key_of(customer_id), engine(settings.WAREHOUSE_URL)
    scored = next(iter(facts.rows(_scores(), {KEY: key})), None) if key and facts.version() else None
    if scored is None:
        return {}
    stored = RfmCuts.objects.filter(version=scored["cuts_version"]).first()
    cuts = edges_of(stored) if stored else None
    return {
        "as_of": plain(scored["as_of"]),
        "inputs": {name: plain(scored[name]) for name in ("recency_days", "frequency", "monetary")},
        "cuts_version": scored["cuts_version"],
        "cuts": {name: [str(edge) for edge in getattr(cuts, name)] for name in MEASURES} if cuts else {},
        "scores": {name: scored[f"{name}_score"] for name in MEASURES},
        "segment": scored["segment"],
        "in_words": [asdict(line) for line in explain(scored, cuts, recency_shares())],
    }
