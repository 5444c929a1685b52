"""`recompra metrics churn`: everybody's risk in a file, or why there is none."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from recompra.cli import cli
from recompra.predictions.part import NOT_ENOUGH
from recompra.warehouse.engine import engine
from tests.cast import Cast
from tests.predictions.shops import lively
from tests.twelve_orders import ANA
from tests.warehouse.facts import batch

pytestmark = pytest.mark.django_db


def asked(path: Path, as_of: dt.date, *words: str) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The command's answer and the rows of its file."""
    result = CliRunner().invoke(
        cli, ["metrics", "churn", "--as-of", as_of.isoformat(), "-o", str(path), "--json", *words]
    )
    assert result.exit_code == 0, result.output
    with path.open(newline="") as file:
        return json.loads(result.output), list(csv.DictReader(file))


def test_everybody_has_a_risk_and_a_customer_is_a_public_id(
    cast: Cast, warehouse: str, today: dt.date, tmp_path: Path
) -> None:
    """Of 150 customers of the sales one is Ana; the others are forgotten people."""
    rows = [row | {"customer_key": row["customer_key"] + ANA - 1} for row in lively(today, customers=150)]
    engine(warehouse).apply(batch(tmp_path, 1, rows))
    told, found = asked(tmp_path / "churn.csv", today, "--horizon", "60")
    assert (told["customers"], len(found), told["horizon_days"]) == (150, 150, 60)
    assert (told["is_shown"], told["parameters"]["active_days"]) == (True, 180)
    ana = next(row for row in found if row["customer"] == str(cast.ana.public_id))
    assert 0 < float(ana["churn_risk"]) < 1
    assert {row["is_active"] for row in found} == {"true", "false"}
    assert "Ana" not in (tmp_path / "churn.csv").read_text()


def test_the_command_says_so_where_there_is_too_little(shop: Cast, today: dt.date, tmp_path: Path) -> None:
    told, found = asked(tmp_path / "churn.csv", today, "--horizon", "60", "--active", "90")
    assert (told["customers"], told["is_shown"], told["reason"]) == (0, False, NOT_ENOUGH)
    assert (told["horizon_days"], told["active_days"], found) == (60, 90, [])
