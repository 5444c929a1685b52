"""`recompra metrics recommend`: each list in a file, of everybody or of one, and what it refuses."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from recompra.cli import cli
from recompra.predictions.listing import slices
from recompra.warehouse.schema import orders
from tests.cast import Cast
from tests.predictions.shops import desk
from tests.warehouse.facts import order

FOUND = {
    "personal": {"Bolsa de couro", "Camiseta básica", "Caneca esmaltada", "Casaco de lã"},
    "popular": {"Bolsa de couro", "Camiseta básica", "Caneca esmaltada", "Casaco de lã"},
    "due": {"Caneca esmaltada", "Casaco de lã"},
    "together": set(),
    "up-sell": set(),
    "cross-sell": set(),
    "satisfaction": set(),
    "novelties": set(),
}
"""Of so few orders hardly anything is known."""


def recommend(*words: object) -> Result:
    return CliRunner().invoke(cli, ["metrics", "recommend", *(str(word) for word in words)])


def rows_of(path: Path) -> list[dict[str, Any]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.once
def test_each_list_is_written_with_places_products_and_reasons(shop: Cast, tmp_path: Path) -> None:
    for name, products in FOUND.items():
        path = tmp_path / f"{name}.csv"
        result = recommend("--list", name, "-o", path, "--json")
        assert result.exit_code == 0, result.output
        told, rows = json.loads(result.output), rows_of(path)
        assert (told["list"].replace("_", "-"), told["rows"], told["file"]) == (name, len(rows), str(path))
        assert {row["product_name"] for row in rows} == products, name
        assert all(row["place"] and row["product"] and row["reason"] for row in rows)
        assert "Ana" not in path.read_text()


def test_one_customer_s_list_as_of_a_day_is_told_in_a_sentence(
    shop: Cast, today: dt.date, tmp_path: Path
) -> None:
    path = tmp_path / "ana.csv"
    result = recommend("--list", "due", "--customer", shop.ana.public_id, "--as-of", today, "-o", path)
    assert result.exit_code == 0, result.output
    assert "1 recomendações" in result.output
    (row,) = rows_of(path)
    assert (row["customer"], row["product_name"], row["reason"]) == (
        str(shop.ana.public_id), "Caneca esmaltada", "due",
    )  # fmt: skip
    assert (row["times"], row["people"], row["because"]) == ("1", "", "")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--list", "nada"), 2, "nada"),
        ((), 2, "--list"),
        (("--list", "due", "--as-of", "ontem"), 2, "ontem"),
        (("--list", "due", "--horizon", "0"), 2, "0"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_read(
    words: tuple[str, ...], code: int, said: str, tmp_path: Path
) -> None:
    result = recommend(*words, "-o", tmp_path / "list.csv")
    assert (result.exit_code, said in result.output) == (code, True), result.output
    assert not (tmp_path / "list.csv").exists()


def test_an_unknown_customer_and_an_unknown_kind_of_file_are_refused(shop: Cast, tmp_path: Path) -> None:
    stranger = "00000000-0000-7000-8000-000000000000"
    result = recommend("--list", "due", "--customer", stranger, "-o", tmp_path / "list.csv")
    assert result.exit_code == 1
    result = recommend("--list", "due", "-o", tmp_path / "list.doc")
    assert (result.exit_code, ".parquet" in result.output) == (2, True)


@pytest.mark.parametrize("each", [1, 3, 7, 100])
def test_the_slices_hold_everybody_once_in_the_order_of_their_keys(
    each: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recompra.predictions.listing.EACH", each)
    keys = [1, 2, 5, 5, 40, 41, 900]
    day = dt.date(2026, 6, 1)
    with desk(tmp_path, [order(number, key, day) for number, key in enumerate(keys, 1)]) as held:
        parts = [
            sorted(row["customer_key"] for row in held.rows(part.select("customer_key")))
            for part in slices(held, orders)
        ]
        empty = orders.filter(orders.customer_key < 0)
        assert list(slices(held, empty)) == []
    assert len(parts) == -(-len(set(keys)) // each)
    assert [key for part in parts for key in part] == keys
