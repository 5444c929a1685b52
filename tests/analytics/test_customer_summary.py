"""The summary of each customer: by hand on the twelve orders, against a slow oracle on random shops."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.customer_summary import customer_summary, rfm_base
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders
from tests.analytics import oracle
from tests.analytics.conftest import AS_OF, Ask
from tests.analytics.strategies import days, shops, windows
from tests.twelve_orders import ANA, BRUNO, CARLA, CENTRO, DAVI, ONLINE
from tests.warehouse.facts import order


def by_customer(rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {row.pop("customer_key"): row for row in rows}


def test_the_twelve_orders_by_hand(twelve: Engine) -> None:
    found = by_customer(twelve.rows(customer_summary(orders, as_of=AS_OF)))
    assert set(found) == {ANA, BRUNO, CARLA, DAVI}
    assert found[ANA] == {
        "first_on": AS_OF - dt.timedelta(300),
        "last_on": AS_OF - dt.timedelta(12),
        "orders": 5,
        "purchase_days": 5,
        "ltv": Decimal("740.00"),
        "aov": Decimal("160.00"),
        "mean_interval_days": Decimal("72.00"),
        "store_key": CENTRO,
        "is_online": True,
        "recency_days": 12,
        "frequency": 5,
        "monetary": Decimal("740.00"),
    }
    assert (found[BRUNO]["orders"], found[BRUNO]["ltv"]) == (2, Decimal("1900.00"))
    assert found[BRUNO]["mean_interval_days"] == Decimal("140.00")
    assert found[BRUNO]["store_key"] == CENTRO
    assert (found[CARLA]["mean_interval_days"], found[CARLA]["is_online"]) == (None, False)
    assert (found[DAVI]["store_key"], found[DAVI]["monetary"]) == (ONLINE, Decimal("780.00"))
    assert sum(row["ltv"] for row in found.values()) == Decimal("3469.90")


def test_a_window_limits_frequency_and_value_but_not_recency(twelve: Engine) -> None:
    found = by_customer(twelve.rows(customer_summary(orders, as_of=AS_OF, window_days=90)))
    assert (found[ANA]["frequency"], found[ANA]["monetary"]) == (2, Decimal("340.00"))
    assert (found[BRUNO]["frequency"], found[BRUNO]["monetary"]) == (0, Decimal("0.00"))
    assert (found[BRUNO]["recency_days"], found[BRUNO]["ltv"]) == (260, Decimal("1900.00"))


def test_one_store_alone(twelve: Engine) -> None:
    found = by_customer(twelve.rows(customer_summary(orders, as_of=AS_OF, store_keys=[ONLINE])))
    assert {key: row["ltv"] for key, row in found.items()} == {
        ANA: Decimal("200.00"),
        BRUNO: Decimal("900.00"),
        DAVI: Decimal("780.00"),
    }
    assert twelve.rows(customer_summary(orders, as_of=AS_OF, store_keys=[])) == []


def test_earlier_days_are_seen_as_they_were(twelve: Engine) -> None:
    then = AS_OF - dt.timedelta(days=250)
    found = by_customer(twelve.rows(customer_summary(orders, as_of=then)))
    assert {key: row["recency_days"] for key, row in found.items()} == {ANA: 50, BRUNO: 10}


def test_who_only_brought_things_back_is_not_a_customer_yet(ask: Ask) -> None:
    assert ask(customer_summary(orders, as_of=AS_OF), [order(1, kind="return", net="-5.00")]) == []


def test_two_orders_of_one_second_are_one_purchase_day(ask: Ask) -> None:
    (row,) = ask(customer_summary(orders, as_of=AS_OF), [order(1), order(2)])
    assert (row["orders"], row["purchase_days"], row["mean_interval_days"]) == (2, 1, None)


def test_half_a_cent_is_rounded_away_from_zero(ask: Ask) -> None:
    rows = [order(1, net="0.01"), order(2, net="0.00"), order(3, 2, net="-0.01"), order(4, 2, net="0.00")]
    found = by_customer(ask(customer_summary(orders, as_of=AS_OF), rows))
    assert (found[1]["aov"], found[2]["aov"]) == (Decimal("0.01"), Decimal("-0.01"))


def test_the_store_of_most_days_wins_then_the_latest_then_the_lowest(ask: Ask) -> None:
    def store(*visits: tuple[int, int]) -> int:
        rows = [
            order(n, store_key=store, day=AS_OF - dt.timedelta(days=ago))
            for n, (store, ago) in enumerate(visits)
        ]
        found: int = ask(customer_summary(orders, as_of=AS_OF), rows)[0]["store_key"]
        return found

    assert store((8, 30), (8, 20), (5, 1)) == 8
    assert store((8, 30), (5, 1)) == 5
    assert store((8, 1), (5, 1)) == 5
    assert store((8, 400), (8, 390), (8, 380), (5, 364)) == 5
    assert store((8, 400), (8, 390), (5, 380)) == 5


@settings(max_examples=25, deadline=None)
@given(shop=shops(), as_of=days, window=windows)
def test_it_agrees_with_the_slow_oracle(
    ask: Ask, shop: list[dict[str, Any]], as_of: dt.date, window: int | None
) -> None:
    expected = oracle.summary(shop, as_of, window)
    assert by_customer(ask(customer_summary(orders, as_of=as_of, window_days=window), shop)) == expected
    base = by_customer(ask(rfm_base(orders, as_of=as_of, window_days=window), shop))
    assert base == {
        key: {name: row[name] for name in ("recency_days", "frequency", "monetary")}
        for key, row in expected.items()
    }


@settings(max_examples=12, deadline=None)
@given(shop=shops(), as_of=days, seed=st.integers())
def test_neither_the_order_of_rows_nor_what_comes_later_matters(
    ask: Ask, shop: list[dict[str, Any]], as_of: dt.date, seed: int
) -> None:
    expr = customer_summary(orders, as_of=as_of)
    mixed = [row for row in shop if row["ordered_on"] <= as_of]
    random.Random(seed).shuffle(mixed)
    assert by_customer(ask(expr, mixed)) == by_customer(ask(expr, shop))
