"""The x-ray joins a handful of rows by itself: it must say what the metrics say."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings

from recompra.analytics.monthly import last_orders, monthly_spend
from recompra.customers.keys import key_of
from recompra.customers.xray import ORDERS_SHOWN, xray
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import order_items, orders, products
from tests.cast import Cast


@pytest.mark.parametrize("who", ["ana", "bruno", "carla", "davi"])
def test_the_x_ray_says_what_the_metrics_say(shop: Cast, today: dt.date, who: str) -> None:
    customer = getattr(shop, who)
    key = key_of(customer.pk)
    assert key is not None
    seen, facts = xray(customer, today), engine(settings.WAREHOUSE_URL)
    months = facts.rows(monthly_spend(orders, key, seen.months[0][0], today))
    assert [(day, net) for day, net in seen.months if net] == [(row["month"], row["net"]) for row in months]
    rows = facts.rows(last_orders(orders, order_items, products, key, ORDERS_SHOWN))
    assert [
        (purchase.on, purchase.net, purchase.kind, purchase.is_cancelled, line["product"], line["quantity"])
        for purchase in seen.purchases
        for line in purchase.lines
    ] == [
        (
            row["ordered_on"],
            row["order_net"],
            row["kind"],
            row["is_cancelled"],
            row["product"],
            row["quantity"],
        )
        for row in rows
    ]
