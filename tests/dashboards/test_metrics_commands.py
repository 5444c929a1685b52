"""`recompra metrics`, as an analyst types it."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from recompra.analytics.rfm_map import SEGMENTS
from recompra.cli import cli
from recompra.customers.models import Customer, RfmCuts
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def recompra(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open(newline="") as file:
        return {row["customer"]: row for row in csv.DictReader(file)}


def test_ana_and_the_others_stand_in_the_file_under_their_public_ids(
    shop: Cast, today: dt.date, tmp_path: Path
) -> None:
    path = tmp_path / "rfm.csv"
    result = recompra("metrics", "rfm", "--as-of", today, "-o", path, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["customers"] == 4
    ana = rows_of(path)[str(shop.ana.public_id)]
    assert (ana["recency_days"], ana["frequency"], ana["monetary"], ana["ltv"]) == (
        "12",
        "5",
        "740.00",
        "740.00",
    )
    assert (ana["orders"], ana["aov"], ana["mean_interval_days"]) == ("5", "160.00", "72.00")
    assert ana["segment"] in SEGMENTS


def test_the_file_says_nothing_that_identifies(shop: Cast, today: dt.date, tmp_path: Path) -> None:
    path = tmp_path / "rfm.csv"
    recompra("metrics", "rfm", "--as-of", today, "-o", path)
    for person in Customer.objects.all():
        assert person.name.split()[0] not in path.read_text()
        assert str(person.cpf) not in path.read_text()
    assert "customer_key" not in path.read_text()


def test_the_window_limits_frequency_and_value_but_loses_nobody(
    shop: Cast, today: dt.date, tmp_path: Path
) -> None:
    path = tmp_path / "rfm.csv"
    recompra("metrics", "rfm", "--as-of", today, "--window-days", 60, "-o", path)
    rows = rows_of(path)
    assert len(rows) == 4
    ana, bruno = rows[str(shop.ana.public_id)], rows[str(shop.bruno.public_id)]
    assert (ana["frequency"], ana["monetary"], ana["ltv"]) == ("2", "340.00", "740.00")
    assert (bruno["frequency"], bruno["monetary"]) == ("0", "0.00")


def test_as_of_an_earlier_day_what_came_later_is_not_known(
    shop: Cast, today: dt.date, tmp_path: Path
) -> None:
    """Fifty days ago: Ana had bought three times, Carla and Davi never; the cuts are of that day's sales."""
    path = tmp_path / "rfm.csv"
    result = recompra("metrics", "rfm", "--as-of", today - dt.timedelta(50), "-o", path, "--json")
    assert json.loads(result.output)["cuts_version"] is None
    rows = rows_of(path)
    assert set(rows) == {str(shop.ana.public_id), str(shop.bruno.public_id)}
    assert rows[str(shop.ana.public_id)]["monetary"] == "400.00"


def test_today_the_scores_are_those_of_the_cuts_in_force(shop: Cast, today: dt.date, tmp_path: Path) -> None:
    path = tmp_path / "rfm.csv"
    result = recompra("metrics", "rfm", "-o", path, "--json")
    assert json.loads(result.output)["cuts_version"] == RfmCuts.objects.latest("version").version
    for row in rows_of(path).values():
        standing = Customer.objects.get(public_id=row["customer"]).standing
        assert row["segment"] == standing.segment
        assert int(row["monetary_score"]) == standing.monetary_score


def test_a_store_is_named_by_code_or_name_and_counts_only_its_purchases(
    shop: Cast, today: dt.date, tmp_path: Path
) -> None:
    for name in ("online", "Loja Online"):
        path = tmp_path / "rfm.csv"
        assert recompra("metrics", "rfm", "--store", name, "-o", path).exit_code == 0
        rows = rows_of(path)
        assert rows[str(shop.ana.public_id)]["ltv"] == "200.00"
        assert str(shop.carla.public_id) not in rows


def test_xlsx_and_parquet_hold_the_same(shop: Cast, tmp_path: Path) -> None:
    for suffix in ("xlsx", "parquet"):
        assert recompra("metrics", "rfm", "-o", tmp_path / f"rfm.{suffix}").exit_code == 0
    sheet = CalamineWorkbook.from_path(tmp_path / "rfm.xlsx").get_sheet_by_index(0).to_python()
    table = pq.read_table(tmp_path / "rfm.parquet")
    assert sheet[0] == table.column_names
    assert [row[0] for row in sheet[1:]] == table.column("customer").to_pylist()


