"""The import that the bench times is the product's own, to the published facts and the scores."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from recompra.bench.import_ import check
from recompra.cli import cli
from recompra.customers.models import Standing
from recompra.demo.files import write
from recompra.demo.shop import Shop

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_what_is_brought_is_published_and_scored_and_timed(tmp_path: Path, warehouse: str) -> None:
    path = write(Shop(40, 1, date(2026, 6, 30)), tmp_path / "files").sales
    result = CliRunner().invoke(cli, ["bench", "bring", str(path)], catch_exceptions=False)
    told = json.loads(result.stdout)
    check(told["report"])
    assert told["report"]["accepted"] == told["report"]["read"] > 40
    assert told["import"]["seconds"] > 0
    assert told["refresh"]["cpu"] > 0
    assert Standing.objects.exists()
