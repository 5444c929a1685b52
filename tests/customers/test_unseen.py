"""Which sales count for people, once a record is kept apart as nobody."""

from __future__ import annotations

from django.conf import settings

from recompra.customers.identity.apart import set_apart
from recompra.customers.identity.unseen import people_items, people_orders
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import order_items, orders
from tests import twelve_orders
from tests.cast import Cast


def test_a_sale_to_nobody_stays_when_a_record_is_set_apart(shop: Cast) -> None:
    facts = engine(settings.WAREHOUSE_URL)
    assert facts.rows(orders.agg(n=orders.customer_key.isnull().sum()))[0]["n"] > 0
    set_apart(shop.ana, "shared", by=shop.saulo, reason="CPF da caixa")
    for people, whole in ((people_orders, orders), (people_items, order_items)):
        others = whole.filter(whole.customer_key.isnull() | (whole.customer_key != twelve_orders.ANA))
        count = [facts.rows(table.agg(n=table.count())) for table in (people(), others, whole)]
        assert count[0] == count[1] != count[2]
