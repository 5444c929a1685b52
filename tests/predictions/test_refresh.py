"""All is predicted in one generation, or nothing: the same from the same sales, whatever interrupts."""

from __future__ import annotations

import datetime as dt
import math
import secrets
import shutil
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from recompra.predictions import asking, refresh, wishes
from recompra.predictions.models import ModelRecord, PredictionRefresh
from recompra.predictions.shelf import PREDICTED
from recompra.segments.models import SegmentRefresh
from recompra.warehouse.contract import Draft
from recompra.warehouse.engine import Engine, WriterBusy, engine
from recompra.warehouse.schema import orders, people, predictions
from recompra.work.claim import claim, run
from recompra.work.drain import drain
from recompra.work.wishes import cancel, discard
from tests.cast import Cast
from tests.predictions import rhythmic
from tests.twelve_orders import ANA, BRUNO, CARLA, DAVI
from tests.warehouse.facts import batch, order

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


LATER = dt.timedelta(days=60)


@dataclass(frozen=True)
class Told:
    """A shop of which a day was told; its facts, as they were before and after; and what was told."""

    day: dt.date
    before: Path
    after: Path
    outcome: refresh.Outcome
    rows: list[dict[str, object]]


@pytest.fixture(scope="module")
def told(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Told:
    """The shop with a past, told of once for all tests that only look; its sales go on, unseen."""
    place, day = tmp_path_factory.mktemp("told"), timezone.localdate()
    store = engine(f"duckdb:{place / 'facts'}")
    rhythmic.fill(store, place / "files", day + LATER, only_to=day)
    shutil.copytree(place / "facts", place / "before")
    with django_db_blocker.unblock():
        outcome = published(store, day, place)
    rows = store.rows(predictions.order_by("customer_key"))
    store.close()
    return Told(day, place / "before", place / "facts", outcome, rows)


def published(store: Engine, day: dt.date, place: Path) -> refresh.Outcome:
    (place / "shelf").mkdir()
    return refresh.publish(store, day, place / "shelf", lambda phase: None)


@pytest.fixture
def past(db: None, warehouse: str, tmp_path: Path, told: Told) -> Told:
    """The shop before anything was told of it."""
    shutil.copytree(told.before, tmp_path / "facts")
    return told


@pytest.fixture
def present(db: None, warehouse: str, tmp_path: Path, told: Told) -> Told:
    """The shop after, with the records of its models."""
    shutil.copytree(told.after, tmp_path / "facts")
    ModelRecord.objects.bulk_create([copy(record) for record in told.outcome.new])
    return told


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


def test_a_shop_with_a_past_is_told_of_without_a_single_nan(told: Told) -> None:
    assert {record.name for record in told.outcome.new} >= {"btyd", "churn", "rhythm", "value"}
    assert len(told.rows) == told.outcome.people > 250
    assert any(one["churn_risk"] is not None for one in told.rows)
    for one in told.rows:
        numbers = [value for value in one.values() if isinstance(value, float)]
        assert all(math.isfinite(value) for value in numbers)
        if one["churn_risk"] is not None:
            five = ("recency", "ticket", "frequency", "growth", "mix")
            terms = [one[f"churn_{name}"] for name in five]
            assert all(isinstance(term, float) for term in terms)
            assert one["is_active"]
            logit = one["churn_base"] + sum(terms)  # type: ignore[operator,arg-type]
            assert 1 / (1 + math.exp(-logit)) == pytest.approx(one["churn_risk"], abs=1e-9)


@pytest.mark.once
def test_the_same_day_gives_the_same_bytes_and_no_new_version_whatever_was_sold_later(
    present: Told, tmp_path: Path
) -> None:
    rhythmic.fill(facts(), tmp_path / "later", present.day + LATER, number=2)
    assert facts().rows(orders.agg(last=orders.ordered_on.max()))[0]["last"] > present.day
    read, records = facts().version(), kept()
    row = again()
    assert (row.status, row.people, row.models_version) == ("done", present.outcome.people, 1)
    assert (row.computed_on, row.version) == (read, facts().version())
    assert written() == present.rows
    assert kept() == records


def test_a_refresh_that_dies_leaves_nothing_and_the_next_one_finds_the_same(
    shop: Cast, today: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, publish, death = facts().version(), refresh.publish, [""]

    def dies(store: Engine, day: dt.date, folder: Path, step: Callable[[str], None]) -> refresh.Outcome:
        def die(now: str) -> None:
            if now == death[0]:
                raise KeyboardInterrupt

        return publish(store, day, folder, die)

    monkeypatch.setattr(refresh, "publish", dies)
    wishes.ask("person")
    for death[0] in (refresh.READING, refresh.KEEPING, refresh.WRITING):
        with pytest.raises(KeyboardInterrupt):
            drain(PredictionRefresh, raising=True)
        assert (facts().version(), ModelRecord.objects.count()) == (before, 0)
        assert not PREDICTED.files()
    monkeypatch.undo()
    drain(PredictionRefresh, raising=True)
    assert PredictionRefresh.objects.get().status == PredictionRefresh.Status.DONE
    assert len(written()) == 4


def test_one_killed_after_it_published_is_finished_by_the_next_under_the_same_version(
    shop: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(refresh.records, "keep", dies)
    wishes.ask("person")
    with pytest.raises(KeyboardInterrupt):
        drain(PredictionRefresh, raising=True)
    first = written()
    assert len(first) == 4
    assert not ModelRecord.objects.exists()
    monkeypatch.undo()
    drain(PredictionRefresh, raising=True)
    assert written() == first
    assert set(ModelRecord.objects.values_list("version", flat=True)) == {1}


def test_a_cancelled_refresh_publishes_nothing(past: Told) -> None:
    before = facts().version()
    wishes.ask("person")
    [row] = claim(PredictionRefresh, "somebody")
    cancel(row)
    assert run(row) == PredictionRefresh.Status.CANCELLED
    assert (facts().version(), ModelRecord.objects.count()) == (before, 0)
    assert not PREDICTED.files()


def test_what_a_killed_process_left_goes_with_the_row_and_with_the_next_refresh(
    shop: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = PredictionRefresh.objects.create(reason="person", status=PredictionRefresh.Status.DEAD)
    own, other = (PREDICTED.ready() / name for name in (f"{row.pk}-1", f"{row.pk}1-1"))
    for folder in (own, other):
        folder.mkdir()
        (folder / "predictions.parquet").touch()
    assert discard(row)
    assert PREDICTED.files() == [other]
    again()
    assert not PREDICTED.files()


def test_while_somebody_else_writes_what_was_found_waits_for_its_turn(
    shop: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "TURN_SECONDS", 0)
    revise, turns = type(facts()).revise, [0]

    def busy(store: Engine, work: Callable[[Draft], object]) -> str:
        turns[0] += 1
        if turns[0] < 3:
            raise WriterBusy
        return str(revise(store, work))

    monkeypatch.setattr(type(facts()), "revise", busy)
    assert again().status == PredictionRefresh.Status.DONE
    assert (turns[0], len(written())) == (3, 4)
    monkeypatch.setattr(refresh, "TURNS", 1)
    turns[0] = 0
    wishes.ask("person")
    [row] = claim(PredictionRefresh, "somebody")
    assert run(row) == PredictionRefresh.Status.WAITING


def test_sales_that_came_meanwhile_neither_wait_nor_lose_what_was_found(
    shop: Cast, today: dt.date, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """While the refresh computes, an import publishes: Bruno's record became part of Ana's, and Elis came."""
    predict = refresh.predict

    def interrupted(*given: Any) -> Any:
        rows = [order(9001, 1777, today), *moved()]
        facts().apply(batch(tmp_path / "meanwhile", 901, rows))
        return predict(*given)

    def moved() -> list[dict[str, Any]]:
        of_bruno = orders.filter(orders.customer_key == BRUNO)
        return [row | {"customer_key": ANA, "batch": 901} for row in facts().rows(of_bruno)]

    monkeypatch.setattr(refresh, "predict", interrupted)
    read = facts().version()
    row = again()
    assert row.computed_on == read
    assert int(row.version.split("-")[0]) == int(read.split("-")[0]) + 2
    assert [one["customer_key"] for one in written()] == [ANA, CARLA, DAVI]


def test_another_horizon_is_another_version(shop: Cast) -> None:
    assert again().models_version == 1
    asking.PredictionSettings.objects.create(horizon_days=45)
    assert again().models_version == 2
    assert ModelRecord.objects.get(name="churn", version=2).horizon_days == 45


def test_segments_may_ask_for_what_was_predicted(shop: Cast, today: dt.date) -> None:
    from tests.predictions import stage

    stage.publish(today)
    SegmentRefresh.objects.create(reason="load")
    drain(SegmentRefresh, raising=True)
    risks = {row["customer_key"]: row["churn_risk"] for row in facts().rows(people)}
    assert risks == {1001: 0.6, 1002: None, 1003: None, 1004: None}


@pytest.mark.slow
@pytest.mark.once
def test_both_stores_of_facts_tell_the_same(db: None, tmp_path: Path, told: Told, postgres_url: str) -> None:
    """Cell by cell; what was summed in floats, to 1e-9; money, which is rounded from them, to the cent."""
    place = f"{postgres_url}/postgres?schema=predicted_{secrets.token_hex(4)}&archive={tmp_path / 'archive'}"
    store = engine(place)
    rhythmic.fill(store, tmp_path / "files", told.day + LATER, only_to=told.day)
    other_models = published(store, told.day, tmp_path).new
    ours, theirs = told.rows, store.rows(predictions.order_by("customer_key"))
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        for name, value in one.items():
            if isinstance(value, float):
                assert other[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name
            elif isinstance(value, Decimal):
                assert abs(other[name] - value) <= Decimal("0.01"), name
            else:
                assert other[name] == value, name
    shown = [(record.name, record.is_shown, record.reason) for record in told.outcome.new]
    assert [(record.name, record.is_shown, record.reason) for record in other_models] == shown
