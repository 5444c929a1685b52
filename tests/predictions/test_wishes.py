"""When everything is predicted anew."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from recompra.customers.models import Refresh
from recompra.predictions import wishes
from recompra.predictions.models import PredictionRefresh

pytestmark = pytest.mark.django_db
Status = PredictionRefresh.Status


def load(minutes_ago: float = 1) -> None:
    Refresh.objects.create(
        reason="import",
        status=Refresh.Status.DONE,
        finished_at=timezone.now() - dt.timedelta(minutes=minutes_ago),
    )


def done(minutes_ago: float, reason: str = "clock", status: str = Status.DONE) -> None:
    at = timezone.now() - dt.timedelta(minutes=minutes_ago)
    PredictionRefresh.objects.create(
        status=status, reason=reason, started_at=at, finished_at=at, created_at=at, version="000001-a"
    )


def waiting() -> list[str]:
    return list(PredictionRefresh.objects.filter(status=Status.WAITING).values_list("reason", flat=True))


def test_before_the_first_import_nothing_is_asked() -> None:
    wishes.poll()
    assert waiting() == []


def test_after_the_first_import_it_is_asked_at_once() -> None:
    load()
    wishes.poll()
    wishes.poll()
    assert waiting() == ["load"]


def test_an_import_after_the_night_asks_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = timezone.localtime().replace(hour=12, minute=0)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    done(300)
    load(10)
    wishes.poll()
    assert waiting() == ["load"]
    PredictionRefresh.objects.update(
        status=Status.DONE, started_at=noon, finished_at=noon, version="000002-a"
    )
    load(-5)
    wishes.poll()
    assert waiting() == []


def test_an_import_that_was_seen_already_asks_nothing() -> None:
    load(30)
    done(20)
    wishes.poll()
    assert waiting() == []


def test_after_a_failure_the_clock_rests_but_a_person_may_ask() -> None:
    load()
    done(10, status=Status.DEAD)
    wishes.poll()
    assert waiting() == []
    wishes.ask("person")
    wishes.nightly()
    assert waiting() == ["person"]
