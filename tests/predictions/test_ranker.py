"""The ranker of the personal list: where it is used, where not, and that later rows change nothing."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recompra.analytics.lists.ranker import FEATURES, LEANS_ON, SCALE
from recompra.predictions.goods import Chosen, one_in
from recompra.predictions.products_check import in_force
from recompra.predictions.products_ranker import held_against, weights_of
from recompra.warehouse.schema import next_pairs, offers
from tests.analytics.test_recommendations import a_line
from tests.predictions.test_products import AS_OF, looked_at, shop

HIT, MISS = 2, 0
"""Of the counts of `list_hits`: a hit at the first place, none."""


def rhythmic(customers: int, until: dt.date = AS_OF) -> list[dict[str, Any]]:
    """Each comes every five days for what is used up: six products of each of three kinds, which last 10, 25
    and 40 days, now and then five more. What they take most often is not what they take next."""
    chance, lines = random.Random(1), []
    for who in range(1, customers + 1):
        for kind, days in enumerate((2, 5, 8)):
            for key in range(6):
                product = 10 * kind + (who + key) % 8 + 1
                age = 5 * chance.randint(0, days)
                while age < 200:
                    lines.append(a_line(1000 * who + age, product, who, until - dt.timedelta(days=age)))
                    age += 5 * (days + chance.choice([0, 0, 1]))
    known = {(row["order_key"], row["line"]): row for row in lines}
    return list(known.values())


def test_where_products_have_their_rhythm_the_ranker_is_used(tmp_path: Path) -> None:
    store = shop(tmp_path, rhythmic(50), 30)
    record = looked_at(store)
    assert record.accuracy is not None
    told = record.accuracy["ranker"]
    assert told["is_used"]
    assert told["ranked"]["ndcg_10"] > told["plain"]["ndcg_10"]
    assert set(record.parameters["ranker"]) == {*FEATURES, "customers_at_most"}
    measures = {one["name"]: one["value"] for one in record.accuracy["measures"]}
    assert measures["ndcg_10_personal"] == told["ranked"]["ndcg_10"]
    rows = store.rows(offers)
    assert {row["customer_key"] for row in rows} == set(range(1, 51))
    assert {row["place"] for row in rows} == set(range(1, 11))
    assert store.rows(next_pairs) is not None
    store.close()


def test_the_ranker_is_learnt_alike_when_all_later_rows_are_deleted(tmp_path: Path) -> None:
    cut = AS_OF - dt.timedelta(days=30)
    items = rhythmic(40)
    told = []
    for name, lines in (("whole", items), ("before", [row for row in items if row["ordered_on"] <= cut])):
        (tmp_path / name).mkdir()
        store = shop(tmp_path / name, lines, 30)
        record = looked_at(store, cut)
        told.append((record, store.rows(offers.order_by("customer_key", "place"))))
        store.close()
    assert told[0] == told[1]
    accuracy = told[0][0].accuracy
    assert accuracy is not None
    assert accuracy["ranker"]


def test_as_many_customers_are_looked_at_as_are_needed() -> None:
    assert [one_in(pairs) for pairs in (0, 20_000_000, 20_000_001, 100_000_000)] == [1, 1, 2, 5]


def test_few_takings_teach_nothing() -> None:
    rows, is_taken = np.zeros((500, len(FEATURES))), np.zeros(500)
    is_taken[:99] = 1
    assert weights_of(rows, is_taken) == ()


def test_what_tells_nothing_leaves_the_plain_order() -> None:
    rows, is_taken = np.zeros((500, len(FEATURES))), np.tile([0.0, 1.0], 250)
    expected = tuple(SCALE if name == LEANS_ON else 0 for name in FEATURES)
    assert weights_of(rows, is_taken) == expected


def test_a_feature_that_tells_gets_weight() -> None:
    place = list(FEATURES).index("due")
    rows, is_taken = np.zeros((500, len(FEATURES))), np.tile([0.0, 1.0], 250)
    rows[:, place] = is_taken * 2 - 1
    weights = weights_of(rows, is_taken)
    assert weights[place] > SCALE
    assert not any(weight for at, weight in enumerate(weights) if at not in (place, 0))


@pytest.mark.parametrize(
    ("better", "worse", "is_used"),
    [(0, 0, False), (1, 1, False), (5, 5, False), (40, 10, True), (10, 40, False)],
)
def test_it_is_used_only_where_it_is_ahead_by_more_than_an_error(
    better: int, worse: int, *, is_used: bool
) -> None:
    rows = [
        {"bought": 1, "plain": MISS, "ranked": HIT, "customers": better},
        {"bought": 1, "plain": HIT, "ranked": MISS, "customers": worse},
        {"bought": 1, "plain": HIT, "ranked": HIT, "customers": 50},
    ]
    told = held_against([row for row in rows if row["customers"]], "plain", "ranked")
    assert told["is_used"] is is_used
    by = Chosen(weights=(1,) * len(FEATURES))
    assert bool(in_force(by, told).weights) is is_used
    assert not in_force(by, None).weights
