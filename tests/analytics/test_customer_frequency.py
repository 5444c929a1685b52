"""How many come and how often: by hand, against plain Python, and the published figures of CDNOW."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.calendar import GRAINS
from recompra.analytics.customer_frequency import customer_frequency, purchases_per_person
from recompra.analytics.customer_summary import customer_summary
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders
from tests.analytics import oracle, slow_figures
from tests.analytics.conftest import AS_OF, Ask
from tests.analytics.strategies import days, shops
from tests.twelve_orders import CENTRO

YEAR = AS_OF - dt.timedelta(days=364)


def test_the_year_of_the_twelve_orders_by_hand(twelve: Engine) -> None:
    found = twelve.rows(customer_frequency(orders, since=YEAR, until=AS_OF))
    assert [tuple(row.values()) for row in found] == [
        (dt.date(2025, 8, 1), 1, 1, 0, 1, Decimal("120.00")),  # Ana's first
        (dt.date(2025, 9, 1), 1, 0, 1, 1, Decimal("1000.00")),  # Bruno, who first bought the year before
        (dt.date(2025, 11, 1), 1, 0, 1, 1, Decimal("80.00")),
        (dt.date(2026, 2, 1), 1, 0, 1, 1, Decimal("200.00")),
        (dt.date(2026, 4, 1), 1, 0, 1, 1, Decimal("150.00")),
        (dt.date(2026, 5, 1), 3, 2, 1, 3, Decimal("1019.90")),  # Ana, Carla, Davi; Ana's return taken off
    ]


def test_seen_from_one_store_bruno_is_new_there(twelve: Engine) -> None:
    found = twelve.rows(customer_frequency(orders, since=YEAR, until=AS_OF, store_keys=[CENTRO]))
    september = next(row for row in found if row["starts_on"] == dt.date(2025, 9, 1))
    assert (september["new_buyers"], september["returning_buyers"]) == (1, 0)


def test_the_purchases_of_the_year_by_hand(twelve: Engine) -> None:
    found = twelve.rows(purchases_per_person(orders, since=YEAR, until=AS_OF))
    assert [tuple(row.values()) for row in found] == [
        (1, 3, Decimal("0.7500"), 3, Decimal("1829.90")),  # Bruno 1,000.00, Carla 49.90, Davi 780.00
        (5, 1, Decimal("0.2500"), 5, Decimal("800.00")),  # Ana
    ]


@settings(max_examples=25, deadline=None)
@given(
    shop=shops(),
    since=days,
    until=days,
    grain=st.sampled_from(GRAINS),
    stores=st.sampled_from([None, [1, 2**60]]),
)
def test_they_agree_with_plain_python(
    ask: Ask, shop: list[dict[str, Any]], since: dt.date, until: dt.date, grain: str, stores: list[int] | None
) -> None:
    period = {"since": since, "until": until, "store_keys": stores}
    found = ask(customer_frequency(orders, grain=grain, **period), shop)
    assert found == slow_figures.customer_frequency(shop, since, until, grain, stores)
    spread = ask(purchases_per_person(orders, **period), shop)
    assert spread == slow_figures.purchases_per_person(shop, since, until, stores)


@settings(max_examples=25, deadline=None)
@given(shop=shops(), since=days, until=days)
def test_among_some_people_nobody_else_counts(
    ask: Ask, shop: list[dict[str, Any]], since: dt.date, until: dt.date
) -> None:
    summary = customer_summary(orders, as_of=until)
    some = summary.filter(summary.orders >= 2)
    who = {key for key, row in oracle.summary(shop, until).items() if row["orders"] >= 2}
    found = ask(customer_frequency(orders, since=since, until=until, among=some), shop)
    assert found == slow_figures.customer_frequency(shop, since, until, "month", None, who)
    spread = ask(purchases_per_person(orders, since=since, until=until, among=some), shop)
    assert spread == slow_figures.purchases_per_person(shop, since, until, None, who)