def test_a_forgotten_person_leaves_figures_without_a_name(shop: Cast, tmp_path: Path) -> None:
    shop.davi.delete()
    path = tmp_path / "rfm.csv"
    assert recompra("metrics", "rfm", "-o", path).exit_code == 0
    assert rows_of(path)[""]["ltv"] == "780.00"


def test_before_any_import_it_is_refused_with_what_to_do(cast: Cast, tmp_path: Path) -> None:
    result = recompra("metrics", "rfm", "-o", tmp_path / "rfm.csv")
    assert result.exit_code == 1
    assert "recompra import" in result.output
    assert not (tmp_path / "rfm.csv").exists()


def test_an_unknown_store_is_refused_and_another_ending_is_wrong_usage(shop: Cast, tmp_path: Path) -> None:
    assert recompra("metrics", "rfm", "--store", "Loja Norte", "-o", tmp_path / "rfm.csv").exit_code == 1
    assert recompra("metrics", "rfm", "-o", tmp_path / "rfm.pdf").exit_code == 2


def test_the_map_has_each_of_the_125_cells_once() -> None:
    rows = json.loads(recompra("metrics", "rfm-map", "--json").output)
    assert len({(row["recency"], row["frequency"], row["monetary"]) for row in rows}) == len(rows) == 125
    named = {(row["recency"], row["frequency"], row["monetary"]): row["name"] for row in rows}
    assert named[5, 5, 5] == "Campeões"
    assert named[4, 5, 4] == "Leais"
    assert named[2, 2, 4] == "Em risco"
    assert named[1, 1, 1] == "Inativos"
    assert named[5, 1, 5] == "Novos promissores"
    assert "555" in recompra("metrics", "rfm-map").output


def test_the_list_names_the_metrics() -> None:
    found = json.loads(recompra("metrics", "list", "--json").output)
    assert {"rfm", "customer_summary"} <= {metric["name"] for metric in found}
    assert "rfm" in recompra("metrics", "list").output


def test_the_moves_between_two_days_as_a_file(shop: Cast, today: dt.date, tmp_path: Path) -> None:
    path = tmp_path / "migration.csv"
    since = today - dt.timedelta(days=50)
    result = recompra("metrics", "rfm-migration", "--from", since, "--to", today, "-o", path, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert (told["customers"], told["cuts_version"], len(told["monetary_edges"])) == (4, None, 4)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(int(row["customers"]) for row in rows) == 4
    assert [row["segment_since"] for row in rows].count("") == len(rows) - 2  # Carla and Davi came in
    assert sum(float(row["ltv_until"]) for row in rows) == pytest.approx(3469.90)
    assert [flow["segment_until"] for flow in told["flows"]] == [row["segment_until"] for row in rows]
    backwards = recompra("metrics", "rfm-migration", "--from", today, "--to", since, "-o", path)
    assert backwards.exit_code == 1
    assert "O primeiro dia deve vir antes do segundo." in backwards.output


def test_what_the_scores_of_a_past_day_bought_as_a_file(shop: Cast, today: dt.date, tmp_path: Path) -> None:
    path = tmp_path / "backtest.csv"
    day = today - dt.timedelta(days=45)
    asked = ("metrics", "rfm-backtest", "--as-of", day, "-o", path)
    result = recompra(*asked, "--days", 40, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["until"] == (today - dt.timedelta(days=5)).isoformat()
    with path.open(newline="") as file:
        rows = {(row["measure"], row["score"]): row for row in csv.DictReader(file)}
    assert rows["all", ""]["share"] == "0.5000"
    assert (rows["new", ""]["net"], rows["new", ""]["lift"]) == ("829.90", "")
    centro = recompra(*asked, "--days", 36, "--store", "centro")
    assert centro.exit_code == 0, centro.output
    not_over = recompra(*asked, "--days", 41)
    assert not_over.exit_code == 1
    assert "As vendas conhecidas terminam em" in not_over.output
    assert recompra(*asked, "--days", 40, "--store", "lua").exit_code == 1
