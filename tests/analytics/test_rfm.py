"""Scores and segments: equal customers get equal scores, better ones never lower, one purchase is F=1."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.customer_summary import rfm_base
from recompra.analytics.rfm import Cuts, cuts_from, edges, rfm
from recompra.analytics.rfm_map import SEGMENTS, cells, segment_of
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders
from tests.analytics import oracle
from tests.analytics.conftest import AS_OF, Ask
from tests.analytics.strategies import shops
from tests.twelve_orders import ANA, BRUNO, CARLA, DAVI
from tests.warehouse.facts import order

LATER = dt.date(2026, 6, 1)
NAMES = ("recency_score", "frequency_score", "monetary_score")


def score(
    ask: Ask, shop: list[dict[str, Any]], as_of: dt.date = LATER
) -> tuple[Cuts, dict[int, dict[str, Any]]]:
    base = rfm_base(orders, as_of=as_of)
    cuts = cuts_from(ask(edges(base), shop))
    return cuts, {row["customer_key"]: row for row in ask(rfm(base, cuts), shop)}


def everyone(purchase_days: list[int], ago: int = 0) -> list[dict[str, Any]]:
    """One customer per number, each with so many purchase days of R$ 100.00."""
    rows = []
    for who, number in enumerate(purchase_days, 1):
        rows += [order(who * 1000 + n, who, LATER - dt.timedelta(days=n + ago)) for n in range(number)]
    return rows


def test_the_twelve_orders_by_hand(twelve: Engine) -> None:
    base = rfm_base(orders, as_of=AS_OF)
    cuts = cuts_from(twelve.rows(edges(base)))
    money = tuple(map(Decimal, ("740", "780", "780", "1900")))
    assert cuts == Cuts((30, 12, 12, 5), (2, 3, 5, 10), money, fixed_frequency=True)  # type: ignore[arg-type]
    found = {row["customer_key"]: row for row in twelve.rows(rfm(base, cuts))}
    assert {who: tuple(row[name] for name in NAMES) for who, row in found.items()} == {
        ANA: (4, 4, 2),
        BRUNO: (1, 2, 5),
        CARLA: (2, 1, 1),
        DAVI: (5, 1, 4),
    }
    assert {who: row["segment"] for who, row in found.items()} == {
        ANA: "loyal",
        BRUNO: "at_risk",
        CARLA: "hibernating",
        DAVI: "promising",
    }


def test_the_map_has_125_cells_and_each_one_segment(ask: Ask) -> None:
    assert len({(r, f, v) for r, f, v, _code in cells()}) == 125
    assert {code for *_cell, code in cells()} == set(SEGMENTS)
    named = {(5, 5, 5): "champions", (4, 5, 4): "loyal", (2, 2, 4): "at_risk", (1, 1, 1): "inactive"}
    assert {cell: segment_of(*cell) for cell in named} == named


def test_every_cell_gets_the_segment_of_the_map(ask: Ask) -> None:
    rows, expected = [], {}
    for who, (r, f, v, code) in enumerate(cells(), 1):
        last = LATER - dt.timedelta(days=(400, 300, 200, 100, 0)[r - 1])
        days = (1, 2, 3, 5, 10)[f - 1]
        rows += [order(who * 100 + n, who, last - dt.timedelta(days=n), net="0") for n in range(days - 1)]
        rows.append(order(who * 100 + 99, who, last - dt.timedelta(days=days - 1), net=str(v * 10)))
        expected[who] = (r, f, v, code)
    cuts = Cuts((300, 200, 100, 0), (2, 3, 5, 10), tuple(map(Decimal, (20, 30, 40, 50))))  # type: ignore[arg-type]
    found = ask(rfm(rfm_base(orders, as_of=LATER), cuts), rows)
    assert {
        row["customer_key"]: (*(row[name] for name in NAMES), row["segment"]) for row in found
    } == expected


def test_frequency_has_fixed_cuts_when_more_than_a_fifth_bought_once(ask: Ask) -> None:
    cuts, found = score(ask, everyone([1, 1, 1, 2, 3, 4, 5, 9, 10, 40]))
    assert (cuts.fixed_frequency, cuts.frequency) == (True, (2, 3, 5, 10))
    assert [found[who]["frequency_score"] for who in range(1, 11)] == [1, 1, 1, 2, 3, 3, 4, 4, 5, 5]


def test_exactly_a_fifth_is_not_more_than_a_fifth(ask: Ask) -> None:
    cuts, found = score(ask, everyone([1, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    assert not cuts.fixed_frequency
    assert [found[who]["frequency_score"] for who in range(1, 11)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_one_purchase_is_always_the_lowest_frequency(ask: Ask) -> None:
    cuts, found = score(ask, everyone([1] + [2] * 3 + [7] * 6))
    assert not cuts.fixed_frequency
    assert found[1]["frequency_score"] == 1


def test_a_base_of_equals_is_in_the_middle(ask: Ask) -> None:
    cuts, found = score(ask, everyone([3] * 7))
    assert {tuple(row[name] for name in NAMES) for row in found.values()} == {(3, 3, 3)}
    assert cuts.recency == (0, 0, -1, -1)


def test_nobody_at_all_still_gives_cuts(ask: Ask) -> None:
    cuts, found = score(ask, [])
    assert found == {}
    assert cuts.fixed_frequency


@pytest.mark.parametrize("wrong", [(1, 2, 3, 4), (4, 3, 2, 5)])
def test_recency_edges_must_fall(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="must fall"):
        Cuts(wrong, (2, 3, 5, 10), (Decimal(1), Decimal(2), Decimal(3), Decimal(4)))


def test_frequency_and_monetary_edges_must_rise() -> None:
    with pytest.raises(ValueError, match="must rise"):
        Cuts((4, 3, 2, 1), (2, 3, 10, 5), (Decimal(1), Decimal(2), Decimal(3), Decimal(4)))


@settings(max_examples=25, deadline=None)
@given(shop=shops())
def test_it_agrees_with_the_slow_oracle(ask: Ask, shop: list[dict[str, Any]]) -> None:
    people = oracle.summary(shop, LATER)
    cuts, found = score(ask, shop)
    recency = oracle.score(
        {who: Decimal(row["recency_days"]) for who, row in people.items()}, low_is_good=True
    )
    monetary = oracle.score({who: row["monetary"] for who, row in people.items()})
    frequency = oracle.score({who: Decimal(row["frequency"]) for who, row in people.items()})
    once = sum(row["frequency"] <= 1 for row in people.values())
    assert cuts.fixed_frequency == (once * 5 > len(people) or not people)
    for who, row in found.items():
        days = people[who]["frequency"]
        by_rank = 1 if days <= 1 else frequency[who]
        assert row["recency_score"] == recency[who]
        assert row["monetary_score"] == monetary[who]
        assert row["frequency_score"] == (oracle.fixed_frequency(days) if cuts.fixed_frequency else by_rank)
        assert row["segment"] == segment_of(*(row[name] for name in NAMES))


@settings(max_examples=15, deadline=None)
@given(shop=shops())
def test_a_better_or_equal_customer_never_scores_lower(ask: Ask, shop: list[dict[str, Any]]) -> None:
    _cuts, found = score(ask, shop)
    for one, two in itertools.permutations(found.values(), 2):
        if two["recency_days"] <= one["recency_days"]:
            assert two["recency_score"] >= one["recency_score"]
        if two["frequency"] >= one["frequency"]:
            assert two["frequency_score"] >= one["frequency_score"]
        if two["monetary"] >= one["monetary"]:
            assert two["monetary_score"] >= one["monetary_score"]


@settings(max_examples=12, deadline=None)
@given(shop=shops(), order_of_rows=st.randoms(use_true_random=False))
def test_shuffled_rows_and_other_ids_give_the_same_scores(
    ask: Ask, shop: list[dict[str, Any]], order_of_rows: Any
) -> None:
    renamed = [
        row | {"customer_key": row["customer_key"] and row["customer_key"] ^ 0x5A5A5A5A} for row in shop
    ]
    order_of_rows.shuffle(renamed)
    cuts, found = score(ask, shop)
    other_cuts, others = score(ask, renamed)
    assert cuts == other_cuts
    for who, row in found.items():
        assert others[who ^ 0x5A5A5A5A] | {"customer_key": who} == row


def test_scores_are_spread_in_fifths_where_nobody_is_equal(ask: Ask) -> None:
    rows = [order(n, n, LATER - dt.timedelta(days=n), net=f"{n}.{n % 100:02d}") for n in range(1, 501)]
    _cuts, found = score(ask, rows)
    for name in ("recency_score", "monetary_score"):
        assert Counter(row[name] for row in found.values()) == dict.fromkeys(range(1, 6), 100)
