"""Who came back to which store: by hand on the twelve orders, against plain Python, and on CDNOW."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.customer_summary import customer_summary
from recompra.analytics.store_returns import BY, returned_people, store_returns
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders
from tests.analytics import oracle, slow_figures
from tests.analytics.conftest import AS_OF, Ask
from tests.analytics.strategies import days, shops
from tests.twelve_orders import ANA, BRUNO, CENTRO, ONLINE
from tests.warehouse.facts import order


def ago(number: int) -> dt.date:
    return AS_OF - dt.timedelta(days=number)


def test_by_the_day_of_the_sale_by_hand(twelve: Engine) -> None:
    """Of all buyers since 400 days: Ana's first at Centro was 300 days ago, the next one 100 days later;
    Bruno bought online and came to Centro 140 days later; Carla and Davi may still come."""
    found = twelve.rows(store_returns(orders, since=ago(400), until=AS_OF, as_of=AS_OF, within_days=140))
    centro, online = found
    assert centro == {
        "store_key": CENTRO,
        "buyers": 3,  # Ana, Bruno, Carla
        "came_back": 1,  # Ana
        "same_store": 1,
        "waiting": 1,  # Carla, since 30 days
        "known": 2,
        "known_back": 1,
        "rate": Decimal("0.5000"),
        "median_days": Decimal("100.00"),
    }
    assert online == {
        "store_key": ONLINE,
        "buyers": 3,  # Ana, Bruno, Davi
        "came_back": 2,  # Ana after 60 days, Bruno after 140, both at Centro
        "same_store": 0,
        "waiting": 1,  # Davi
        "known": 1,  # of Ana's 140 days 100 are over: she is back, and yet her rate is not ripe
        "known_back": 1,
        "rate": Decimal("1.0000"),
        "median_days": Decimal("100.00"),
    }


def test_by_the_day_of_the_return_by_hand(twelve: Engine) -> None:
    found = twelve.rows(
        store_returns(orders, since=ago(50), until=AS_OF, as_of=AS_OF, by="return", within_days=90)
    )
    assert [tuple(row.values()) for row in found] == [
        # Ana came to Centro 60 days after the online shop; Carla had bought nowhere before
        (CENTRO, 2, 1, 0, 0, 2, 1, Decimal("0.5000"), Decimal("60.00")),
        (ONLINE, 1, 0, 0, 0, 1, 0, Decimal("0.0000"), None),  # Davi
    ]


def test_the_people_by_hand(twelve: Engine) -> None:
    found = twelve.rows(
        returned_people(orders, since=ago(400), until=AS_OF, as_of=AS_OF, within_days=140, of_stores=[ONLINE])
    )
    assert [row["customer_key"] for row in found] == [ANA, BRUNO]
    assert found[0] == {
        "customer_key": ANA,
        "store_key": ONLINE,
        "bought_on": ago(100),
        "bought_store_key": ONLINE,
        "bought_value": Decimal("200.00"),
        "returned_on": ago(40),
        "returned_store_key": CENTRO,
        "returned_value": Decimal("150.00"),
        "days": 60,
        "last_on": ago(12),
        "last_value": Decimal("250.00"),
    }


def test_who_sees_one_store_does_not_learn_of_purchases_in_another(twelve: Engine) -> None:
    asked = {"since": ago(400), "until": AS_OF, "as_of": AS_OF, "within_days": 140}
    (row,) = twelve.rows(store_returns(orders, store_keys=[ONLINE], **asked))
    assert (row["buyers"], row["came_back"]) == (3, 0)
    assert twelve.rows(returned_people(orders, store_keys=[ONLINE], **asked)) == []


def test_early_returns_do_not_flatter_the_rate(ask: Ask) -> None:
    """A hundred bought yesterday's week; three are back already: nothing is known of the rate yet."""
    bought = [order(n, n, ago(7)) for n in range(1, 101)]
    back = [order(100 + n, n, ago(2)) for n in range(1, 4)]
    (row,) = ask(store_returns(orders, since=ago(7), until=ago(7), as_of=AS_OF), bought + back)
    assert (row["came_back"], row["waiting"], row["known"], row["rate"]) == (3, 97, 0, None)


def test_on_the_last_of_their_days_nothing_is_open_any_more(ask: Ask) -> None:
    shop = [order(1, 1, ago(90)), order(2, 2, ago(89))]
    (row,) = ask(store_returns(orders, since=ago(100), until=AS_OF, as_of=AS_OF), shop)
    assert (row["buyers"], row["known"], row["waiting"]) == (2, 1, 1)


def test_by_return_the_first_purchase_that_followed_another_counts(ask: Ask) -> None:
    """New 40 days ago, back 20 days ago and again 10 days ago."""
    shop = [order(1, 1, ago(40)), order(2, 1, ago(20)), order(3, 1, ago(10))]
    asked = {"since": ago(50), "until": AS_OF, "as_of": AS_OF, "by": "return"}
    (row,) = ask(store_returns(orders, **asked), shop)
    assert (row["buyers"], row["came_back"], row["median_days"]) == (1, 1, Decimal(20))
    (one,) = ask(returned_people(orders, **asked), shop)
    assert (one["bought_on"], one["returned_on"], one["last_on"]) == (ago(40), ago(20), ago(10))


def test_a_way_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="by must be"):
        store_returns(orders, since=ago(7), until=AS_OF, as_of=AS_OF, by="birthday")


@settings(max_examples=40, deadline=None)
@given(
    shop=shops(),
    since=days,
    until=days,
    as_of=days,
    way=st.sampled_from(BY),
    within=st.sampled_from([1, 59, 90, 400]),
    stores=st.sampled_from([None, [1, 2]]),
)
def test_they_agree_with_plain_python(
    ask: Ask,
    shop: list[dict[str, Any]],
    since: dt.date,
    until: dt.date,
    as_of: dt.date,
    way: str,
    within: int,
    stores: list[int] | None,
) -> None:
    asked = {"since": since, "until": until, "as_of": as_of, "by": way, "within_days": within}
    people = slow_figures.returned_people(shop, since, until, as_of, way, within, stores)
    found = ask(store_returns(orders, store_keys=stores, **asked), shop)
    assert found == slow_figures.store_returns(people, as_of, way, within)
    listed = ask(returned_people(orders, store_keys=stores, **asked), shop)
    back = [row for row in people if row["days"] is not None]
    back.sort(key=lambda row: (-row["returned_on"].toordinal(), row["customer_key"], row["store_key"]))
    assert listed == back


@settings(max_examples=20, deadline=None)
@given(shop=shops(), way=st.sampled_from(BY))
def test_of_some_people_and_some_stores_only_these_are_listed(
    ask: Ask, shop: list[dict[str, Any]], way: str
) -> None:
    since, until = dt.date(2024, 1, 1), dt.date(2026, 12, 31)
    summary = customer_summary(orders, as_of=until)
    some = summary.filter(summary.orders >= 3)
    who = {key for key, row in oracle.summary(shop, until).items() if row["orders"] >= 3}
    asked = {"since": since, "until": until, "as_of": until, "by": way}
    listed = ask(returned_people(orders, of_stores=[2], among=some, **asked), shop)
    people = slow_figures.returned_people(shop, since, until, until, way, 90, None, who)
    back = [row for row in people if row["days"] is not None and row["store_key"] == 2]
    assert sorted(row["customer_key"] for row in listed) == sorted(row["customer_key"] for row in back)
