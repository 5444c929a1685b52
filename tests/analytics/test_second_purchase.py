"""The second-purchase curve: by hand, against published product-limit estimates, and in plain Python."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.second_purchase import POINTS, Point, curve, second_purchase
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders
from tests.analytics import slow_figures
from tests.analytics.conftest import AS_OF, Ask
from tests.analytics.strategies import days, shops
from tests.warehouse.facts import order

EVER = dt.date(2020, 1, 1)


def test_the_twelve_orders_by_hand(twelve: Engine) -> None:
    rows = twelve.rows(second_purchase(orders, since=EVER, until=AS_OF, as_of=AS_OF))
    assert [tuple(row.values()) for row in rows] == [
        (5, 0, 1),  # Davi bought once, 5 days ago
        (30, 0, 1),  # Carla
        (100, 1, 0),  # Ana came back after 100 days
        (140, 1, 0),  # Bruno
    ]
    assert curve(rows) == [
        Point(7, Fraction(0), 3),
        Point(14, Fraction(0), 3),
        Point(30, Fraction(0), 2),
        Point(60, Fraction(0), 2),
        Point(90, Fraction(0), 2),
        Point(180, None, 0),  # nobody was watched for so long
        Point(365, None, 0),
    ]
    assert curve(rows, (100, 139, 140)) == [
        Point(100, Fraction(1, 2), 1),
        Point(139, Fraction(1, 2), 1),
        Point(140, Fraction(1), 0),
    ]


def test_the_published_estimates_of_the_leukaemia_trial() -> None:
    """Weeks of remission under 6-MP: E. J. Freireich et al., Blood 21 (1963); the estimates as printed in
    D. R. Cox, D. Oakes, "Analysis of Survival Data", 1984, and in every textbook since."""
    relapsed = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
    still = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}
    rows = [
        {"days": week, "came_back": relapsed.get(week, 0), "waiting": still.get(week, 0)}
        for week in {*relapsed, *still}
    ]
    stays = [1 - (point.share or 0) for point in curve(rows, (6, 7, 10, 13, 16, 22, 23))]
    assert [round(float(share), 3) for share in stays] == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]


def test_of_nobody_nothing_is_known() -> None:
    assert {(point.share, point.watched) for point in curve([])} == {(None, 0)}


@settings(max_examples=40, deadline=None)
@given(shop=shops(), since=days, until=days, as_of=days, stores=st.sampled_from([None, [2]]))
def test_it_agrees_with_plain_python(
    ask: Ask,
    shop: list[dict[str, Any]],
    since: dt.date,
    until: dt.date,
    as_of: dt.date,
    stores: list[int] | None,
) -> None:
    rows = ask(second_purchase(orders, since=since, until=until, as_of=as_of, store_keys=stores), shop)
    people = slow_figures.second_purchase(shop, since, until, as_of, stores)
    told = [
        (row["days"], back) for row in rows for back in [False] * row["waiting"] + [True] * row["came_back"]
    ]
    assert sorted(told) == people
    for point in curve(rows):
        assert point.share == slow_figures.kaplan_meier(people, point.days)
        assert point.watched == sum(day > point.days for day, _back in people)


@given(st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=30))
def test_the_curve_only_rises_and_stays_a_share(people: list[tuple[int, bool]]) -> None:
    rows = [{"days": at, "came_back": int(back), "waiting": int(not back)} for at, back in people]
    merged: dict[int, dict[str, int]] = {}
    for row in rows:
        kept = merged.setdefault(row["days"], {"days": row["days"], "came_back": 0, "waiting": 0})
        kept["came_back"] += row["came_back"]
        kept["waiting"] += row["waiting"]
    shares = [point.share for point in curve(merged.values(), POINTS) if point.share is not None]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)


@pytest.mark.parametrize("points", [(90, 7), (7, 90)])
def test_points_come_in_the_order_of_time(points: tuple[int, int]) -> None:
    rows = [{"days": 30, "came_back": 1, "waiting": 0}, {"days": 100, "came_back": 0, "waiting": 1}]
    assert [(point.days, point.share) for point in curve(rows, points)] == [(7, 0), (90, Fraction(1, 2))]


def test_money_plays_no_part(ask: Ask) -> None:
    shop = [order(1, 1, dt.date(2026, 1, 1), net="0"), order(2, 1, dt.date(2026, 1, 8))]
    (row,) = ask(second_purchase(orders, since=EVER, until=AS_OF, as_of=AS_OF), shop)
    assert row == {"days": 7, "came_back": 1, "waiting": 0}
