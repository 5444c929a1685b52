"""A model gets a new version only when a number in it changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from recompra.predictions import records
from recompra.predictions.models import ModelRecord
from recompra.predictions.part import Asked, Record, rounded

pytestmark = pytest.mark.django_db

ASKED = Asked(dt.date(2026, 3, 1), 90, 180)
BTYD = Record("btyd", {"r": 0.24259391234567, "alpha": 4.4}, {"customers": 2357}, None, is_shown=True)
CHURN = Record("churn", {"beta": [0.1, -0.2]}, {}, {"measures": []}, is_shown=False, reason="not_better")


def settle(*given: Record, asked: Asked = ASKED) -> int:
    version, new = records.settled(given, asked)
    records.keep(new, [record.name for record in given])
    return version


def test_the_first_records_are_version_one() -> None:
    assert settle(BTYD, CHURN) == 1
    assert {record.version for record in records.in_force().values()} == {1}
    assert records.in_force()["btyd"].parameters == {"r": 0.242593912346, "alpha": 4.4}


def test_the_same_numbers_on_another_day_make_no_version() -> None:
    settle(BTYD, CHURN)
    assert settle(BTYD, CHURN, asked=replace(ASKED, as_of=dt.date(2026, 3, 2))) == 1
    assert ModelRecord.objects.count() == 2


def test_only_the_model_that_changed_gets_the_next_version() -> None:
    settle(BTYD, CHURN)
    assert settle(BTYD, replace(CHURN, is_shown=True, reason="")) == 2
    assert {name: record.version for name, record in records.in_force().items()} == {"btyd": 1, "churn": 2}
    assert settle(replace(BTYD, data={"customers": 2358}), replace(CHURN, is_shown=True, reason="")) == 3


def test_another_horizon_is_another_version() -> None:
    settle(CHURN)
    assert settle(CHURN, asked=replace(ASKED, horizon_days=60)) == 2


def test_settling_twice_before_writing_gives_the_same(today: dt.date) -> None:
    first, second = records.settled([BTYD], ASKED), records.settled([BTYD], ASKED)
    assert first[0] == second[0] == 1
    records.keep(first[1], ["btyd"])
    records.keep(second[1], ["btyd"])
    assert ModelRecord.objects.count() == 1


def test_versions_of_long_ago_go_but_never_the_one_in_force() -> None:
    settle(BTYD)
    settle(replace(BTYD, data={"customers": 1}))
    long_ago = timezone.now() - dt.timedelta(days=records.KEPT_DAYS + 1)
    ModelRecord.objects.update(fitted_at=long_ago)
    settle(CHURN, replace(BTYD, data={"customers": 1}))
    assert sorted(ModelRecord.objects.values_list("name", "version")) == [("btyd", 2), ("churn", 3)]


def test_floats_are_kept_in_twelve_digits_at_any_depth() -> None:
    assert rounded({"a": [0.1 + 0.2, {"b": (1.0, 7)}], "c": "x"}) == {"a": [0.3, {"b": [1.0, 7]}], "c": "x"}
