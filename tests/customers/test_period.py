"""The period in the address: named ones, own dates, and whatever somebody types there."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.customers.xray.period import CHOICES, Period, months_before

TODAY = dt.date(2026, 11, 22)


def read(query: str, today: dt.date = TODAY) -> Period:
    return Period.read(QueryDict(query), today)


@pytest.mark.parametrize(
    ("query", "since", "until"),
    [
        ("", "2025-11-23", "2026-11-22"),
        ("periodo=mes", "2026-11-01", "2026-11-22"),
        ("periodo=3m", "2026-08-23", "2026-11-22"),
        ("periodo=6m", "2026-05-23", "2026-11-22"),
        ("periodo=ano", "2026-01-01", "2026-11-22"),
        ("periodo=datas&de=2026-02-03&ate=2026-03-04", "2026-02-03", "2026-03-04"),
        ("de=2026-03-04&ate=2026-02-03", "2026-02-03", "2026-03-04"),
        ("periodo=datas&de=2026-02-30", None, "2026-11-22"),
        ("periodo=zzz&de=0001-01-01", "2025-11-23", "2026-11-22"),
        ("periodo=tudo&de=2026-01-01", None, "2026-11-22"),
    ],
)
def test_what_the_address_asks_for(query: str, since: str | None, until: str) -> None:
    period = read(query)
    assert (period.since and period.since.isoformat(), period.until.isoformat()) == (since, until)


def test_three_months_before_the_end_of_may_is_the_end_of_february() -> None:
    assert months_before(dt.date(2024, 5, 31), 3) == dt.date(2024, 2, 29)
    assert months_before(dt.date(2026, 1, 15), 12) == dt.date(2025, 1, 15)


days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


@settings(max_examples=40, deadline=None)
@given(code=st.sampled_from([code for code in CHOICES if code != "datas"]), today=days)
def test_a_named_period_comes_back_from_its_own_query(code: str, today: dt.date) -> None:
    period = Period.named(code, today)
    assert read(period.query(), today) == period
    assert period.holds(today)


@settings(max_examples=40, deadline=None)
@given(since=days, until=days)
def test_the_period_before_is_as_long_and_ends_the_day_before(since: dt.date, until: dt.date) -> None:
    period = read(f"periodo=datas&de={since}&ate={until}")
    before = period.previous
    assert period.since is not None
    if before is not None and before.since is not None:
        assert before.until == period.since - dt.timedelta(days=1)
        assert before.until - before.since == period.until - period.since
    assert read(period.query()) == period


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=30), st.text(max_size=12), st.text(max_size=12))
def test_nothing_typed_there_breaks_the_page(code: str, since: str, until: str) -> None:
    query = QueryDict(mutable=True)
    query.update({"periodo": code, "de": since, "ate": until, "compras": code})
    period = Period.read(query, TODAY)
    assert period.code in CHOICES
