"""What a file of products tells: still sold or not, and how many are left."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recompra.ingest.kinds import understand
from tests.ingest.bring import csv_file, facts, report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]

HEADER = "sku;produto;grupo;Situação;Estoque"


def offers() -> dict[str, tuple[bool | None, Any]]:
    """{code: (is it discontinued, how many are left)}."""
    return {row["code"]: (row["is_discontinued"], row["stock"]) for row in facts("products")}


def test_the_situation_and_the_stock_of_each_product_are_read(tmp_path: Path) -> None:
    lines = [
        "S1;Camisa;Roupas;Ativo;12",
        "S2;Saia;Roupas;Descontinuado;3",
        "S3;Cinto;Roupas;INATIVO;",
        "S4;Bolsa;Bolsas;;0",
        "S5;Boné;Bonés;Lançamento;1.204,50",
    ]
    report(csv_file(tmp_path, lines, header=HEADER))
    assert offers() == {
        "S1": (False, Decimal(12)),
        "S2": (True, Decimal(3)),
        "S3": (True, None),
        "S4": (None, Decimal(0)),
        "S5": (False, Decimal("1204.5")),
    }


@pytest.mark.parametrize(
    ("header", "word", "is_gone"),
    [
        ("Ativo", "Sim", False),
        ("Ativo", "N", True),
        ("Ativo", "0", True),
        ("Situação", "A", False),
        ("Situação", "I", True),
        ("Situação", "Fora de linha", True),
        ("Status", "archived", True),
        ("Descontinuado", "Sim", True),
        ("Descontinuado", "não", False),
        ("Fora de linha", "x", True),
        ("Inativo", "2", False),
        ("Bloqueado", "1", True),
    ],
)
def test_the_header_says_which_way_a_yes_points(
    tmp_path: Path, header: str, word: str, *, is_gone: bool
) -> None:
    report(csv_file(tmp_path, [f"S1;Camisa;{word}"], header=f"sku;produto;{header}"))
    assert offers() == {"S1": (is_gone, None)}


def test_a_blank_takes_nothing_away_and_the_latest_word_stands(tmp_path: Path) -> None:
    report(csv_file(tmp_path, ["S1;Camisa;R;Inativo;5", "S2;Saia;R;Ativo;7"], header=HEADER))
    report(csv_file(tmp_path, ["S1;Camisa;R;Ativo;", "S2;Saia;R;;0"], "depois.csv", HEADER))
    assert offers() == {"S1": (False, Decimal(5)), "S2": (False, Decimal(0))}


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = csv_file(tmp_path, ["S1;Camisa;R;Inativo;5,5", "S2;Saia;R;;-2"], header=HEADER)
    report(path)
    assert report(path)["accepted"] == 0
    assert offers() == {"S1": (True, Decimal("5.5")), "S2": (None, Decimal(-2))}


def test_a_sale_leaves_what_was_told_of_the_product(tmp_path: Path) -> None:
    report(csv_file(tmp_path, ["S1;Camisa;R;Inativo;5"], "produtos.csv", HEADER))
    sale = "1;1;25/10/2024;C1;S1;Camisa;1;10,00;Ativo;9"
    report(
        csv_file(tmp_path, [sale], header="pedido;item;data;cliente_id;sku;produto;qtd;preco;ativo;estoque")
    )
    assert offers() == {"S1": (True, Decimal(5))}


def test_a_row_per_store_adds_the_stock_up(tmp_path: Path) -> None:
    lines = [
        "S1;Camisa;Centro;Inativo;4",
        "S1;Camisa;Shopping;Ativo;4",
        "S1;Camisa;Centro;Inativo;6",
        "S2;Saia;Centro;Inativo;1",
        "S2;Saia;Shopping;Inativo;",
    ]
    report(csv_file(tmp_path, lines, header="sku;produto;loja;situacao;saldo"))
    assert offers() == {"S1": (False, Decimal(10)), "S2": (True, Decimal(1))}


def test_words_stand_for_a_stock_and_others_wait(tmp_path: Path) -> None:
    lines = [
        "S1;Camisa;R;;Esgotado",
        "S2;Saia;R;;disponível",
        "S3;Cinto;R;;umas três",
    ]
    found = report(csv_file(tmp_path, lines, header=HEADER))
    assert offers() == {"S1": (None, Decimal(0)), "S2": (None, None)}
    assert found["quarantined"] == 1


def test_a_quoted_file_reads_as_a_plain_one(tmp_path: Path) -> None:
    report(csv_file(tmp_path, ['"S1";"Camisa ""P""";"R";" Inativo ";" 1,5 "'], header=HEADER))
    assert offers() == {"S1": (True, Decimal("1.5"))}


def test_a_plain_code_is_a_products_beside_what_only_products_have() -> None:
    found, kind = understand(["Código", "Nome", "Grupo", "Saldo"], {})
    assert kind == "products"
    assert list(found.values()) == ["product_code", "product_name", "product_group", "stock"]


def test_beside_a_sure_code_a_plain_one_is_none() -> None:
    found, kind = understand(["Código", "SKU", "Descrição", "Status"], {})
    assert (kind, found) == ("products", {1: "product_code", 2: "product_name", 3: "product_status"})


def test_a_file_of_sales_keeps_its_own_situation() -> None:
    found, kind = understand(["pedido", "data", "sku", "preco", "situacao", "estoque"], {})
    assert (kind, found[4]) == ("sales", "status")
    assert 5 not in found


def test_a_file_of_customers_is_none_of_products() -> None:
    _found, kind = understand(["codigo", "nome", "cpf", "situacao"], {})
    assert kind != "products"
