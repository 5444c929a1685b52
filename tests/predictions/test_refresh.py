"""All is predicted in one generation, or nothing: the same from the same sales, whatever interrupts."""

from __future__ import annotations

import datetime as dt
import math
import secrets
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from recompra.predictions import asking, refresh, wishes
from recompra.predictions.models import ModelRecord, PredictionRefresh
from recompra.segments.models import SegmentRefresh
from recompra.warehouse.engine import Engine, WriterBusy, engine
from recompra.warehouse.schema import people, predictions
from recompra.work.claim import claim, run
from recompra.work.drain import drain
from recompra.work.wishes import cancel
from tests.cast import Cast
from tests.predictions import rhythmic

TOLD = (
    "name",
    "version",
    "as_of",
    "horizon_days",
    "active_days",
    "parameters",
    "data",
    "accuracy",
    "is_shown",
    "reason",
)


def again() -> PredictionRefresh:
    wishes.ask("person")
    drain(PredictionRefresh, raising=True)
    return PredictionRefresh.objects.order_by("-pk")[0]


def facts() -> Engine:
    return engine(settings.WAREHOUSE_URL)


def written() -> list[dict[str, object]]:
    return facts().rows(predictions.order_by("customer_key"))


def kept() -> list[tuple[object, ...]]:
    return list(ModelRecord.objects.order_by("name", "version").values_list(*TOLD))


@pytest.fixture
def past(db: None, warehouse: str, tmp_path: Path, today: dt.date) -> dt.date:
    """The shop with a past; the day of its last sale is today."""
    rhythmic.fill(facts(), tmp_path / "past", today)
    return today


def test_without_sales_a_refresh_ends_well(cast: Cast) -> None:
    row = again()
    assert (row.status, row.version, row.people) == ("done", "", 0)
    assert not ModelRecord.objects.exists()


def test_four_people_are_too_few_and_nothing_is_shown_of_them(shop: Cast, today: dt.date) -> None:
    row = again()
    assert (row.status, row.people, row.models_version) == ("done", 4, 1)
    assert row.as_of == today - dt.timedelta(days=3)
    assert not ModelRecord.objects.filter(is_shown=True, name__in=("value", "churn", "rhythm")).exists()
    for told in written():
        shown = {name for name, value in told.items() if value is not None}
        assert shown == {"customer_key", "as_of", "models_version", "is_active"}
    assert {told["customer_key"]: told["is_active"] for told in written()} == {
        1001: True, 1002: False, 1003: True, 1004: True,
    }  # fmt: skip


def test_a_shop_with_a_past_is_told_of_without_a_single_nan(past: dt.date) -> None:
    row = again()
    assert row.status == "done"
    assert {record.name for record in ModelRecord.objects.all()} >= {"btyd", "churn", "rhythm", "value"}
    told = written()
    assert len(told) == row.people == rhythmic.PEOPLE
    assert any(one["churn_risk"] is not None for one in told)
    for one in told:
        numbers = [value for value in one.values() if isinstance(value, float)]
        assert all(math.isfinite(value) for value in numbers)
        if one["churn_risk"] is not None:
            five = ("recency", "ticket", "frequency", "growth", "mix")
            terms = [one[f"churn_{name}"] for name in five]
            assert all(isinstance(term, float) for term in terms)
            assert one["is_active"]
            logit = one["churn_base"] + sum(terms)  # type: ignore[operator]
            assert 1 / (1 + math.exp(-logit)) == pytest.approx(one["churn_risk"], abs=1e-9)


def test_the_same_sales_and_day_give_the_same_bytes_and_no_new_version(past: dt.date) -> None:
    again()
    first, records = written(), kept()
    row = again()
    assert written() == first
    assert kept() == records
    assert row.models_version == 1


def test_later_sales_change_nothing_of_a_day(
    db: None, warehouse: str, tmp_path: Path, today: dt.date
) -> None:
    day = today - dt.timedelta(days=100)
    told = []
    for name, only_to in (("all", None), ("until", day)):
        store = engine(f"duckdb:{tmp_path / name}")
        rhythmic.fill(store, tmp_path / f"files-{name}", today, only_to=only_to)
        outcome = refresh.publish(store, day, lambda phase: None)
        rows = store.rows(predictions.order_by("customer_key"))
        told.append((rows, [[getattr(one, field) for field in TOLD] for one in outcome.new]))
    assert told[0] == told[1]
    assert len(told[0][0]) > 100


