"""The year of the shop."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recompra.demo.season import Season, day_factor, feasts

SEASON = Season(date(2024, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    "day", [date(2026, 5, 10), date(2026, 8, 9), date(2026, 11, 27), date(2026, 6, 12), date(2026, 12, 24)]
)
def test_the_dates_of_the_trade_fall_on_their_days(day: date) -> None:
    assert day in [feast for feast, _run_up, _peak in feasts(2026)]


def test_a_feast_is_busier_than_the_same_weekday_after_it() -> None:
    assert day_factor(date(2026, 11, 27)) > 2 * day_factor(date(2026, 12, 4))
    assert day_factor(date(2026, 12, 25)) < 0.1


def test_the_mean_day_of_the_period_counts_one() -> None:
    assert SEASON.clock(float(SEASON.days)) == pytest.approx(SEASON.days)


@given(st.floats(0, 1400))
def test_the_clock_can_be_read_backwards(day: float) -> None:
    assert SEASON.calendar(SEASON.clock(day)) == pytest.approx(day, abs=1e-6)


def test_hours_are_those_of_a_shop() -> None:
    instants = SEASON.instants(np.full(1000, 3.5), np.linspace(0, 0.999999, 1000))
    hours = (instants - np.datetime64("2024-01-04", "s")).astype(int) // 3600
    assert hours.min() >= 7
    assert hours.max() <= 23
