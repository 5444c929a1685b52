"""What those found are worth, and how the loyalty programmes are spread: by hand and in plain Python."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.customer_summary import customer_summary
from recompra.analytics.found_value import found_value
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders
from tests.analytics import oracle, slow_figures
from tests.analytics.conftest import AS_OF, Ask
from tests.analytics.strategies import days, shops
from tests.twelve_orders import ONLINE

EVERYBODY = customer_summary(orders, as_of=AS_OF)


def test_the_last_forty_days_of_everybody_by_hand(twelve: Engine) -> None:
    since = AS_OF - dt.timedelta(days=40)
    assert twelve.rows(found_value(orders, EVERYBODY, since=since, until=AS_OF)) == [
        {
            "people": 4,
            "buyers": 3,  # Ana, Carla, Davi
            "orders": 4,
            "sold": Decimal("1229.90"),
            "net": Decimal("1169.90"),
            "aov": Decimal("307.48"),
            "per_buyer": Decimal("389.97"),
            "per_person": Decimal("292.48"),
            "orders_per_buyer": Decimal("1.33"),
        }
    ]


def test_of_nobody_there_is_no_mean(twelve: Engine) -> None:
    nobody = EVERYBODY.filter(EVERYBODY.ltv < 0)
    (row,) = twelve.rows(found_value(orders, nobody, since=AS_OF, until=AS_OF))
    assert (row["people"], row["orders"], row["net"], row["aov"]) == (0, 0, Decimal(0), None)


def test_people_are_counted_even_where_their_orders_are_of_another_store(twelve: Engine) -> None:
    (row,) = twelve.rows(
        found_value(orders, EVERYBODY, since=dt.date(2026, 1, 1), until=AS_OF, store_keys=[ONLINE])
    )
    assert (row["people"], row["buyers"], row["sold"]) == (4, 2, Decimal("980.00"))  # Ana 200, Davi 780


@settings(max_examples=25, deadline=None)
@given(shop=shops(), since=days, until=days, stores=st.sampled_from([None, [2]]))
def test_it_agrees_with_plain_python(
    ask: Ask, shop: list[dict[str, Any]], since: dt.date, until: dt.date, stores: list[int] | None
) -> None:
    summary = customer_summary(orders, as_of=until)
    people = summary.filter(summary.ltv >= 10)
    who = {key for key, row in oracle.summary(shop, until).items() if row["ltv"] >= 10}
    found = ask(found_value(orders, people, since=since, until=until, store_keys=stores), shop)
    assert found == [slow_figures.found_value(shop, who, since, until, stores)]
