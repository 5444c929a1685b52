"""Sales with and without a name: by hand on the twelve orders, and against plain Python."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.calendar import GRAINS
from recompra.analytics.identified_sales import identified_sales
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders
from tests.analytics import slow_figures
from tests.analytics.conftest import AS_OF, Ask
from tests.analytics.strategies import days, shops
from tests.twelve_orders import CENTRO, ONLINE
from tests.warehouse.facts import order

MAY = dt.date(2026, 5, 1)


def test_the_last_forty_days_of_the_twelve_orders_by_hand(twelve: Engine) -> None:
    since = AS_OF - dt.timedelta(days=40)  # 22 April 2026
    found = twelve.rows(identified_sales(orders, since=since, until=AS_OF))
    told = {(row.pop("store_key"), row.pop("starts_on")): row for row in found}
    assert set(told) == {(CENTRO, dt.date(2026, 4, 1)), (CENTRO, MAY), (ONLINE, MAY)}
    assert told[CENTRO, MAY] == {  # Ana 250.00, Carla 49.90, nobody 35.00; the return is no sale
        "sales": 3,
        "identified_sales": 2,
        "sold": Decimal("334.90"),
        "identified_sold": Decimal("299.90"),
        "share": Decimal("0.6667"),
        "sold_share": Decimal("0.8955"),
    }
    assert told[ONLINE, MAY]["share"] == Decimal(1)


def test_a_fortnight_ends_on_the_fifteenth_and_a_week_begins_on_monday(twelve: Engine) -> None:
    since = AS_OF - dt.timedelta(days=40)

    def starts(grain: str) -> list[dt.date]:
        rows = twelve.rows(
            identified_sales(orders, since=since, until=AS_OF, grain=grain, store_keys=[CENTRO])
        )
        return [row["starts_on"] for row in rows]

    # Centro sold on 22 April, 2 May, 20 May and 29 May
    assert starts("fortnight") == [dt.date(2026, 4, 16), MAY, dt.date(2026, 5, 16)]
    assert starts("week") == [
        dt.date(2026, 4, 20),
        dt.date(2026, 4, 27),
        dt.date(2026, 5, 18),
        dt.date(2026, 5, 25),
    ]


def test_the_fifteenth_still_is_of_the_first_fortnight(ask: Ask) -> None:
    shop = [order(day, 1, dt.date(2026, 5, day)) for day in (1, 15, 16, 31)]
    found = ask(identified_sales(orders, since=MAY, until=AS_OF, grain="fortnight"), shop)
    assert [(row["starts_on"].day, row["sales"]) for row in found] == [(1, 2), (16, 2)]


def test_a_grain_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        identified_sales(orders, since=MAY, until=AS_OF, grain="year")


@settings(max_examples=25, deadline=None)
@given(
    shop=shops(), since=days, until=days, grain=st.sampled_from(GRAINS), stores=st.sampled_from([None, [2]])
)
def test_it_agrees_with_plain_python(
    ask: Ask, shop: list[dict[str, Any]], since: dt.date, until: dt.date, grain: str, stores: list[int] | None
) -> None:
    found = ask(identified_sales(orders, since=since, until=until, grain=grain, store_keys=stores), shop)
    assert found == slow_figures.identified_sales(shop, since, until, grain, stores)
