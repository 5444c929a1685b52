"""What is recommended to whom: by hand on the twelve orders, and against slow oracles on random shops."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.list_hits import list_hits, next_baskets
from recompra.analytics.lists.choosing import chosen
from recompra.analytics.lists.hits import NONE, Hits, ahead, measured
from recompra.analytics.lists.places import POPULAR
from recompra.analytics.new_products import new_products
from recompra.analytics.own_products import due_products, personal_products
from recompra.analytics.product_figures import (
    product_figures,
    product_sales,
    repeat_intervals,
    typical_interval,
)
from recompra.analytics.product_pairs import product_pairs
from recompra.analytics.taken import taken
from recompra.analytics.tried_lists import met_places, tried_lists
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import order_items, products
from tests.analytics import goods, slow_products
from tests.analytics.conftest import AS_OF
from tests.analytics.strategies import days
from tests.twelve_orders import ANA, BAG, BRUNO, CARLA, COAT, DAVI, MUG, SHIRT

HAD = taken(order_items, as_of=AS_OF)


def figures_of(
    as_of: dt.date, window: int = 365, typical: int | None = 140, had: ir.Table | None = None
) -> ir.Table:
    return product_figures(
        taken(order_items, as_of=as_of) if had is None else had,
        product_sales(order_items, as_of=as_of),
        products,
        as_of=as_of,
        popular_days=window,
        typical_interval=typical,
    )


FIGURES = figures_of(AS_OF)
TAKEN = ibis.table(HAD.schema(), name="step_taken")
KNOWN = ibis.table(FIGURES.schema(), name="step_figures")
TRIED = ibis.table(tried_lists(TAKEN, KNOWN, as_of=AS_OF).schema(), name="step_tried")


def steps(
    as_of: dt.date, window: int = 365, typical: int | None = 140, *, tried: bool = False
) -> dict[str, ir.Table]:
    """What the lists read, computed before them: `TAKEN`, `KNOWN` and, where asked, `TRIED`."""
    before = {
        "step_taken": taken(order_items, as_of=as_of),
        "step_figures": figures_of(as_of, window, typical, TAKEN),
    }
    return before | ({"step_tried": tried_lists(TAKEN, KNOWN, as_of=as_of)} if tried else {})


def test_who_took_what_by_hand(twelve: Engine) -> None:
    rows = {(row["customer_key"], row["product_key"]): row["days"] for row in twelve.rows(HAD)}
    assert rows == {
        (ANA, SHIRT): 2,  # three shirts on two days, one of which came back
        (ANA, MUG): 1,
        (ANA, BAG): 3,
        (BRUNO, COAT): 2,  # the cancelled one was never his
        (CARLA, MUG): 1,
        (DAVI, COAT): 1,
    }


def test_the_shop_s_own_interval_by_hand(twelve: Engine) -> None:
    rows = twelve.rows(repeat_intervals(HAD))
    assert [(row["days"], row["pairs"]) for row in rows] == [(44, 1), (140, 1), (288, 1)]
    assert typical_interval(rows) == 140
    assert typical_interval([]) is None


def test_the_figures_of_the_products_by_hand(twelve: Engine) -> None:
    rows = {row["product_key"]: row for row in twelve.rows(FIGURES)}
    names = ("buyers", "chance", "group_chance", "popular_place", "repeat_rate", "interval_days", "price")
    assert {key: tuple(row[name] for name in names) for key, row in rows.items()} == {
        SHIRT: (1, 166_667, 333_333, 3, Decimal("0.6825"), 145, Decimal("50.00")),
        MUG: (2, 333_333, 1_000_000, 1, Decimal("0.6349"), 140, Decimal("42.45")),
        BAG: (1, 166_667, 1_000_000, 4, Decimal("0.6667"), 132, Decimal("200.00")),
        COAT: (2, 333_333, 666_667, 2, Decimal("0.6825"), 140, Decimal("780.00")),
    }
    assert all(row["satisfaction_place"] is None for row in rows.values())  # of one or two buyers each
    assert all(row["novelty_place"] is None for row in rows.values())
    assert all(row["step_key"] is None for row in rows.values())  # a coat is no step above a shirt


def test_carla_s_personal_list_by_hand(twelve: Engine) -> None:
    personal = personal_products(HAD, FIGURES, as_of=AS_OF)
    rows = twelve.rows(personal.filter(personal.customer_key == CARLA).order_by("place"))
    told = [(row["product_key"], row["reason"], row["times"], row["people"], row["days"]) for row in rows]
    assert told == [
        (MUG, "again", 1, None, 30),
        (COAT, "popular", None, 2, 365),
        (SHIRT, "popular", None, 1, 365),
        (BAG, "popular", None, 1, 365),
    ]


def test_what_is_used_up_by_hand(twelve: Engine) -> None:
    rows = twelve.rows(due_products(HAD, FIGURES, as_of=AS_OF).order_by("customer_key"))
    told = [(row["customer_key"], row["product_key"], row["interval_days"], row["days"]) for row in rows]
    assert told == [(ANA, MUG, 140, 200), (BRUNO, COAT, 140, 260)]


@pytest.mark.parametrize(("late", "is_due"), [(-61, False), (-60, True), (79, True), (80, False)])
def test_a_product_is_due_from_its_day_on_until_twice_as_long(
    twelve: Engine, late: int, is_due: bool
) -> None:
    """Ana's mug lasts 140 days and was bought 200 days before AS_OF."""
    day = AS_OF + dt.timedelta(days=late)
    found = due_products(HAD.filter(HAD.product_key == MUG), FIGURES, as_of=day)
    assert (ANA in {row["customer_key"] for row in twelve.rows(found)}) == is_due


