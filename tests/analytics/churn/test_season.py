"""The level that is expected of the coming window."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from recompra.analytics.churn.cuts import cuts
from recompra.analytics.churn.season import YEAR, coming_level

DAY = 740_000


def test_nothing_is_known_of_no_window() -> None:
    assert coming_level(DAY, [], [], []) == 0


def test_a_season_of_a_year_ago_is_expected_again() -> None:
    """Christmas windows .4 lower, the others even: two years of quarters, and a Christmas comes."""
    days = [DAY - 91 * number for number in range(1, 9)]
    levels = [-0.4 if number % 4 == 0 else 0.13 for number in range(1, 9)]
    coming = coming_level(DAY, days, levels, [0.03] * 8)
    assert coming == pytest.approx(-0.4, abs=0.12)
    assert coming_level(DAY + 91, days, levels, [0.03] * 8) > 0


def test_levels_within_their_errors_are_no_news() -> None:
    days = [DAY - 91 * number for number in range(1, 6)]
    assert abs(coming_level(DAY, days, [0.1, -0.08, 0.05, -0.1, 0.04], [0.2] * 5)) < 0.03


def test_without_a_year_the_newest_window_counts_most() -> None:
    near = coming_level(DAY, [DAY - 30, DAY - 120], [0.5, -0.5], [0.03, 0.03])
    assert 0.1 < near < 0.5


def test_cuts_are_complete_fit_the_year_and_have_history_before_them() -> None:
    day, since = dt.date(2026, 6, 1), dt.date(2023, 6, 1)
    found = cuts(day, since, 90)
    assert found[0] == day - dt.timedelta(90)
    assert day - dt.timedelta(YEAR) in found
    assert found[0] - dt.timedelta(YEAR) in found
    assert len(found) == 7
    assert found == sorted(found, reverse=True)
    assert all((found[0] - one).days % 91 == 0 for one in found if one != day - dt.timedelta(YEAR))
    assert cuts(day, day - dt.timedelta(179), 90) == []
    assert cuts(day, day - dt.timedelta(180), 90) == [found[0]]
    assert len(cuts(day, day - dt.timedelta(100), 30)) == 2  # of a short history a third is enough


@pytest.mark.parametrize("horizon", [1, 7, 30, 91, 180, 364, 365, 700, 3650])
def test_any_horizon_has_few_and_complete_cuts(horizon: int) -> None:
    day = dt.date(2026, 6, 1)
    found = cuts(day, dt.date(1990, 1, 1), horizon)
    assert 1 <= len(found) <= 16
    assert all(one + dt.timedelta(horizon) <= day for one in found)
    assert np.all(np.diff([one.toordinal() for one in found]) < 0)
