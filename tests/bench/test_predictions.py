"""The benches of predictions measure what they say: every kind of shop, and every customer."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from recompra.bench.accuracy import told
from recompra.bench.facts import make_batch
from recompra.bench.futures import SHOPS, UNTIL, batch
from recompra.bench.predict_run import predict
from recompra.cli import cli
from recompra.predictions.part import Asked
from recompra.warehouse.duck import DuckEngine
from tests.predictions.test_products import loyal, shop

pytestmark = pytest.mark.once


@pytest.mark.parametrize("kind", SHOPS)
def test_a_shop_is_always_the_same_and_ends_on_its_last_day(kind: str, tmp_path: Path) -> None:
    one, other = (batch(kind, 300, 5, tmp_path / place).orders for place in ("one", "other"))
    assert one is not None
    assert other is not None
    assert one.read_bytes() == other.read_bytes()
    rows = duckdb.execute(
        "SELECT count(DISTINCT customer_key), max(ordered_on), min(net) FROM read_parquet(?)", [str(one)]
    )
    customers, last, least = rows.fetchall()[0]
    assert customers == 300
    assert last <= UNTIL
    assert least > 0


def test_the_future_of_a_grocery_is_known(tmp_path: Path) -> None:
    store = DuckEngine.at(f"duckdb:{tmp_path / 'facts'}")
    store.apply(batch("grocery", 300, 5, tmp_path))
    found = told(store, Asked(UNTIL.replace(year=2025), 30, 180))
    everybody, active = found["everybody"], found["active"]
    assert set(everybody.plain) == {"recency", "btyd"}
    assert everybody.found.auc is not None
    assert min(everybody.found.auc, *everybody.plain.values()) > 0.9
    assert everybody.chance["ratio"] < active.chance["ratio"]  # fewer people, more chance
    store.close()


@pytest.mark.slow
def test_everybody_is_predicted(tmp_path: Path) -> None:
    store = DuckEngine.at(f"duckdb:{tmp_path / 'facts'}")
    store.apply(make_batch(tmp_path / "parquet", 10_000))
    found = predict(store)
    assert found["customers"] > 500
    assert all(found[part]["cpu"] > 0 for part in ("value", "churn"))
    store.close()


def test_recommending_to_a_tiny_home_counts_everybody_and_writes_nothing(tmp_path: Path) -> None:
    shop(tmp_path, loyal(20), 15).close()
    before = sorted(path.stat().st_mtime_ns for path in (tmp_path / "facts").rglob("*.duckdb"))
    result = CliRunner().invoke(cli, ["bench", "recommend", "--home", str(tmp_path), "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert (found[0]["unit"], found[0]["value"]) == ("clientes", 20)
    assert all(one["value"] >= 0 for one in found)
    assert sorted(path.stat().st_mtime_ns for path in (tmp_path / "facts").rglob("*.duckdb")) == before


def test_a_home_that_is_not_there_cannot_be_measured(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["bench", "recommend", "--home", str(tmp_path / "nada")])
    assert result.exit_code == 2
