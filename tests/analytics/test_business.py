"""The figures of the business beside those of the period before: by hand and in plain Python."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.business import business
from recompra.analytics.customer_summary import customer_summary
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders
from tests.analytics import oracle, slow_figures
from tests.analytics.conftest import AS_OF, Ask
from tests.analytics.strategies import days, shops


def test_two_hundred_days_of_the_twelve_orders_by_hand(twelve: Engine) -> None:
    since = AS_OF - dt.timedelta(days=199)
    before, now = twelve.rows(business(orders, since=since, until=AS_OF))
    assert now == {
        "starts_on": since,
        "ends_on": AS_OF,
        "buyers": 3,  # Ana, Carla, Davi
        "orders": 5,
        "sold": Decimal("1429.90"),
        "net": Decimal("1369.90"),
        "aov": Decimal("285.98"),
        "orders_per_buyer": Decimal("1.67"),
        "mean_ltv": Decimal("523.30"),  # 740.00, 49.90 and 780.00
        "repeat_buyers": 1,
        "repeat_rate": Decimal("0.3333"),
        "returning_buyers": 1,
        "returning_rate": Decimal("0.3333"),
    }
    assert (before["starts_on"], before["ends_on"]) == (
        AS_OF - dt.timedelta(days=399),
        AS_OF - dt.timedelta(days=200),
    )
    # Ana on days 300 and 200, Bruno on day 260 (day 400 is a day too early, but he had bought before)
    assert (before["buyers"], before["orders"], before["sold"]) == (2, 3, Decimal("1200.00"))
    assert (before["repeat_buyers"], before["returning_buyers"]) == (1, 2)
    assert before["mean_ltv"] == Decimal("1050.00")  # 200.00 and 1,900.00, as they stood then


def test_periods_without_anybody_have_zeros_and_no_means(twelve: Engine) -> None:
    day = dt.date(2020, 1, 1)
    for row in twelve.rows(business(orders, since=day, until=day)):
        assert (row["buyers"], row["orders"], row["sold"]) == (0, 0, Decimal(0))
        assert (row["aov"], row["mean_ltv"], row["repeat_rate"]) == (None, None, None)


@settings(max_examples=25, deadline=None)
@given(shop=shops(), since=days, length=st.integers(0, 500), stores=st.sampled_from([None, [2]]))
def test_it_agrees_with_plain_python(
    ask: Ask, shop: list[dict[str, Any]], since: dt.date, length: int, stores: list[int] | None
) -> None:
    until = since + dt.timedelta(days=length)
    found = ask(business(orders, since=since, until=until, store_keys=stores), shop)
    assert found == slow_figures.business(shop, since, until, stores)


@settings(max_examples=15, deadline=None)
@given(shop=shops(), since=days)
def test_among_some_people_nobody_else_counts(ask: Ask, shop: list[dict[str, Any]], since: dt.date) -> None:
    until = since + dt.timedelta(days=364)
    summary = customer_summary(orders, as_of=until)
    who = {key for key, row in oracle.summary(shop, until).items() if row["is_online"]}
    found = ask(business(orders, since=since, until=until, among=summary.filter(summary.is_online)), shop)
    assert found == slow_figures.business(shop, since, until, None, who)
