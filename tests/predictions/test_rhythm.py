"""The rhythm of each customer: what the refresh keeps, what the command writes, and how it looks back."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from recompra.cli import cli
from recompra.predictions.part import NOT_ENOUGH, Asked, NotEnoughData
from recompra.predictions.rhythm import COLUMNS, LEAST, rhythm
from recompra.warehouse.contract import Desk
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import orders
from tests.analytics.cdnow import END, transactions
from tests.cast import Cast
from tests.warehouse.facts import batch, order

DAY = dt.timedelta(days=1)


def recompra(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture
def desk_of(tmp_path: Path) -> Iterator[Callable[[list[dict[str, Any]]], Desk]]:
    """`desk_of(orders)` is a desk on a store of these orders alone."""
    opened = []

    def made(rows: list[dict[str, Any]]) -> Desk:
        store = engine(f"duckdb:{tmp_path / str(len(opened))}")
        store.apply(batch(tmp_path / f"parquet-{len(opened)}", 1, rows))
        held = store.desk()
        opened.append((store, held))
        return held.__enter__()

    yield made
    for store, held in opened:
        held.__exit__(None, None, None)
        store.close()


def test_on_cdnow_it_beats_its_baselines_and_the_window_keeps_its_promise(
    desk_of: Callable[..., Desk], real_data: Callable[[str], Path]
) -> None:
    part = rhythm(desk_of(transactions(real_data("cdnow"))), orders, Asked(END, 90, 180))
    accuracy = part.record.accuracy
    assert part.record.is_shown
    assert accuracy is not None
    measures = {one["name"]: one for one in accuracy["measures"]}
    assert (accuracy["cut"], accuracy["until"]) == ("1997-09-18", "1997-12-16")
    for name, is_better in (("mae", -1), ("median_error", -1), ("within_7", 1)):
        for other in measures[name]["baselines"].values():
            assert is_better * measures[name]["value"] > is_better * other, name
    noise = math.sqrt(0.8 * 0.2 / accuracy["intervals"])  # the standard error of such a share
    assert abs(measures["coverage_80"]["value"] - 0.8) <= 0.04 + noise
    assert tuple(part.table.columns) == COLUMNS


def test_the_same_orders_give_the_same_bytes_whatever_came_later(
    desk_of: Callable[..., Desk], real_data: Callable[[str], Path]
) -> None:
    day = dt.date(1998, 2, 1)
    whole = transactions(real_data("cdnow"))
    told = []
    for rows in (whole, [row for row in whole if row["ordered_on"] <= day]):
        desk = desk_of(rows)
        part = rhythm(desk, orders, Asked(day, 60, 180))
        told.append((part.record.told(), desk.run(part.table.order_by("customer_key")).to_pylist()))
    assert told[0] == told[1]


def test_where_nobody_came_back_there_is_not_enough_to_go_by(desk_of: Callable[..., Desk]) -> None:
    day = dt.date(2026, 6, 1)
    desk = desk_of([order(n, n, day - n * DAY) for n in range(1, 11)])
    with pytest.raises(NotEnoughData) as found:
        rhythm(desk, orders, Asked(day, 90, 180))
    assert found.value.reason == NOT_ENOUGH


def test_a_file_that_starts_yesterday_tells_nothing_yet(desk_of: Callable[..., Desk]) -> None:
    day = dt.date(2026, 6, 1)
    desk = desk_of([order(n, n % 5, day - (n % 2) * DAY) for n in range(10)])
    part = rhythm(desk, orders, Asked(day, 30, 180))
    assert (part.record.is_shown, part.record.reason, part.record.accuracy) == (False, NOT_ENOUGH, None)


def test_a_hair_against_it_does_not_hide_it(
    desk_of: Callable[..., Desk], real_data: Callable[[str], Path]
) -> None:
    """On CDNOW as of 1998-03-01 the mean interval is ahead of ours by half a day, as chance alone may do."""
    day = dt.date(1998, 3, 1)
    orders_then = [row for row in transactions(real_data("cdnow")) if row["ordered_on"] <= day]
    record = rhythm(desk_of(orders_then), orders, Asked(day, 90, 180)).record
    assert record.accuracy is not None
    miss = record.accuracy["measures"][0]
    behind = {of: miss["value"] - other for of, other in miss["baselines"].items()}
    assert max(behind.values()) > 0
    assert all(0 < behind[of] <= miss["errors"][of] for of in behind if behind[of] > 0)
    assert (record.is_shown, record.reason) == (True, "")


def clockwork(day: dt.date, rhythms: list[int]) -> list[dict[str, Any]]:
    """People who buy every so many days to the day."""
    return [
        order(who * 1000 + n, who, day - (n * every + who) * DAY)
        for who, every in enumerate(rhythms, 1)
        for n in range(800 // every)
    ]


def test_where_the_plain_mean_is_right_to_the_day_ours_is_not_shown(desk_of: Callable[..., Desk]) -> None:
    day = dt.date(2026, 6, 1)
    part = rhythm(desk_of(clockwork(day, [7, 14, 20, 7, 14, 20])), orders, Asked(day, 60, 180))
    assert part.record.accuracy is not None
    assert part.record.accuracy["intervals"] >= LEAST
    assert (part.record.is_shown, part.record.reason) == (False, "not_better")


def test_where_everybody_has_one_rhythm_all_are_right(desk_of: Callable[..., Desk]) -> None:
    day = dt.date(2026, 6, 1)
    desk = desk_of(clockwork(day, [7] * 8))
    part = rhythm(desk, orders, Asked(day, 60, 180))
    assert part.record.is_shown
    assert {(row["next_on"] - day).days for row in desk.rows(part.table)} == set(range(-1, 7))


@pytest.mark.django_db
def test_the_command_writes_when_everybody_is_due(shop: Cast, today: dt.date, tmp_path: Path) -> None:
    path = tmp_path / "next.csv"
    result = recompra("metrics", "next-purchase", "--as-of", today, "-o", path, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert (told["customers"], told["is_shown"], told["reason"]) == (4, False, NOT_ENOUGH)
    with path.open(newline="") as file:
        rows = {row["customer"]: row for row in csv.DictReader(file)}
    ana, davi = rows[str(shop.ana.public_id)], rows[str(shop.davi.public_id)]
    assert (ana["purchase_days"], float(ana["mean_days"])) == ("5", 72.0)
    assert float(ana["interval_days"]) == pytest.approx(67.4498, abs=1e-4)
    assert ana["next_on"] == (today - 12 * DAY + 67 * DAY).isoformat()
    assert ana["next_from"] < ana["next_on"] < ana["next_until"]
    assert (davi["purchase_days"], davi["mean_days"]) == ("1", "")
    assert "Ana" not in path.read_text()


@pytest.mark.django_db
def test_the_command_says_so_where_there_is_not_enough(shop: Cast, today: dt.date, tmp_path: Path) -> None:
    path = tmp_path / "next.csv"
    result = recompra("metrics", "next-purchase", "--as-of", today - 350 * DAY, "-o", path, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert (told["customers"], told["is_shown"], told["reason"]) == (0, False, NOT_ENOUGH)
