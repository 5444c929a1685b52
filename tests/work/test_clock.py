"""Each scheduled act is asked for once, at its hour in São Paulo, whoever strikes and however often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recompra.work.clock import Every, schedule, strike
from recompra.work.models import Tick

NIGHTLY = Every("test.nightly", call="tests.work.test_clock.ask", at="03:10")
OFTEN = Every("test.often", call="tests.work.test_clock.ask", minutes=15)
asked: list[str] = []


def ask() -> None:
    asked.append("asked")


def at(text: str) -> datetime:
    """An instant given as the clocks of São Paulo show it (UTC-3)."""
    return datetime.fromisoformat(text + "-03:00")


@pytest.fixture
def nightly(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("recompra.work.clock.schedule", lambda: iter([NIGHTLY]))
    asked.clear()
    yield
    asked.clear()


@pytest.mark.usefixtures("nightly")
def test_it_strikes_once_a_day() -> None:
    assert strike(at("2026-11-20T10:00")) == [], "seen for the first time: it waits for its hour"
    assert strike(at("2026-11-21T03:09")) == []
    assert strike(at("2026-11-21T03:10")) == ["test.nightly"]
    assert strike(at("2026-11-21T03:11")) == []
    assert strike(at("2026-11-22T03:10")) == ["test.nightly"]
    assert asked == ["asked"] * 2


@pytest.mark.usefixtures("nightly")
def test_missed_strokes_are_one() -> None:
    strike(at("2026-11-20T10:00"))
    assert strike(at("2026-11-29T18:00")) == ["test.nightly"]
    assert strike(at("2026-11-29T18:01")) == []
    assert Tick.objects.count() == 1, "old strokes are forgotten"


@pytest.mark.usefixtures("nightly")
def test_a_clock_set_back_strikes_nothing_twice() -> None:
    strike(at("2026-11-20T10:00"))
    strike(at("2026-11-22T04:00"))
    assert strike(at("2026-11-21T12:00")) == []
    assert strike(at("2026-11-22T05:00")) == []
    assert strike(at("2026-11-23T05:00")) == ["test.nightly"]


@pytest.mark.usefixtures("nightly")
def test_an_act_that_fails_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    strike(at("2026-11-20T10:00"))
    with monkeypatch.context() as patched:
        patched.setattr("tests.work.test_clock.ask", lambda: 1 / 0)
        assert strike(at("2026-11-21T04:00")) == []
    assert strike(at("2026-11-21T04:01")) == ["test.nightly"]


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), st.sampled_from([NIGHTLY, OFTEN]))  # noqa: DTZ001
def test_the_last_stroke_is_past_and_recent(now: datetime, every: Every) -> None:
    now = now.replace(tzinfo=UTC)
    last = every.last(now)
    assert last <= now < last + timedelta(minutes=every.minutes or 24 * 60)


def test_every_scheduled_act_of_the_house_exists_and_has_its_own_name() -> None:
    from django.utils.module_loading import import_string

    listed = list(schedule())
    assert len({every.name for every in listed}) == len(listed)
    assert all(callable(import_string(every.call)) for every in listed)
    assert all(bool(every.at) != bool(every.minutes) for every in listed)
