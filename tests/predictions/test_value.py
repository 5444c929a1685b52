"""What customers will spend: against the past, as of any day, and for shops with next to no data."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import secrets
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from recompra.cli import cli
from recompra.predictions.part import NOT_ENOUGH, Asked, NotEnoughData, Part
from recompra.predictions.value import value
from recompra.warehouse.contract import Engine
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import orders
from tests.analytics.cdnow import transactions
from tests.cast import Cast
from tests.warehouse.facts import batch, order

Rows = list[dict[str, Any]]
CUT = dt.date(1998, 3, 31)
START = dt.date(2024, 1, 1)


@pytest.fixture
def store_of(tmp_path: Path) -> Iterator[Callable[[Rows], Engine]]:
    """`store_of(orders)` is a store of these orders alone."""
    opened: list[Engine] = []

    def made(rows: Rows) -> Engine:
        store = engine(f"duckdb:{tmp_path / str(len(opened))}")
        store.apply(batch(tmp_path / f"parquet-{len(opened)}", 1, rows))
        opened.append(store)
        return store

    yield made
    for store in opened:
        store.close()


def told(store: Engine, asked: Asked) -> tuple[Part, Rows]:
    """The part and its rows by customer."""
    with store.desk() as desk:
        part = value(desk, orders, asked)
        return part, desk.run(part.table.order_by("customer_key")).to_pylist()


def sensible(part: Part, rows: Rows) -> None:
    """Numbers everywhere, within their bounds, and a record that JSON can hold."""
    for row in rows:
        assert all(isinstance(number, int) or math.isfinite(number) for number in row.values())
        assert 0 <= row["p_alive"] <= 1
        assert 0 <= row["p_none"] <= 1
        for days in (90, 180, 365):
            assert 0 <= row[f"spend_{days}_low"] <= row[f"spend_{days}"] <= row[f"spend_{days}_high"]
        assert row["expected_90"] <= row["expected_180"] <= row["expected_365"]
    json.dumps([part.record.told(), *(one.told() for one in part.further)], allow_nan=False)


def test_cdnow_is_told_better_than_by_the_rate_and_by_the_textbook(
    store_of: Callable[[Rows], Engine], real_data: Callable[[str], Path]
) -> None:
    rows = transactions(real_data("cdnow"))
    part, found = told(store_of(rows), Asked(CUT, 91, 180))
    sensible(part, found)
    accuracy = part.record.accuracy
    assert part.record.is_shown
    assert accuracy is not None
    measures = {one["name"]: one for one in accuracy["measures"]}
    assert measures["mae"]["value"] < measures["mae"]["baselines"]["bg_gg"]
    assert measures["mae"]["baselines"]["bg_gg"] < measures["mae"]["baselines"]["daily_rate"]
    assert measures["gini"]["value"] > measures["gini"]["baselines"]["bg_gg"]
    assert 0.8 <= measures["coverage_80"]["value"] <= 0.95
    assert {row["customers"] for row in accuracy["bins"]} == {235, 236}
    later = sum(row["net"] for row in rows if CUT < row["ordered_on"] <= CUT + dt.timedelta(days=90))
    total = part.record.data["totals"]["90"]
    assert total["low"] <= later <= total["high"]
    assert total["expected"] == pytest.approx(sum(row["spend_90"] for row in found), abs=0.01 * len(found))


def test_the_accuracy_is_that_of_the_plain_sums(
    store_of: Callable[[Rows], Engine], real_data: Callable[[str], Path]
) -> None:
    """Mean absolute error, bias, ranks and tenths once more, from the customers themselves."""
    rows = transactions(real_data("cdnow"))
    store = store_of(rows)
    part, _found = told(store, Asked(CUT, 91, 180))
    cut = CUT - dt.timedelta(days=91)
    with store.desk() as desk:
        past = value(desk, orders, Asked(cut, 91, 180))
        known = {row["customer_key"] for row in desk.rows(past.table)}
    came = dict.fromkeys(sorted(known), Decimal(0))
    for row in rows:
        if cut < row["ordered_on"] <= CUT:
            came[row["customer_key"]] += row["net"]
    accuracy = part.record.accuracy
    assert accuracy is not None
    assert accuracy["observed"] == pytest.approx(float(sum(came.values())))
    assert accuracy["customers"] == len(known) == sum(one["customers"] for one in accuracy["bins"])
    by_bins = sum(one["observed"] * one["customers"] for one in accuracy["bins"])
    assert by_bins == pytest.approx(accuracy["observed"])
    bias = next(one["value"] for one in accuracy["measures"] if one["name"] == "bias")
    assert bias == pytest.approx(accuracy["expected"] / accuracy["observed"] - 1)


def test_later_rows_change_no_byte(
    store_of: Callable[[Rows], Engine], real_data: Callable[[str], Path]
) -> None:
    rows = transactions(real_data("cdnow"))
    whole = told(store_of(rows), Asked(CUT, 91, 180))
    past = told(store_of([row for row in rows if row["ordered_on"] <= CUT]), Asked(CUT, 91, 180))
    assert whole[1] == past[1]
    assert whole[0].record == past[0].record
    assert whole[0].further == past[0].further


def regulars(customers: int, days: int, every: float, *, seed: int = 1, busy: range | None = None) -> Rows:
    """Customers who come at random about every so many days; on busy days of a year, 2.5 times as often."""
    chance = np.random.default_rng(seed)
    rows: Rows = []
    for who in range(1, customers + 1):
        worth, first = float(chance.lognormal(4, 0.5)), int(chance.integers(0, max(days // 2, 1)))
        for day in range(first, days):
            likely = (2.5 if busy and day % 365 in busy else 1) / every
            if day == first or chance.random() < likely:
                net = f"{worth * chance.lognormal(0, 0.4):.2f}"
                rows.append(order(len(rows) + 1, who, START + dt.timedelta(days=day), net=net))
    return rows


def test_the_season_of_a_year_ago_is_expected_again(store_of: Callable[[Rows], Engine]) -> None:
    """Asked in October of the second year, before a Christmas that the first year had, too."""
    rows = regulars(300, 730 + 60, 40, busy=range(300, 360))
    day = START + dt.timedelta(days=365 + 295)
    part, found = told(store_of(rows), Asked(day, 90, 180))
    sensible(part, found)
    factor = part.record.parameters["season"]["90"]
    assert part.record.data["has_season"]
    assert 1.2 < factor < 2.5
    later = float(sum(row["net"] for row in rows if day < row["ordered_on"] <= day + dt.timedelta(days=90)))
    expected = part.record.data["totals"]["90"]["expected"]
    assert abs(math.log(expected / later)) < abs(math.log(expected / factor / later))
    assert expected == pytest.approx(later, rel=0.3)


def test_of_many_customers_some_tell_the_season_and_the_accuracy(
    store_of: Callable[[Rows], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_of(regulars(120, 500, 30))
    asked = Asked(START + dt.timedelta(days=480), 60, 180)
    whole = told(store, asked)
    monkeypatch.setattr("recompra.predictions.forecast.SAMPLE", 60)
    part, rows = told(store, asked)
    assert len(rows) == len(whole[1]) == 120
    assert whole[0].record.accuracy is not None
    assert part.record.accuracy is not None
    assert (whole[0].record.accuracy["one_in"], part.record.accuracy["one_in"]) == (1, 2)
    assert part.record.accuracy["customers"] < whole[0].record.accuracy["customers"]
    assert part.further == whole[0].further


def test_without_a_year_of_history_totals_are_wide_and_say_so(store_of: Callable[[Rows], Engine]) -> None:
    part, _found = told(store_of(regulars(200, 120, 20)), Asked(START + dt.timedelta(days=119), 30, 180))
    assert not part.record.data["has_season"]
    assert set(part.record.parameters["season"].values()) == {1.0}
    total = part.record.data["totals"]["90"]
    assert total["high"] / total["low"] > 1.4


ODD: dict[str, Rows] = {
    "ten customers": regulars(10, 300, 30),
    "one customer, once": [order(1, 7, START)],
    "all one-timers": [order(n, n, START + dt.timedelta(days=n)) for n in range(1, 200)],
    "a file that starts yesterday": [order(n, n % 40, START + dt.timedelta(days=298)) for n in range(1, 90)],
    "nothing but zero and less": [
        order(n, n % 50, START + dt.timedelta(days=3 * n), net="0.00" if n % 2 else "-5.00")
        for n in range(1, 100)
    ],
    "one wholesaler among thirty": [
        *regulars(30, 300, 30),
        *(order(9000 + n, 999, START + dt.timedelta(days=n), net="250000.00") for n in range(299)),
    ],
    "a till that went mad": [
        *regulars(60, 300, 25),
        *(order(9000 + n, 999, START + dt.timedelta(days=n), net="20000000000.00") for n in range(30)),
    ],
    "a first sale of 1900": [*regulars(60, 300, 25), order(9000, 999, dt.date(1900, 1, 1))],
    "clocks in the future": [*regulars(60, 300, 25), order(9000, 1, dt.date(2999, 1, 1), net="1.00")],
    "returns of more than was bought": [
        *regulars(40, 300, 25),
        *(
            order(9000 + n, n, START + dt.timedelta(days=299), net="-99999.00", kind="return")
            for n in range(40)
        ),
    ],
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("horizon", [1, 30, 365])
def test_an_odd_shop_gets_numbers_or_is_told_that_there_are_too_few(
    store_of: Callable[[Rows], Engine], name: str, horizon: int
) -> None:
    asked = Asked(START + dt.timedelta(days=299), horizon, 180)
    part, rows = told(store_of(ODD[name]), asked)
    sensible(part, rows)
    sales = [row for row in ODD[name] if row["ordered_on"] <= asked.as_of and row["kind"] == "sale"]
    known = {row["customer_key"] for row in sales}
    assert {row["customer_key"] for row in rows} == known
    if name in ("ten customers", "one customer, once", "a file that starts yesterday"):
        assert (part.record.is_shown, part.record.reason) == (False, NOT_ENOUGH)


def test_before_the_first_sale_there_is_nothing_to_say(store_of: Callable[[Rows], Engine]) -> None:
    store = store_of([order(1, 7, START)])
    with store.desk() as desk, pytest.raises(NotEnoughData):
        value(desk, orders, Asked(START - dt.timedelta(days=1), 90, 180))


def test_only_the_orders_of_the_asked_stores_count(store_of: Callable[[Rows], Engine]) -> None:
    rows = [row | {"store_key": 1 + row["customer_key"] % 2} for row in regulars(80, 300, 25)]
    asked = Asked(START + dt.timedelta(days=299), 60, 180, frozenset({2}))
    _part, found = told(store_of(rows), asked)
    assert {row["customer_key"] % 2 for row in found} == {1}


@pytest.mark.postgres
def test_postgresql_says_the_same(
    store_of: Callable[[Rows], Engine], postgres_url: str, tmp_path: Path
) -> None:
    rows = regulars(150, 500, 30)
    asked = Asked(START + dt.timedelta(days=480), 90, 180)
    duck = told(store_of(rows), asked)
    store = engine(f"{postgres_url}/postgres?schema=value_{secrets.token_hex(4)}")
    try:
        store.apply(batch(tmp_path / "for-postgres", 1, rows))
        other = told(store, asked)
    finally:
        store.close()
    assert duck[0].record == other[0].record
    for one, same in zip(duck[1], other[1], strict=True):
        assert list(one.values()) == pytest.approx(list(same.values()), rel=1e-9)


def recompra(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.mark.django_db
def test_the_twelve_orders_by_hand(shop: Cast, today: dt.date, tmp_path: Path) -> None:
    """Two of four came back, five times in 105 weeks: one rate for all, (5 + 1/2) / 105 a week, drawn to the
    own one as one purchase weighs. Ana: (1 + 4) / (105 / 5.5 + 300 / 7) a week; a purchase is worth (484.975,
    the mean of the four means, + 800) / 6, of which 3,469.90 / 3,529.90 is not brought back."""
    output = tmp_path / "value.csv"
    done = recompra("metrics", "value", "--as-of", today, "--horizon", 70, "-o", output, "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert (report["customers"], report["is_shown"], report["reason"]) == (4, False, NOT_ENOUGH)
    rows = {row["customer"]: row for row in csv.DictReader(output.read_text().splitlines())}
    assert set(rows) == {str(one.public_id) for one in (shop.ana, shop.bruno, shop.carla, shop.davi)}
    ana = rows[str(shop.ana.public_id)]
    weekly = 5 / (105 / 5.5 + 300 / 7)
    worth = (484.975 + 800) / 6 * 3469.90 / 3529.90
    assert float(ana["p_alive"]) == pytest.approx(1, abs=1e-6)
    assert float(ana["expected_90"]) == pytest.approx(weekly * 90 / 7, rel=1e-6)
    assert float(ana["spend_90"]) == pytest.approx(weekly * 90 / 7 * worth, rel=1e-6)
    weight = 105 / 5.5 + 300 / 7
    assert float(ana["p_none"]) == pytest.approx((weight / (weight + 10)) ** 5, rel=1e-6)
    assert "Ana" not in output.read_text()


@pytest.mark.django_db
@pytest.mark.parametrize("model", ["bgnbd", "mbgnbd", "pareto", "gg"])
def test_fitting_by_the_command_says_that_four_customers_are_too_few(
    shop: Cast, today: dt.date, model: str
) -> None:
    report = json.loads(recompra("models", "fit", "--model", model, "--as-of", today, "--json").stdout)
    assert report["note"] == "few"
    assert report["customers"] == (2 if model == "gg" else 4)
    assert "few" in recompra("models", "fit", "--model", model, "--as-of", today).stdout


@pytest.mark.django_db
def test_cdnow_brought_in_as_a_shop_would(
    warehouse: str, tmp_path: Path, real_data: Callable[[str], Path]
) -> None:
    """A semicolon file with Brazilian dates and amounts, then the published figures by the command."""
    path = tmp_path / "vendas.csv"
    with path.open("w", newline="") as handle:
        sheet = csv.writer(handle, delimiter=";")
        sheet.writerow(["pedido", "data", "codigo_cliente", "nome", "valor"])
        for row in transactions(real_data("cdnow")):
            day, who, net = row["ordered_on"].strftime("%d/%m/%Y"), row["customer_key"], row["net"]
            sheet.writerow([row["order_key"], day, who, f"Cliente {who}", str(net).replace(".", ",")])
    done = recompra("import", "csv", path, "--store", "Loja", "--no-scores")
    assert done.exit_code == 0, done.output
    for words, log_likelihood in (
        (["bgnbd"], -9582.43), (["mbgnbd"], -9582.14), (["pareto"], -9594.98), (["gg"], -4055.92),
        (["bgnbd", "--covariate"], -9560.02),
    ):  # fmt: skip
        report = json.loads(
            recompra("models", "fit", "--as-of", "1997-09-30", "--json", "--model", *words).stdout
        )
        assert report["log_likelihood"] == pytest.approx(log_likelihood, abs=0.01)
