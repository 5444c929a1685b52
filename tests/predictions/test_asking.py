"""What is asked where nobody said it: the shop's choices, else what its rhythm says."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from recompra.predictions import asking
from recompra.predictions.models import PredictionSettings
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import orders
from tests.cast import Cast


@pytest.mark.parametrize(
    ("median", "span", "horizon"),
    [
        (None, 0, 30),  # nobody bought twice, and nothing is known yet
        (7, 1_000, 30),
        (31, 1_000, 90),
        (31, 200, 60),  # the history holds three windows of two months
        (400, 5_000, 180),
        (None, 5_000, 180),
    ],
)
def test_the_horizon_follows_the_rhythm_as_far_as_the_history_allows(
    median: float | None, span: int, horizon: int
) -> None:
    assert asking.automatic_horizon(median, span) == horizon


@pytest.mark.parametrize(("median", "active"), [(None, 180), (20, 180), (90, 180), (91, 210), (400, 810)])
def test_a_customer_is_active_for_180_days_or_twice_the_usual_interval(
    median: float | None, active: int
) -> None:
    assert asking.automatic_active(median) == active


@given(st.one_of(st.none(), st.floats(1, 5_000)), st.integers(0, 20_000))
def test_a_horizon_is_whole_months_within_its_bounds(median: float | None, span: int) -> None:
    assert asking.automatic_horizon(median, span) in range(30, 181, 30)


@pytest.mark.once
def test_the_cast_is_asked_by_its_own_rhythm(shop: Cast, today: dt.date) -> None:
    """Ana's intervals are 100, 100, 60 and 28 days, Bruno's 140: the median is 100, the history 401 days."""
    with engine(settings.WAREHOUSE_URL).desk() as desk:
        found = asking.asked(desk, orders, today)
    assert (found.horizon_days, found.active_days) == (120, 210)


def test_what_the_shop_chose_goes_before_and_what_is_said_before_that(shop: Cast, today: dt.date) -> None:
    PredictionSettings.objects.create(horizon_days=45, active_days=400)
    PredictionSettings.objects.create(horizon_days=60, decided_by=shop.otavio)
    with engine(settings.WAREHOUSE_URL).desk() as desk:
        assert asking.asked(desk, orders, today).horizon_days == 60
        assert asking.asked(desk, orders, today).active_days == 210
        assert asking.asked(desk, orders, today, horizon_days=91).horizon_days == 91


def test_days_whose_sales_are_not_here_yet_are_no_silence(shop: Cast, today: dt.date) -> None:
    """The last sale of the shop was three days ago."""
    with engine(settings.WAREHOUSE_URL).desk() as desk:
        last = today - dt.timedelta(days=3)
        assert asking.data_day(desk, orders, today) == last
        assert asking.data_day(desk, orders, last + dt.timedelta(days=31)) == last


def test_a_shop_that_stopped_selling_is_silent_indeed(shop: Cast, today: dt.date) -> None:
    later = today + dt.timedelta(days=29)
    with engine(settings.WAREHOUSE_URL).desk() as desk:
        assert asking.data_day(desk, orders, later) == later


def test_orders_of_the_future_are_not_the_day(shop: Cast, today: dt.date) -> None:
    with engine(settings.WAREHOUSE_URL).desk() as desk:
        past = today - dt.timedelta(days=20)
        assert asking.data_day(desk, orders, past) == today - dt.timedelta(days=30)
