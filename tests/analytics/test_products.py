"""What one customer bought most, and what most customers bought: by hand, and against slow oracles."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import given, settings

from recompra.analytics.most_bought import most_bought
from recompra.analytics.popular_products import popular_products
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import order_items, products
from tests.analytics import goods
from tests.analytics.conftest import AS_OF
from tests.analytics.strategies import days
from tests.twelve_orders import ANA, BAG, BRUNO, COAT, MUG, SHIRT


def test_ana_s_products_by_hand(twelve: Engine) -> None:
    rows = twelve.rows(most_bought(order_items, products, ANA, until=AS_OF))
    assert [(row["product_key"], row["units"], row["spent"]) for row in rows] == [
        (BAG, Decimal(3), Decimal("550.00")),
        (SHIRT, Decimal(2), Decimal("110.00")),
        (MUG, Decimal(1), Decimal("80.00")),
    ]
    assert rows[0]["name"] == "Bolsa de couro"
    assert rows[1]["last_on"] == AS_OF - dt.timedelta(12)  # the return came later and is no purchase


def test_bruno_never_bought_the_cancelled_coat(twelve: Engine) -> None:
    (row,) = twelve.rows(most_bought(order_items, products, BRUNO, until=AS_OF))
    assert (row["product_key"], row["units"], row["spent"]) == (COAT, Decimal(2), Decimal("1900.00"))


def test_the_popular_products_of_ninety_days_by_hand(twelve: Engine) -> None:
    rows = twelve.rows(popular_products(order_items, products, as_of=AS_OF))
    assert [(row["product_key"], row["buyers"], row["units"]) for row in rows] == [
        (BAG, 1, Decimal(2)),  # Ana, twice; her shirt came back
        (MUG, 1, Decimal(1)),  # Carla; who bought another one gave no name
        (COAT, 1, Decimal(1)),  # Davi
    ]
    assert rows[0]["share"] == Decimal("0.3333")


@settings(max_examples=20, deadline=None)
@given(items=goods.lines(), until=days)
def test_most_bought_agrees_with_the_slow_oracle(items: list[goods.Row], until: dt.date) -> None:
    since = until - dt.timedelta(days=200)
    rows = goods.answer(most_bought(order_items, products, 1, since=since, until=until), items)
    expected = goods.slow_most_bought(items, 1, since, until)
    names = ("product_key", "name", "units", "spent", "last_on")
    assert sorted(({name: row[name] for name in names} for row in rows), key=str) == sorted(expected, key=str)
    assert [row["spent"] for row in rows] == sorted((row["spent"] for row in rows), reverse=True)


@settings(max_examples=20, deadline=None)
@given(items=goods.lines(), as_of=days)
def test_popular_products_agree_with_the_slow_oracle_in_order(items: list[goods.Row], as_of: dt.date) -> None:
    rows = goods.answer(popular_products(order_items, products, as_of=as_of), items)
    found = [{name: row[name] for name in ("product_key", "buyers", "units", "share")} for row in rows]
    assert found == goods.slow_popular(items, as_of, 90)
