"""What buy-till-you-die models know of customers: by hand, and against a slow oracle."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from hypothesis import given, settings

from recompra.analytics.purchase_history import purchase_groups, purchase_history, spend_groups
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders
from tests import twelve_orders
from tests.analytics.conftest import AS_OF, Ask
from tests.analytics.oracle import rounded
from tests.analytics.strategies import days, shops
from tests.warehouse.facts import order


def test_the_twelve_orders_by_hand(twelve: Engine) -> None:
    found = twelve.rows(purchase_history(orders, as_of=AS_OF, store_keys=None))
    money = {row["customer_key"]: row for row in found}
    ana, bruno = money[twelve_orders.ANA], money[twelve_orders.BRUNO]
    assert (ana["repeats"], ana["last_days"], ana["age_days"]) == (4, 288, 300)
    assert (ana["first_spend"], ana["spend"], ana["net"]) == (Decimal(120), Decimal(800), Decimal(740))
    assert (ana["mean_spend"], ana["mean_repeat_spend"]) == (Decimal(160), Decimal(170))
    assert (bruno["repeats"], bruno["last_days"], bruno["age_days"]) == (1, 140, 400)
    davi = money[twelve_orders.DAVI]
    assert (davi["repeats"], davi["last_days"], davi["age_days"]) == (0, 0, 5)
    assert davi["mean_repeat_spend"] is None
    assert len(found) == 4


def test_of_one_store_alone(twelve: Engine) -> None:
    found = twelve.rows(purchase_history(orders, as_of=AS_OF, store_keys=[twelve_orders.ONLINE]))
    assert {row["customer_key"]: row["repeats"] for row in found} == {
        twelve_orders.ANA: 0,
        twelve_orders.BRUNO: 0,
        twelve_orders.DAVI: 0,
    }


@settings(max_examples=25, deadline=None)
@given(shops(), days)
def test_as_the_slow_oracle_says(ask: Ask, shop: list[dict[str, Any]], as_of: dt.date) -> None:
    history = purchase_history(orders, as_of=as_of, store_keys=None)
    found = {row.pop("customer_key"): row for row in ask(history, shop)}
    told = slowly(shop, as_of)
    assert found == told
    groups = Counter((row["repeats"], row["last_days"], row["age_days"]) for row in told.values())
    rows = ask(purchase_groups(history), shop)
    assert {(row["repeats"], row["last_days"], row["age_days"]): row["customers"] for row in rows} == groups
    spent = Counter((row["repeats"] + 1, row["spend"]) for row in told.values() if row["spend"] > 0)
    rows = ask(spend_groups(history), shop)
    assert {(row["purchases"], row["spend"]): row["customers"] for row in rows} == spent


@settings(max_examples=25, deadline=None)
@given(shops(), days)
def test_later_rows_change_nothing(ask: Ask, shop: list[dict[str, Any]], as_of: dt.date) -> None:
    history = purchase_history(orders, as_of=as_of, store_keys=None).order_by("customer_key")
    past = [row for row in shop if row["ordered_on"] <= as_of]
    assert ask(history, shop) == ask(history, past)


def test_an_amount_that_no_shop_has_and_a_day_of_long_ago(ask: Ask) -> None:
    """A first purchase of R$ 60 billion is told as it is, and so is its day."""
    shop = [
        order(1, 7, dt.date(1, 1, 2), net="60000000000.00"),
        order(2, 8, dt.date(1999, 12, 31), net="-12.34"),
        order(3, 8, dt.date(2000, 1, 2), net="0.00"),
    ]
    found = ask(
        purchase_history(orders, as_of=dt.date(2000, 1, 3), store_keys=None).order_by("customer_key"), shop
    )
    assert [row["first_spend"] for row in found] == [Decimal("60000000000.00"), Decimal("-12.34")]
    assert (
        found[1] | {"repeats": 1, "last_days": 2, "age_days": 3, "mean_spend": Decimal("-6.17")} == found[1]
    )
    assert (
        ask(spend_groups(purchase_history(orders, as_of=dt.date(2000, 1, 3), store_keys=None)), shop[1:])
        == []
    )


def slowly(shop: list[dict[str, Any]], as_of: dt.date) -> dict[int, dict[str, Any]]:
    people: dict[int, dict[dt.date, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    net: Counter[int] = Counter()
    for row in shop:
        if row["customer_key"] is None or row["is_cancelled"] or row["ordered_on"] > as_of:
            continue
        net[row["customer_key"]] += row["net"]
        if row["kind"] == "sale":
            people[row["customer_key"]][row["ordered_on"]].append(row["net"])
    return {key: _one(bought, Decimal(net[key]), as_of) for key, bought in people.items()}


def _one(bought: dict[dt.date, list[Decimal]], net: Decimal, as_of: dt.date) -> dict[str, Any]:
    first, last, repeats = min(bought), max(bought), len(bought) - 1
    spend = sum((sum(values) for values in bought.values()), Decimal(0))
    first_spend = sum(bought[first], Decimal(0))
    return {
        "repeats": repeats,
        "last_days": (last - first).days,
        "age_days": (as_of - first).days,
        "first_spend": first_spend,
        "spend": spend,
        "mean_spend": rounded(spend / (repeats + 1)),
        "mean_repeat_spend": rounded((spend - first_spend) / repeats) if repeats else None,
        "net": net,
    }
