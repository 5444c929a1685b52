"""What goes with a person's products, and which groups go together: against slow oracles on random shops."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.further_products import cross_sell, up_sell
from recompra.analytics.product_figures import product_figures, product_sales
from recompra.analytics.product_pairs import group_pairs
from recompra.analytics.taken import taken
from recompra.warehouse.schema import order_items, products
from tests.analytics import goods, slow_products
from tests.analytics.conftest import AS_OF
from tests.analytics.test_recommendations import a_line

HAD = ibis.table(taken(order_items, as_of=AS_OF).schema(), name="step_taken")
_FIGURES = product_figures(
    HAD, product_sales(order_items, as_of=AS_OF), products, as_of=AS_OF, typical_interval=60
)
FIGURES = ibis.table(_FIGURES.schema(), name="step_figures")
GROUPS = ibis.table(group_pairs(HAD, FIGURES).schema(), name="step_groups")
STEPS = {
    "step_taken": taken(order_items, as_of=AS_OF),
    "step_figures": _FIGURES,
    "step_groups": group_pairs(HAD, FIGURES),
}
PRICES = {1: "10", 2: "11", 3: "20", 4: "35", 5: "50", 6: "12"}
SHELF = [
    goods.product(1) | {"product_key": key, "code": f"P{key}", "name": f"Produto {key}", "group_name": group}
    for key, group in enumerate(["Casa", "Casa", "Casa", "Rosto", "Banho", None], 1)
]
people = st.lists(st.integers(1, 2**6 - 1), min_size=11, max_size=26).map(
    lambda masks: [{key for key in PRICES if mask >> (key - 1) & 1} for mask in masks]
)
"""What each customer took."""


def lines(taken_by: list[set[int]]) -> list[goods.Row]:
    """Each customer buys their products on days of their own, the first of them twice."""
    return [
        a_line(
            1000 * who + 10 * key + again,
            key,
            who,
            AS_OF - dt.timedelta(days=(7 * who + 5 * key) % 90 + 3 * again),
            unit_price=Decimal(PRICES[key]),
        )
        for who, keys in enumerate(taken_by, 1)
        for key in keys
        for again in range(2 if key == min(keys) else 1)
    ]


def figures_of(items: list[goods.Row]) -> dict[int, goods.Row]:
    return {row["product_key"]: row for row in goods.answer(FIGURES, items, SHELF, STEPS)}


def told(expr: ir.Table, items: list[goods.Row], because: str) -> dict[int, list[tuple[Any, Any]]]:
    """{customer: (product, because of which), in order}."""
    found: dict[int, list[tuple[Any, Any]]] = defaultdict(list)
    for row in sorted(goods.answer(expr, items, SHELF, STEPS), key=lambda row: row["place"]):
        found[row["customer_key"]].append((row["product_key"], row[because]))
    return found


@settings(max_examples=6, deadline=None)
@given(taken_by=people)
def test_the_next_step_and_up_sell_agree_with_the_slow_oracle(taken_by: list[set[int]]) -> None:
    items = lines(taken_by)
    figures, had = figures_of(items), slow_products.taken(items, AS_OF)
    assert {key: row["step_key"] for key, row in figures.items()} == {
        key: slow_products.step(figures, key) for key in figures
    }
    expected = {who: slow_products.up_sell(had, figures, who, AS_OF) for who in range(1, len(taken_by) + 1)}
    assert told(up_sell(HAD, FIGURES), items, "because_key") == {
        who: found for who, found in expected.items() if found
    }


@settings(max_examples=6, deadline=None)
@given(taken_by=people)
def test_pairs_of_groups_and_cross_sell_agree_with_the_slow_oracle(taken_by: list[set[int]]) -> None:
    items = lines(taken_by)
    figures, had = figures_of(items), slow_products.taken(items, AS_OF)
    rows = goods.answer(GROUPS, items, SHELF, STEPS)
    assert {
        (row["group_name"], row["other_group"]): (
            row["place"],
            row["both"],
            row["buyers"],
            row["product_key"],
        )
        for row in rows
    } == slow_products.group_pairs(had, figures)
    expected = {who: slow_products.cross_sell(had, figures, who) for who in range(1, len(taken_by) + 1)}
    made = cross_sell(HAD, FIGURES, GROUPS)
    assert told(made, items, "because_group") == {who: found for who, found in expected.items() if found}


def test_twelve_people_of_two_groups_by_hand() -> None:
    """All took something for the house, eleven also for the face: the twelfth is offered that."""
    items = lines([{1, 4}] * 11 + [{1}])
    (row,) = goods.answer(cross_sell(HAD, FIGURES, GROUPS), items, SHELF, STEPS)
    assert (row["customer_key"], row["product_key"], row["because_group"]) == (12, 4, "Casa")
    assert (row["people"], row["share"]) == (11, Decimal("0.9167"))
