"""The risk of losing a customer: how good it is, what it is made of, and shops that cannot be told of."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
import random
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from recompra.analytics.btyd.fit import Fitted
from recompra.analytics.churn import leaning
from recompra.analytics.churn.measures import Measured, auc, measured
from recompra.predictions.churn import churn
from recompra.predictions.churn_check import BEHIND, NOT_BETTER, SHORT
from recompra.predictions.part import NOT_ENOUGH, Asked, NotEnoughData, Part
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import order_items, orders
from tests.analytics.cdnow import transactions
from tests.predictions.shops import DAY, Row, desk, lively
from tests.warehouse.facts import batch, order

pytestmark = pytest.mark.once
TODAY = dt.date(2026, 6, 1)
PARTS = ("base", "recency", "ticket", "frequency", "growth", "mix")


def asked_of(folder: Path, rows: list[Row], asked: Asked) -> tuple[Part, pa.Table]:
    with desk(folder, rows) as at:
        part = churn(at, orders, order_items, asked)
        return part, at.run(part.table.order_by("customer_key"))


def judged(found: pa.Table, rows: list[Row], asked: Asked) -> tuple[Measured, dict[str, float]]:
    """What came true, of everybody, and the AUC of recency and of the buy-till-you-die model alone."""
    bought: dict[int, list[dt.date]] = {}
    for row in rows:
        bought.setdefault(row["customer_key"], []).append(row["ordered_on"])
    came = {
        who
        for who, days in bought.items()
        if any(0 < (day - asked.as_of).days <= asked.horizon_days for day in days)
    }
    keys = found["customer_key"].to_pylist()
    past = [sorted({day for day in bought[who] if day <= asked.as_of}) for who in keys]
    lost = np.array([float(who not in came) for who in keys])
    repeats, last, age = (
        np.array(column, dtype=float)
        for column in zip(
            *((len(days) - 1, (days[-1] - days[0]).days, (asked.as_of - days[0]).days) for days in past),
            strict=True,
        )
    )
    ones = np.ones(len(keys))
    histories = leaning.Days(repeats, last, age, ones)
    plain = leaning.learnt(histories).p_none(histories.at(age), asked.horizon_days / 7)
    baselines = {"recency": auc(age - last, ones, lost), "btyd": auc(plain, ones, lost)}
    return measured(found["churn_risk"].to_numpy(), ones, lost), baselines


def test_cdnow_is_told_well(real_data: Callable[[str], Path], tmp_path: Path) -> None:
    rows = transactions(real_data("cdnow"))
    asked = Asked(dt.date(1998, 3, 1), 91, 180)
    part, found = asked_of(tmp_path, rows, asked)
    told, baselines = judged(found, rows, asked)
    assert (found.num_rows, part.record.parameters["source"]) == (2357, "model")
    assert told.auc is not None
    assert told.auc > max(baselines.values()) - 0.002
    assert told.ece <= told.ece_floor + 0.01
    assert told.ratio == pytest.approx(1, abs=0.05)
    assert told.slope == pytest.approx(1, abs=0.1)


def test_a_shop_with_a_season_is_told_at_its_level(tmp_path: Path) -> None:
    """Sales halve from June to August. As of 1 June a model without a season would be far too hopeful."""

    def busy(day: dt.date) -> float:
        return 0.4 if 6 <= day.month <= 8 else 1.0

    rows = lively(TODAY + 90 * DAY, customers=1500, days=1100, busy=busy)
    asked = Asked(TODAY, 90, 180)
    part, found = asked_of(tmp_path, rows, asked)
    told, baselines = judged(found, rows, asked)
    assert part.record.is_shown
    assert told.auc is not None
    assert told.auc > max(baselines.values()) - 0.002
    assert told.ratio == pytest.approx(1, abs=0.05)
    assert told.ece <= told.ece_floor + 0.02


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> tuple[Part, pa.Table]:
    return asked_of(tmp_path_factory.mktemp("usual"), lively(TODAY), Asked(TODAY, 60, 180))


def test_the_six_parts_come_to_the_logit(usual: tuple[Part, pa.Table]) -> None:
    _part, found = usual
    for row in found.to_pylist():
        logit = sum(row[f"churn_{name}"] for name in PARTS)
        assert row["churn_risk"] == pytest.approx(1 / (1 + math.exp(-logit)), rel=1e-12)
        assert 0 < row["churn_risk"] < 1


def test_the_record_tells_who_answered_and_how_well(usual: tuple[Part, pa.Table]) -> None:
    part, found = usual
    record = part.record
    assert json.loads(json.dumps(record.told())) == record.told()
    assert record.is_shown
    assert set(found["churn_source"].to_pylist()) == {record.parameters["source"]}
    assert record.accuracy is not None
    assert (record.accuracy["cut"], record.accuracy["until"]) == ("2026-04-02", "2026-06-01")
    names = [measure["name"] for measure in record.accuracy["measures"]]
    assert names == ["auc", "brier", "log_loss", "ece", "ece_floor", "predicted_over_observed", "slope"]
    assert set(record.accuracy["measures"][0]["baselines"]) == {"base_rate", "recency", "btyd", "behaviours"}
    assert sum(one["customers"] for one in record.accuracy["bins"]) == record.accuracy["customers"]


def test_active_is_who_bought_in_so_many_days(usual: tuple[Part, pa.Table]) -> None:
    _part, found = usual
    last = {
        row["customer_key"]: row["ordered_on"]
        for row in sorted(lively(TODAY), key=lambda row: row["ordered_on"])
    }
    for row in found.to_pylist():
        assert row["is_active"] == ((TODAY - last[row["customer_key"]]).days <= 180)


def test_what_comes_later_changes_no_byte(tmp_path: Path) -> None:
    rows, cut = lively(TODAY), TODAY - 200 * DAY
    asked = Asked(cut, 60, 180)
    random.Random(3).shuffle(past := [row for row in rows if row["ordered_on"] <= cut])
    one, whole = asked_of(tmp_path / "one", rows, asked)
    other, alone = asked_of(tmp_path / "other", past, asked)
    assert one.record == other.record
    assert whole.combine_chunks().to_batches() == alone.combine_chunks().to_batches()


def test_a_one_timer_s_risk_rises_with_silence(tmp_path: Path) -> None:
    """Beside the lively ones, a hundred equal purchases of one day each."""
    rows = lively(TODAY)
    silent = {9_000 + ago: ago for ago in range(0, 600, 6)}
    rows += [order(10**6 + who, who, TODAY - ago * DAY, units=1) for who, ago in silent.items()]
    _part, found = asked_of(tmp_path, rows, Asked(TODAY, 60, 180))
    risk = {row["customer_key"]: row["churn_risk"] for row in found.to_pylist()}
    rising = [risk[who] for who in sorted(silent)]
    assert all(after > before for before, after in itertools.pairwise(rising))


def test_silence_never_lowers_what_the_model_leans_on() -> None:
    law = Fitted("mbgnbd", {"r": 0.5, "alpha": 6.0, "a": 0.9, "b": 1.6}, 0.0, 1)
    for repeats, last in ((0, 0), (1, 200), (3, 30), (40, 400), (1_000, 1_200)):
        age = np.arange(last, last + 1_500, 7, dtype=float)
        same = np.ones(len(age))
        fresh, silence = leaning.logits(law, leaning.Days(repeats * same, last * same, age, same), 90)
        assert len(set(fresh)) == 1
        assert (np.diff(silence) >= 0).all()
        assert np.isfinite([fresh, silence]).all()


def refused(folder: Path, rows: list[Row], asked: Asked) -> str:
    with pytest.raises(NotEnoughData) as found:
        asked_of(folder, rows, asked)
    return found.value.reason


def test_too_little_says_so(tmp_path: Path) -> None:
    once = [order(n, n, TODAY - (n % 300) * DAY) for n in range(1, 400)]
    ten = [order(n, n % 10, TODAY - 7 * n * DAY) for n in range(60)]
    yesterday = [order(n, n, TODAY - (n % 2) * DAY) for n in range(500)]
    cases = {
        "nobody": [],
        "nine customers": [order(n, n % 9, TODAY - 7 * n * DAY) for n in range(60)],
        "all one-timers": once,
        "a file that starts yesterday": yesterday,
        "clocks in the future": [row | {"ordered_on": TODAY + 400 * DAY} for row in ten],
    }
    for name, rows in cases.items():
        assert refused(tmp_path / name, rows, Asked(TODAY, 90, 180)) == NOT_ENOUGH, name


def strange(kind: str) -> list[Row]:
    """A lively shop with something strange in it."""
    rows = lively(TODAY, customers=200)
    if kind == "a giant":
        rows += [order(10**6 + n, 9_999, TODAY - n * DAY, net="250000.00", units=10_000) for n in range(700)]
    if kind == "petrol":
        rows = [row | {"units": 89_638} for row in rows]
    if kind == "nothing and less":
        rows = [row | {"net": (0, -5, 100)[n % 3]} for n, row in enumerate(rows)]
    if kind == "returns":
        rows += [order(10**6 + n, n, TODAY - n * DAY, net="-10.00", kind="return") for n in range(1, 200)]
    if kind == "one bad clock":
        rows += [order(10**6, 1, dt.date(1970, 1, 1)), order(10**6 + 1, 1, dt.date(2099, 1, 1))]
    return rows


@pytest.mark.parametrize("kind", ["a giant", "petrol", "nothing and less", "returns", "one bad clock"])
def test_a_strange_shop_gets_a_sensible_answer(tmp_path: Path, kind: str) -> None:
    part, found = asked_of(tmp_path, strange(kind), Asked(TODAY, 60, 180))
    numbers: dict[str, Any] = found.drop_columns(["is_active", "churn_source"]).to_pydict()
    assert all(np.isfinite(np.array(column, dtype=float)).all() for column in numbers.values())
    assert part.record.reason in {"", SHORT, BEHIND, NOT_BETTER}
    text = json.dumps(part.record.told(), allow_nan=False)
    assert "churn" in text


def test_a_short_history_is_told_by_buy_till_you_die_and_says_so(tmp_path: Path) -> None:
    rows = [row for row in lively(TODAY) if row["ordered_on"] > TODAY - 120 * DAY]
    part, found = asked_of(tmp_path, rows, Asked(TODAY, 90, 180))
    assert (part.record.is_shown, part.record.reason) == (True, SHORT)
    assert set(found["churn_source"].to_pylist()) == {"btyd"}
    assert {row["churn_ticket"] for row in found.to_pylist()} == {0.0}


@pytest.mark.postgres
def test_both_engines_say_the_same(tmp_path: Path, postgres_url: str) -> None:
    rows, asked = lively(TODAY, customers=150), Asked(TODAY, 60, 180)
    one, found = asked_of(tmp_path / "duck", rows, asked)
    store = engine(f"{postgres_url}/postgres?schema=churn_{secrets.token_hex(4)}")
    store.apply(batch(tmp_path / "parquet", 1, rows))
    with store.desk() as at:
        other = churn(at, orders, order_items, asked)
        again = at.run(other.table.order_by("customer_key"))
    store.close()
    assert one.record == other.record
    assert found.to_pylist() == again.to_pylist()
