"""A period's figures of each customer and their medians: by hand, and against the standard library."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from statistics import median
from typing import Any

from hypothesis import given, settings

from recompra.analytics.period_figures import MEASURES, period_figures, typical_customer
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders
from tests.analytics import oracle
from tests.analytics.conftest import AS_OF, Ask
from tests.analytics.strategies import days, shops
from tests.twelve_orders import ANA, BRUNO, CARLA, DAVI, ONLINE


def by_customer(rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {row.pop("customer_key"): row for row in rows}


def test_the_twelve_orders_by_hand(twelve: Engine) -> None:
    found = by_customer(twelve.rows(period_figures(orders, until=AS_OF)))
    assert set(found) == {ANA, BRUNO, CARLA, DAVI}
    assert found[ANA] == {
        "spent": Decimal("740.00"),
        "orders": 5,
        "aov": Decimal("160.00"),
        "items_per_order": Decimal("1.40"),
        "discount_share": Decimal("0.0588"),
        "returns": 1,
        "returned": Decimal("60.00"),
        "purchase_days": 5,
        "first_on": AS_OF - dt.timedelta(300),
        "last_on": AS_OF - dt.timedelta(12),
        "mean_interval_days": Decimal("72.00"),
    }
    assert found[BRUNO]["mean_interval_days"] == Decimal("140.00")


def test_a_period_and_a_store_hold_what_lies_in_them(twelve: Engine) -> None:
    since = AS_OF - dt.timedelta(days=50)
    found = by_customer(twelve.rows(period_figures(orders, since=since, until=AS_OF)))
    assert set(found) == {ANA, CARLA, DAVI}
    assert (found[ANA]["spent"], found[ANA]["orders"]) == (Decimal("340.00"), 2)
    online = by_customer(twelve.rows(period_figures(orders, until=AS_OF, store_keys=[ONLINE])))
    assert online[ANA]["spent"] == Decimal("200.00")
    assert twelve.rows(period_figures(orders, until=AS_OF, store_keys=[])) == []


def test_the_medians_by_hand(twelve: Engine) -> None:
    rows = twelve.rows(typical_customer(period_figures(orders, until=AS_OF)))
    found = {row["measure"]: (row["customers"], row["median"]) for row in rows}
    assert found["spent"] == (4, Decimal("760.00"))  # 49.90, 740, 780, 1,900
    assert found["orders"] == (4, Decimal("1.5"))  # 1, 1, 2, 5
    assert found["mean_interval_days"] == (2, Decimal(106))  # 72, 140


@settings(max_examples=25, deadline=None)
@given(shop=shops(), until=days)
def test_they_agree_with_the_summary_s_oracle_and_a_plain_median(
    ask: Ask, shop: list[dict[str, Any]], until: dt.date
) -> None:
    rows = ask(period_figures(orders, until=until), shop)
    figures = by_customer([dict(row) for row in rows])
    summaries = oracle.summary(shop, until)
    same = {"spent": "ltv", "orders": "orders", "aov": "aov", "purchase_days": "purchase_days"}
    same |= {"first_on": "first_on", "last_on": "last_on", "mean_interval_days": "mean_interval_days"}
    assert {who: {name: row[name] for name in same} for who, row in figures.items()} == {
        who: {name: row[theirs] for name, theirs in same.items()} for who, row in summaries.items()
    }
    medians = {
        row["measure"]: row for row in ask(typical_customer(period_figures(orders, until=until)), shop)
    }
    assert set(medians) == set(MEASURES)
    for name in MEASURES:
        values = [row[name] for row in rows if row[name] is not None]
        assert medians[name]["customers"] == len(values)
        assert medians[name]["median"] == (Decimal(median(values)) if values else None)
