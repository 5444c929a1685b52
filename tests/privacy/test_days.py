"""The clocks of the law, against a table made by hand from the calendars of 2023 to 2027 (check C14)."""

from __future__ import annotations

import datetime as dt

import pytest
from dateutil.easter import easter as known_easter
from hypothesis import given
from hypothesis import strategies as st

from recompra.privacy import days

D = dt.date
DAYS = st.dates(min_value=D(1990, 1, 1), max_value=D(2090, 12, 31))


def test_the_holidays_of_2026_are_these() -> None:
    assert list(days.national_holidays(2026)) == [
        D(2026, 1, 1),
        D(2026, 4, 3),
        D(2026, 4, 21),
        D(2026, 5, 1),
        D(2026, 9, 7),
        D(2026, 10, 12),
        D(2026, 11, 2),
        D(2026, 11, 15),
        D(2026, 11, 20),
        D(2026, 12, 25),
    ]


def test_20_november_is_a_national_holiday_only_from_2024_on() -> None:
    assert D(2023, 11, 20) not in days.national_holidays(2023)
    assert D(2024, 11, 20) in days.national_holidays(2024)


@pytest.mark.parametrize("year", range(1900, 2200))
def test_easter_is_where_others_put_it(year: int) -> None:
    assert days.easter(year) == known_easter(year)


def test_carnival_and_corpus_christi_are_business_days_here() -> None:
    assert days.is_business_day(D(2026, 2, 17))
    assert days.is_business_day(D(2026, 6, 4))


@pytest.mark.parametrize(
    ("known", "small", "endangers", "due"),
    [
        (D(2026, 11, 23), False, False, D(2026, 11, 26)),  # Monday: Tuesday, Wednesday, Thursday
        (D(2026, 11, 19), False, False, D(2026, 11, 25)),  # Thursday; Friday is 20 November, then a weekend
        (D(2026, 11, 20), False, False, D(2026, 11, 25)),  # known on the holiday itself
        (D(2023, 11, 17), False, False, D(2023, 11, 22)),  # Friday of 2023: Monday the 20th still counts
        (D(2026, 4, 1), False, False, D(2026, 4, 7)),  # Wednesday before Good Friday
        (D(2026, 4, 16), False, False, D(2026, 4, 22)),  # Thursday; Tiradentes on the Tuesday
        (D(2026, 12, 30), False, False, D(2027, 1, 5)),  # over the turn of the year
        (D(2026, 12, 23), False, False, D(2026, 12, 29)),  # Christmas on a Friday
        (D(2026, 11, 28), False, False, D(2026, 12, 2)),  # known on a Saturday
        (D(2026, 11, 29), False, False, D(2026, 12, 2)),  # known on a Sunday
        (D(2026, 11, 23), True, False, D(2026, 12, 1)),  # a small agent: six
        (D(2026, 11, 23), True, True, D(2026, 11, 26)),  # but three where people are in danger
        (D(2024, 2, 28), False, False, D(2024, 3, 4)),  # over 29 February
    ],
)
def test_an_incident_is_told_within_three_business_days(
    known: dt.date, small: bool, endangers: bool, due: dt.date
) -> None:
    assert days.report_due(known, small_agent=small, endangers=endangers) == due


@pytest.mark.parametrize(
    ("reported", "small", "due"),
    [
        (D(2026, 11, 26), False, D(2026, 12, 24)),
        (D(2026, 12, 1), False, D(2026, 12, 30)),
        (D(2026, 12, 1), True, D(2027, 1, 28)),
    ],
)
def test_it_is_completed_within_twenty_business_days(reported: dt.date, small: bool, due: dt.date) -> None:
    assert days.complement_due(reported, small_agent=small) == due


@pytest.mark.parametrize(
    ("received", "simplified", "small", "due"),
    [
        (D(2026, 11, 22), False, False, D(2026, 12, 7)),
        (D(2026, 12, 20), False, False, D(2027, 1, 4)),  # over the turn of the year
        (D(2024, 2, 20), False, False, D(2024, 3, 6)),  # over 29 February
        (D(2026, 12, 10), False, False, D(2026, 12, 25)),  # Christmas does not make it later
        (D(2026, 11, 22), True, False, D(2026, 11, 22)),
        (D(2026, 11, 22), False, True, D(2026, 12, 22)),
        (D(2026, 11, 22), True, True, D(2026, 12, 7)),
    ],
)
def test_a_person_is_answered_within_fifteen_days(
    received: dt.date, simplified: bool, small: bool, due: dt.date
) -> None:
    assert days.answer_due(received, simplified=simplified, small_agent=small) == due


def test_the_alert_comes_at_ten_days_and_at_twenty_for_a_small_agent() -> None:
    received = D(2026, 11, 22)
    assert days.alert_due(received, days.answer_due(received)) == D(2026, 12, 2)
    assert days.alert_due(received, days.answer_due(received, small_agent=True)) == D(2026, 12, 12)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (D(2026, 1, 31), 1, D(2026, 2, 28)),
        (D(2024, 1, 31), 1, D(2024, 2, 29)),
        (D(2026, 12, 15), 1, D(2027, 1, 15)),
        (D(2026, 11, 22), -12, D(2025, 11, 22)),
        (D(2024, 2, 29), 132, D(2035, 2, 28)),  # Ajuste SINIEF 2/2025: eleven years
        (D(2026, 12, 31), -1, D(2026, 11, 30)),
        (D(2026, 11, 30), -11, D(2025, 12, 30)),
    ],
)
def test_months_are_counted_by_the_calendar(day: dt.date, months: int, then: dt.date) -> None:
    assert days.months_after(day, months) == then


@given(DAYS, st.integers(0, 60))
def test_business_days_never_end_on_a_day_off_and_count_right(day: dt.date, count: int) -> None:
    end = days.after_business_days(day, count)
    between = [day + dt.timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(map(days.is_business_day, between)) == count
    assert count == 0 or days.is_business_day(end)


@given(DAYS, st.integers(-600, 600))
def test_months_there_and_back_lose_at_most_three_days(day: dt.date, months: int) -> None:
    back = days.months_after(days.months_after(day, months), -months)
    assert dt.timedelta(0) <= day - back <= dt.timedelta(days=3)
