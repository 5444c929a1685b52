"""The five behaviours: by hand on the twelve orders, and against a slow oracle on random shops."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import given, settings

from recompra.analytics.behaviours import behaviours
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import order_items, orders, products
from tests.analytics import goods, purchases
from tests.analytics.conftest import AS_OF
from tests.analytics.purchases import by_customer
from tests.analytics.strategies import days
from tests.twelve_orders import ANA, BRUNO, CARLA, DAVI, ONLINE


def test_the_twelve_orders_by_hand(twelve: Engine) -> None:
    found = by_customer(twelve.rows(behaviours(orders, order_items, products, as_of=AS_OF)))
    assert set(found) == {ANA, BRUNO, CARLA, DAVI}
    assert found[ANA] == {
        "recency_days": 12,
        "ticket_12m": Decimal("160.00"),
        "ticket_before": None,
        "days_12m": 5,
        "mean_interval_days": Decimal("72.00"),  # 100, 100, 60 and 28 days apart
        "interval_spread_days": Decimal("30.20"),  # the root of (28² + 28² + 12² + 44²) / 4 = 912
        "spent_90": Decimal("340.00"),  # 150 and 250, and 60 given back
        "spent_90_before": Decimal("200.00"),
        "products_12m": 3,
        "groups_12m": 3,
        "units_12m": Decimal(7),  # two shirts, a mug, three bags, a shirt
    }
    assert (found[BRUNO]["ticket_12m"], found[BRUNO]["ticket_before"]) == (Decimal("1000"), Decimal("900"))
    assert (found[BRUNO]["days_12m"], found[BRUNO]["interval_spread_days"]) == (1, Decimal(0))
    assert (found[CARLA]["mean_interval_days"], found[CARLA]["interval_spread_days"]) == (None, None)


def test_one_store_alone(twelve: Engine) -> None:
    expr = behaviours(orders, order_items, products, as_of=AS_OF, store_keys=[ONLINE])
    found = by_customer(twelve.rows(expr))
    assert {key: (row["recency_days"], row["products_12m"]) for key, row in found.items()} == {
        ANA: (100, 1),
        BRUNO: (400, 0),
        DAVI: (5, 1),
    }


@settings(max_examples=25, deadline=None)
@given(lines=goods.lines(), as_of=days)
def test_it_agrees_with_the_slow_oracle(lines: list[goods.Row], as_of: dt.date) -> None:
    rows = purchases.answer(behaviours(orders, order_items, products, as_of=as_of), lines)
    found, expected = by_customer(rows), purchases.slow_behaviours(lines, as_of)
    for key, row in expected.items():
        spread, other = row.pop("interval_spread_days"), found[key].pop("interval_spread_days")
        assert (spread is None) == (other is None)
        assert spread is None or abs(spread - float(other)) <= 0.00501
    assert found == expected
