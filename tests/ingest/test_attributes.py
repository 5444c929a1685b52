"""What a file tells of its products besides the columns that everybody knows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recompra.ingest import attributes
from tests.ingest.bring import csv_file, facts, report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]

SALES = "pedido;item;data;cliente_id;sku;produto;qtd;preco;atributo: Tamanho;Attribute:Coleção;vendedor"


def told() -> dict[str, dict[str, str]]:
    """{code of the product: its attributes}."""
    return {row["code"]: json.loads(row["attributes"] or "{}") for row in facts("products")}


def test_a_header_says_that_its_column_is_an_attribute(tmp_path: Path) -> None:
    lines = ["1;1;25/10/2024;C1;S1;Camisa;1;10,00;M;Verão;Rui", "1;2;25/10/2024;C1;S2;Cinto;1;5,00; ;;Rui"]
    found = report(csv_file(tmp_path, lines, header=SALES))
    assert told() == {"S1": {"Tamanho": "M", "Coleção": "Verão"}, "S2": {}}
    (part,) = found["mapping"]
    assert (part["attributes"], part["ignored"]) == (["Tamanho", "Coleção"], ["vendedor"])


def test_every_unknown_column_of_a_file_of_products_is_one(tmp_path: Path) -> None:
    report(
        csv_file(tmp_path, ['S1;Camisa;"100% ""linho""";P', "S2;Cinto;;"], header="sku;produto;Tecido;Tam.")
    )
    assert told() == {"S1": {"Tecido": '100% "linho"', "Tam.": "P"}, "S2": {}}


def test_the_latest_row_tells_and_a_blank_takes_nothing_away(tmp_path: Path) -> None:
    header = "sku;produto;Tecido;Tamanho"
    path = csv_file(tmp_path, ["S1;Camisa;algodão;P", "S1;Camisa;linho;P"], header=header)
    report(path)
    assert (
        report(csv_file(tmp_path, ["S1;Camisa;;M"], "mais.csv", header))["facts"]["products"]["changed"] == 1
    )
    assert told() == {"S1": {"Tecido": "linho", "Tamanho": "M"}}


def test_the_same_attributes_again_change_nothing(tmp_path: Path) -> None:
    path = csv_file(tmp_path, ["S1;Camisa;linho;P", "S2;Saia;;G"], header="sku;produto;Tecido;Tamanho")
    report(path)
    assert report(path)["accepted"] == 0


def test_what_the_shop_left_out_is_no_attribute(tmp_path: Path) -> None:
    path = csv_file(tmp_path, ["S1;Camisa;12,00;P"], header="sku;produto;Custo;Tamanho")
    report(path, mapping={"Custo": ""})
    assert told() == {"S1": {"Tamanho": "P"}}


def test_a_file_of_customers_brings_none(tmp_path: Path) -> None:
    assert attributes.found(["cpf", "atributo: Tamanho"], {0: "document"}, [], "people") == {}


def test_a_file_never_brings_more_than_a_page_can_show() -> None:
    headers = [f"coluna {number}" for number in range(100)]
    assert len(attributes.found(headers, {}, [], "products")) == attributes.MOST