def test_what_is_gone_is_offered_to_nobody(twelve: Engine) -> None:
    gone = products.mutate(
        is_discontinued=products.product_key == MUG,
        stock=(products.product_key == COAT)
        .ifelse(ibis.literal(Decimal(0)), ibis.null())
        .cast("decimal(18, 4)"),
    )
    figures = product_figures(
        HAD,
        product_sales(order_items, as_of=AS_OF),
        gone,
        as_of=AS_OF,
        popular_days=365,
        typical_interval=140,
    )
    lists = [
        personal_products(HAD, figures, as_of=AS_OF),
        due_products(HAD, figures, as_of=AS_OF),
        new_products(HAD, figures, by="popular"),
    ]
    assert {row["product_key"] for one in lists for row in twelve.rows(one)} == {SHIRT, BAG}


@settings(max_examples=15, deadline=None)
@given(items=goods.lines(), as_of=days)
def test_the_lists_agree_with_the_slow_oracle(items: list[goods.Row], as_of: dt.date) -> None:
    had, before = slow_products.taken(items, as_of), steps(as_of, 90, 60)
    figures = {row["product_key"]: row for row in goods.answer(KNOWN, items, steps=before)}
    people = {who for who, _key in had}
    for expected, listed in (
        (
            {who: slow_products.popular(had, figures, who)[:10] for who in people},
            new_products(TAKEN, KNOWN, by="popular"),
        ),
        (
            {who: slow_products.personal(had, figures, who, as_of) for who in people},
            personal_products(TAKEN, KNOWN, as_of=as_of),
        ),
    ):
        found: dict[int, list[int]] = defaultdict(list)
        for row in sorted(goods.answer(listed, items, steps=before), key=lambda row: row["place"]):
            found[row["customer_key"]].append(row["product_key"])
            assert row["place"] == len(found[row["customer_key"]])
        assert found == {who: keys for who, keys in expected.items() if keys}


@settings(max_examples=15, deadline=None)
@given(items=goods.lines(), as_of=days)
def test_what_comes_later_changes_nothing(items: list[goods.Row], as_of: dt.date) -> None:
    expr = personal_products(TAKEN, KNOWN, as_of=as_of)
    before = [row for row in items if row["ordered_on"] <= as_of]
    told = []
    for some in (items, before):
        rows = goods.answer(expr, some, steps=steps(as_of))
        told.append(sorted(rows, key=lambda row: (row["customer_key"], row["place"])))
    assert told[0] == told[1]


@settings(max_examples=25, deadline=None)
@given(baskets=st.lists(st.sets(st.integers(1, 3), min_size=1), max_size=14))
def test_pairs_agree_with_the_slow_oracle(baskets: list[set[int]]) -> None:
    items = [
        a_line(order, key, 1 + order % 2, AS_OF - dt.timedelta(days=order))
        for order, one in enumerate(baskets, 1)
        for key in one
    ]
    rows = goods.answer(product_pairs(order_items, KNOWN, as_of=AS_OF), items, steps=steps(AS_OF))
    found = {(row["product_key"], row["other_key"]): (row["together"], row["score"]) for row in rows}
    assert found == slow_products.together(dict(enumerate(baskets, 1)))


def a_line(order: int, key: int, who: int | None, day: dt.date, **told: Any) -> goods.Row:
    """One unit of a product, sold."""
    return {
        "order_key": order,
        "line": key,
        "customer_key": who,
        "store_key": 1,
        "product_key": key,
        "kind": "sale",
        "is_cancelled": False,
        "ordered_at": dt.datetime.combine(day, dt.time(12)),
        "ordered_on": day,
        "quantity": Decimal(1),
        "unit_price": Decimal(10),
        "discount": Decimal(0),
        "net": Decimal(10),
        "batch": 1,
    } | told