@pytest.mark.parametrize("phase", [refresh.READING, refresh.WRITING])
def test_a_refresh_that_dies_leaves_nothing_and_the_next_one_finds_the_same(
    past: dt.date, monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    before = facts().version()
    publish = refresh.publish

    def dies(store: Engine, today: dt.date, step: Callable[[str], None]) -> refresh.Outcome:
        def die(now: str) -> None:
            if now == phase:
                raise KeyboardInterrupt

        return publish(store, today, die)

    monkeypatch.setattr(refresh, "publish", dies)
    wishes.ask("person")
    with pytest.raises(KeyboardInterrupt):
        drain(PredictionRefresh, raising=True)
    assert (facts().version(), ModelRecord.objects.count()) == (before, 0)
    monkeypatch.undo()
    drain(PredictionRefresh, raising=True)
    assert PredictionRefresh.objects.get().status == PredictionRefresh.Status.DONE
    assert len(written()) == rhythmic.PEOPLE


def test_one_killed_after_it_published_is_finished_by_the_next_under_the_same_version(
    past: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(refresh.records, "keep", dies)
    wishes.ask("person")
    with pytest.raises(KeyboardInterrupt):
        drain(PredictionRefresh, raising=True)
    first = written()
    assert not ModelRecord.objects.exists()
    monkeypatch.undo()
    drain(PredictionRefresh, raising=True)
    assert written() == first
    assert set(ModelRecord.objects.values_list("version", flat=True)) == {1}


def test_a_cancelled_refresh_publishes_nothing(past: dt.date) -> None:
    before = facts().version()
    wishes.ask("person")
    [row] = claim(PredictionRefresh, "somebody")
    cancel(row)
    assert run(row) == PredictionRefresh.Status.CANCELLED
    assert (facts().version(), ModelRecord.objects.count()) == (before, 0)


def test_while_somebody_else_writes_it_waits_for_its_turn(
    past: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_given: object) -> str:
        raise WriterBusy

    wishes.ask("person")
    monkeypatch.setattr(type(facts()), "revise", busy)
    [row] = claim(PredictionRefresh, "somebody")
    assert run(row) == PredictionRefresh.Status.WAITING


def test_another_horizon_is_another_version(past: dt.date) -> None:
    again()
    asking.PredictionSettings.objects.create(horizon_days=45)
    row = again()
    assert row.models_version == 2
    assert ModelRecord.objects.get(name="churn", version=2).horizon_days == 45


def test_segments_may_ask_for_what_was_predicted(shop: Cast, today: dt.date) -> None:
    from tests.predictions import stage

    stage.publish(today)
    SegmentRefresh.objects.create(reason="load")
    drain(SegmentRefresh, raising=True)
    risks = {row["customer_key"]: row["churn_risk"] for row in facts().rows(people)}
    assert risks == {1001: 0.6, 1002: None, 1003: None, 1004: None}


@pytest.mark.slow
def test_both_stores_of_facts_tell_the_same(
    db: None, warehouse: str, tmp_path: Path, today: dt.date, postgres_url: str
) -> None:
    """Cell by cell; what was summed in floats, to 1e-9; money, which is rounded from them, to the cent."""
    told = []
    place = f"{postgres_url}/postgres?schema=predicted_{secrets.token_hex(4)}&archive={tmp_path / 'archive'}"
    for name, url in (("duck", f"duckdb:{tmp_path / 'duck'}"), ("postgres", place)):
        store = engine(url)
        rhythmic.fill(store, tmp_path / f"files-{name}", today)
        outcome = refresh.publish(store, today, lambda phase: None)
        told.append((store.rows(predictions.order_by("customer_key")), outcome.new))
    (ours, models), (theirs, other_models) = told
    assert len(ours) == len(theirs) == rhythmic.PEOPLE
    for one, other in zip(ours, theirs, strict=True):
        for name, value in one.items():
            if isinstance(value, float):
                assert other[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name
            elif isinstance(value, Decimal):
                assert abs(other[name] - value) <= Decimal("0.01"), name
            else:
                assert other[name] == value, name
    shown = [(record.name, record.is_shown, record.reason) for record in models]
    assert [(record.name, record.is_shown, record.reason) for record in other_models] == shown
