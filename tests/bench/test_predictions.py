"""The benches of predictions measure what they say: every kind of shop, and every customer."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from recompra.bench.accuracy import told
from recompra.bench.facts import make_batch
from recompra.bench.futures import SHOPS, UNTIL, batch
from recompra.bench.predict_run import predict
from recompra.predictions.part import Asked
from recompra.warehouse.duck import DuckEngine

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
    found, plain = told(store, Asked(UNTIL.replace(year=2025), 30, 180))
    assert set(plain) == {"recency", "btyd"}
    assert found.auc is not None
    assert min(found.auc, *plain.values()) > 0.9
    store.close()


@pytest.mark.slow
def test_everybody_is_predicted(tmp_path: Path) -> None:
    store = DuckEngine.at(f"duckdb:{tmp_path / 'facts'}")
    store.apply(make_batch(tmp_path / "parquet", 10_000))
    found = predict(store)
    assert found["customers"] > 500
    assert all(found[part]["cpu"] > 0 for part in ("value", "churn"))
    store.close()