@pytest.mark.parametrize(
    ("silence", "is_offered"), [(29, True), (30, False), (400, False)], ids=["late", "silent", "gone"]
)
def test_a_product_that_sold_daily_and_no_more_is_off_the_shelf(silence: int, is_offered: bool) -> None:
    """It sold on twenty days with a day between two of them; another product sells to this day."""
    last = AS_OF - dt.timedelta(days=silence)
    items = [a_line(n, 1, 1, last - dt.timedelta(days=2 * n)) for n in range(20)]
    items.append(a_line(90, 2, 1, AS_OF))
    rows = {row["product_key"]: row["is_offered"] for row in goods.answer(figures_of(AS_OF), items)}
    assert rows == {1: is_offered, 2: True}


def test_a_thousand_units_are_one_purchase() -> None:
    items = [a_line(1, 1, 1, AS_OF, quantity=Decimal(89_638)), a_line(2, 2, 1, AS_OF)]
    rows = goods.answer(taken(order_items, as_of=AS_OF), items)
    assert {(row["product_key"], row["days"], row["weight_90"]) for row in rows} == {
        (1, 1, 1_000_000),
        (2, 1, 1_000_000),
    }


def test_a_wholesaler_s_basket_says_nothing_of_what_goes_together() -> None:
    many = [a_line(order, key, 1, AS_OF) for order in range(1, 5) for key in range(1, 41)]
    assert not goods.answer(product_pairs(order_items, figures_of(AS_OF), as_of=AS_OF), many)


TWO = [
    {"bought": 2, "places_0": 2, "places_1": 0, "customers": 1},
    {"bought": 1, "places_0": 2**11, "places_1": 2**11, "customers": 1},
]
"""Two customers: one bought two products, hit at place 1 by the first list; the other one product, hit at
place 11 by both."""


def test_the_measures_of_a_list_by_hand() -> None:
    assert measured(TWO) == Hits(2, 0.5, 0.25, 0.75, pytest.approx(0.5 / (1 + 1 / 1.584962500721156)))
    assert measured([]) == NONE


def test_how_far_a_list_is_ahead_by_hand() -> None:
    """Ahead at one of two customers: .5 on the mean, and the deviations of .5 twice make an error of .5."""
    assert ahead(TWO, "hit_10", "places_0", "places_1") == (0.5, 0.5)
    assert ahead(TWO, "hit_10", "places_1", "places_0") == (-0.5, 0.5)
    assert ahead(TWO[:1], "hit_10", "places_0", "places_1") == (0.0, math.inf)


@pytest.mark.parametrize(
    ("better", "equal", "expected"), [(1, 9, 0), (1, 0, 0), (2, 9, 0), (3, 9, 0), (4, 9, 1), (30, 900, 1)]
)
def test_a_choice_gives_way_only_to_one_ahead_by_more_than_an_error(
    better: int, equal: int, expected: int
) -> None:
    """At `better` customers the second choice is right and the first is not, at one the other way round; at
    the others both are."""
    rows = [
        {"bought": 1, "first": 0, "second": 2, "customers": better},
        {"bought": 1, "first": 2, "second": 0, "customers": 1},
        {"bought": 1, "first": 2, "second": 2, "customers": equal},
    ]
    assert chosen(rows, ["first", "second"]) == expected
    assert chosen([], ["first", "second"]) == 0


@settings(max_examples=15, deadline=None)
@given(items=goods.lines(), as_of=days, window=st.sampled_from([0, 30, 90, 365]))
def test_the_places_tried_are_those_of_the_list_that_would_be_made(
    items: list[goods.Row], as_of: dt.date, window: int
) -> None:
    everything = TAKEN.select("customer_key").distinct().cross_join(KNOWN.select("product_key"))
    lacking = everything.anti_join(TAKEN, ["customer_key", "product_key"])
    met = met_places(lacking, TAKEN, TRIED.filter(TRIED.option == f"popular_{window}"))
    made = new_products(TAKEN, KNOWN, by="popular", limit=50)
    names = ("customer_key", "product_key", "place")
    told = [
        {
            tuple(row[name] for name in names)
            for row in goods.answer(one, items, steps=steps(as_of, window, 60, tried=True))
        }
        for one in (met, made)
    ]
    assert told[0] == told[1]
    assert window in POPULAR


def test_the_next_basket_is_the_first_day_with_a_purchase(twelve: Engine) -> None:
    after = AS_OF - dt.timedelta(days=40)
    rows = twelve.rows(next_baskets(order_items, after=after, until=AS_OF))
    assert {(row["customer_key"], row["product_key"]) for row in rows} == {
        (ANA, BAG), (ANA, SHIRT), (CARLA, MUG), (DAVI, COAT),
    }  # fmt: skip
    had = taken(order_items, as_of=after)
    listed = personal_products(had, figures_of(after), as_of=after)
    truth = next_baskets(order_items, after=after, until=AS_OF).semi_join(had, "customer_key")
    both = listed.mutate(option=ibis.literal("personal"))
    (hits,) = twelve.rows(list_hits(truth, both, options=["personal", "none"]))
    assert (hits["bought"], hits["customers"], hits["places_1"]) == (2, 1, 0)
    assert hits["places_0"] > 0
