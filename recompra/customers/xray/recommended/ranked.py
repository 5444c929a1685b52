"""The personal list where a ranker made it: it waits in the facts, one look-up by the customer's key."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import ibis.expr.types as ir
from django.conf import settings

from recompra.analytics.lists.rows import REASONS
from recompra.customers.xray.purchases import KEY
from recompra.customers.xray.recommended.lists import Pick
from recompra.customers.xray.recommended.shelf import Product, told
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import offers, product_figures, products


def ranked(key: int | None) -> list[Pick]:
    """Of the customer with this key; nothing for who was not there when the lists were made."""
    if key is None:
        return []
    return [pick_of(row) for row in engine(settings.WAREHOUSE_URL).rows(_offers(), {KEY: key})]


def pick_of(row: Mapping[str, Any]) -> Pick:
    """From a row with the columns of `offers`, of `told`, and `because`, a product's name."""
    reason = row["reason"]
    names = [name for name in REASONS[reason] if name != "because_key"]
    because = {"because": row["because"] or ""} if "because_key" in REASONS[reason] else {}
    return Pick(Product.of(row), reason, {name: row[name] for name in names} | because)


@lru_cache(maxsize=1)
def _offers() -> ir.Table:
    own = offers.filter(offers.customer_key == KEY)
    figures = product_figures.filter(product_figures.is_offered)
    named = own.join(told(figures.select("product_key", "group_name", "price")), "product_key")
    other = products.select(because_key="product_key", because="name")
    return named.left_join(other, "because_key").drop("because_key_right").order_by("place")
