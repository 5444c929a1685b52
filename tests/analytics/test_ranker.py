"""What follows what, and the personal list in a ranker's order: by hand, and against slow oracles."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.further_products import following_products
from recompra.analytics.lists.ranker import FEATURES, LEANS_ON, SCALE
from recompra.analytics.next_pairs import next_pairs, pairs_to_compare
from recompra.analytics.own_products import personal_products
from recompra.analytics.product_figures import product_figures, product_sales
from recompra.analytics.product_pairs import product_pairs
from recompra.analytics.ranked_products import ranked_products
from recompra.analytics.taken import taken
from recompra.analytics.taken_visits import taken_visits
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import order_items, products
from tests.analytics import goods, slow_products, slow_ranker
from tests.analytics.conftest import AS_OF
from tests.analytics.test_recommendations import a_line
from tests.twelve_orders import ANA, BAG, BRUNO, COAT, MUG, SHIRT

HAD = ibis.table(taken(order_items, as_of=AS_OF).schema(), name="step_taken")
_VISITED = taken_visits(order_items, HAD, as_of=AS_OF)
VISITED = ibis.table(_VISITED.schema(), name="step_visited")
_FIGURES = product_figures(
    HAD, product_sales(order_items, as_of=AS_OF), products, as_of=AS_OF, typical_interval=60
)
FIGURES = ibis.table(_FIGURES.schema(), name="step_figures")
_PAIRS = product_pairs(order_items, FIGURES, as_of=AS_OF)
PAIRS = ibis.table(_PAIRS.schema(), name="step_pairs")
_FOLLOWING = next_pairs(HAD, FIGURES, as_of=AS_OF, next_days=60)
FOLLOWING = ibis.table(_FOLLOWING.schema(), name="step_following")
STEPS = {
    "step_taken": taken(order_items, as_of=AS_OF),
    "step_visited": _VISITED,
    "step_figures": _FIGURES,
    "step_pairs": _PAIRS,
    "step_following": _FOLLOWING,
}
WEIGHTS = [
    9_000,
    -12_345,
    777,
    5_000,
    -4_321,
    8_765,
    -15_000,
    11,
    -6_543,
    2_468,
    -1_357,
    9_876,
    1,
    -2,
    7_654,
    -31,
]
PLAIN = [SCALE if name == LEANS_ON else 0 for name in FEATURES]
SHELF = [
    goods.product(1) | {"product_key": key, "code": f"P{key}", "name": f"Produto {key}", "group_name": group}
    for key, group in enumerate(["Casa", "Casa", "Casa", "Rosto", "Banho", None], 1)
]
people = st.lists(st.integers(1, 2**6 - 1), min_size=8, max_size=20).map(
    lambda masks: [{key for key in range(1, 7) if mask >> (key - 1) & 1} for mask in masks]
)
"""What each customer took."""


def lines(taken_by: list[set[int]]) -> list[goods.Row]:
    """Each customer buys 6 first, then 4 and 5 in one basket, 2 and 3, and 1; the first of them once more."""
    return [
        a_line(
            1000 * who + 10 * (key // 2) + again,
            key,
            who,
            AS_OF - dt.timedelta(days=7 * who % 20 + 25 * (key // 2) + 3 * again),
        )
        for who, keys in enumerate(taken_by, 1)
        for key in keys
        for again in range(2 if key == min(keys) else 1)
    ]


def test_what_follows_by_hand() -> None:
    """Four people take 1 and, ten days later, 2; one of them, a hundred days later, 3."""
    day = AS_OF - dt.timedelta(days=200)
    items = [a_line(10 * who, 1, who, day) for who in range(1, 5)]
    items += [a_line(10 * who + 1, 2, who, day + dt.timedelta(days=10)) for who in range(1, 5)]
    items += [
        a_line(12, 3, 1, day + dt.timedelta(days=110)),
        a_line(90, 1, 9, AS_OF),
        a_line(91, 2, 8, AS_OF),
    ]
    (row,) = goods.answer(FOLLOWING, items, SHELF, STEPS)
    assert (row["product_key"], row["other_key"], row["followed"], row["buyers"]) == (1, 2, 4, 5)
    assert row["score"] == 16 * 1_000_000 // (5 * 14)  # of both five took it
    (other,) = goods.answer(following_products(HAD, FIGURES, FOLLOWING), items, SHELF, STEPS)
    told = ("customer_key", "product_key", "reason", "because_key", "people")
    assert tuple(other[name] for name in told) == (9, 2, "next", 1, 4)


def test_who_took_more_than_a_hundred_products_says_nothing_of_what_follows() -> None:
    day = AS_OF - dt.timedelta(days=300)
    giants = [
        a_line(1000 * who + key, 1 + key, who, day + dt.timedelta(days=key))
        for who in (1, 2, 3)
        for key in range(101)
    ]
    assert not goods.answer(FOLLOWING, giants, SHELF, STEPS)
    (row,) = goods.answer(pairs_to_compare(HAD), giants, SHELF, STEPS)
    assert row["pairs"] == 0


def test_how_often_ana_came_since_by_hand(twelve: Engine) -> None:
    had = taken(order_items, as_of=AS_OF)
    rows = twelve.rows(taken_visits(order_items, had, as_of=AS_OF))
    found = {(row["customer_key"], row["product_key"]): (row["visits"], row["since"]) for row in rows}
    own = {key: told for key, told in found.items() if key[0] == ANA}
    days = {
        row["ordered_on"]
        for row in twelve.rows(order_items)
        if row["customer_key"] == ANA and row["kind"] == "sale"
    }
    assert {visits for visits, _since in own.values()} == {len(days)}
    assert own[ANA, BAG][1] <= own[ANA, MUG][1]
    assert found[BRUNO, COAT] == (2, 0)
    assert own[ANA, SHIRT][1] == sum(day > AS_OF - dt.timedelta(days=12) for day in days)


def in_order(rows: list[dict[str, Any]], *names: str) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["place"]):
        found[row["customer_key"]].append(tuple(row[name] for name in names))
    return found


@settings(max_examples=8, deadline=None)
@given(taken_by=people)
def test_what_follows_agrees_with_the_slow_oracle(taken_by: list[set[int]]) -> None:
    items = lines(taken_by)
    had = slow_products.taken(items, AS_OF)
    figures = {row["product_key"]: row for row in goods.answer(FIGURES, items, SHELF, STEPS)}
    rows = goods.answer(FOLLOWING, items, SHELF, STEPS)
    found = {(row["product_key"], row["other_key"]): (row["followed"], row["score"]) for row in rows}
    assert found == slow_ranker.following(had, figures, AS_OF, 60)


@settings(max_examples=6, deadline=None)
@given(taken_by=people)
def test_a_ranker_s_order_agrees_with_the_slow_oracle(taken_by: list[set[int]]) -> None:
    items = lines(taken_by)
    had, visits = slow_products.taken(items, AS_OF), slow_ranker.visits(items, AS_OF)
    asked = [goods.answer(table, items, SHELF, STEPS) for table in (FIGURES, PAIRS, FOLLOWING)]
    figures = {row["product_key"]: row for row in asked[0]}
    pairs = {(row["product_key"], row["other_key"]): (row["together"], row["score"]) for row in asked[1]}
    after = {(row["product_key"], row["other_key"]): (row["followed"], row["score"]) for row in asked[2]}
    made = ranked_products(VISITED, FIGURES, PAIRS, FOLLOWING, as_of=AS_OF, weights=WEIGHTS)
    found = in_order(goods.answer(made, items, SHELF, STEPS), "product_key", "score", "reason", "because_key")
    assert found == {
        who: slow_ranker.ranked(had, figures, pairs, after, visits, who, AS_OF, WEIGHTS) for who in visits
    }


@pytest.mark.parametrize("masks", [[7, 31, 62, 63, 9, 18, 36, 21, 42]])
def test_a_ranker_that_learnt_nothing_orders_as_the_plain_list(masks: list[int]) -> None:
    """What goes with others comes beside, as likely as popularity says."""
    items = lines([{key for key in range(1, 7) if mask >> (key - 1) & 1} for mask in masks])
    made = ranked_products(VISITED, FIGURES, PAIRS, FOLLOWING, as_of=AS_OF, weights=PLAIN)
    plain = personal_products(HAD, FIGURES, as_of=AS_OF)
    told = [in_order(goods.answer(table, items, SHELF, STEPS), "product_key") for table in (made, plain)]
    assert told[0] == told[1]
