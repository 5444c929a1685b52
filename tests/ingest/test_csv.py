"""A CSV of sales, from the file to the facts."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from recompra.customers.models import ContactPoint, Customer
from recompra.ingest.models import ImportRun
from recompra.warehouse.engine import engine
from tests.ingest.bring import brought, csv_file, facts, report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]

ANA = "C1;Ana Souza;529.982.247-25;ana@exemplo.org;(11) 98765-4321"
BRUNO = "C2;Bruno Lima;111.444.777-35;;(21) 99876-5432"
LINES = [
    f"1001;1;25/10/2024 10:00:00;{ANA};S1;Camisa;2;1.250,50;0,50;Centro;concluído",
    f"1001;2;25/10/2024 10:00:00;{ANA};S2;Calça;1;R$ 100,00;;Centro;concluído",
    f"1002;1;26/10/2024 11:00:00;{BRUNO};S1;Camisa;1;99,90;;Norte;cancelado",
    "1003;1;26/10/2024 11:00:00;;Consumidor Final;;;;S1;Camisa;-1;99,90;;Norte;concluído",
]


def test_the_sales_arrive_to_the_cent(tmp_path: Path) -> None:
    found = report(csv_file(tmp_path, LINES))
    assert (found["read"], found["accepted"], found["quarantined"]) == (4, 4, 0)
    by_kind = {(row["kind"], row["is_cancelled"]): row for row in facts("orders")}
    assert by_kind["sale", False]["net"] == Decimal("2600.50")
    assert by_kind["sale", False]["gross"] == Decimal("2601.00")
    assert by_kind["sale", False]["units"] == 3
    assert by_kind["sale", True]["net"] == Decimal("99.90")
    assert by_kind["return", False]["net"] == Decimal("-99.90")
    assert by_kind["return", False]["customer_key"] is None


def test_the_day_is_the_shops_and_the_instant_is_utc(tmp_path: Path) -> None:
    report(csv_file(tmp_path, [f"1;1;25/10/2024 22:30;{ANA};S1;Camisa;1;10,00;;Centro;"]))
    (order,) = facts("orders")
    assert (str(order["ordered_at"]), str(order["ordered_on"])) == ("2024-10-26 01:30:00", "2024-10-25")


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    path = csv_file(tmp_path, LINES)
    report(path)
    before, version = facts("order_items"), engine(settings.WAREHOUSE_URL).version()
    people = list(Customer.objects.values_list("pk", "updated_at"))
    found = report(path)
    assert (found["accepted"], found["unchanged"]) == (0, 4)
    assert engine(settings.WAREHOUSE_URL).version() == version
    assert facts("order_items") == before
    assert list(Customer.objects.values_list("pk", "updated_at")) == people


def test_a_changed_order_replaces_the_old_one(tmp_path: Path) -> None:
    report(csv_file(tmp_path, LINES))
    found = report(csv_file(tmp_path, [*LINES[:2], LINES[2].replace("cancelado", "concluído"), LINES[3]]))
    assert (found["accepted"], found["unchanged"]) == (1, 3)
    assert all(not row["is_cancelled"] for row in facts("orders"))


def test_an_equal_row_of_an_order_with_item_numbers_is_a_duplicate(tmp_path: Path) -> None:
    found = report(csv_file(tmp_path, [*LINES, LINES[1]]))
    assert (found["duplicated"], found["duplicates"]) == (1, {"equal_row": 1})


def test_another_item_under_the_same_number_waits(tmp_path: Path) -> None:
    found = report(csv_file(tmp_path, [*LINES, LINES[1].replace("100,00", "101,00")]))
    assert found["quarantine"] == {"line_repeated": 1}


def test_equal_rows_without_ids_are_kept_apart_and_stay_so(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path, ["7;20240105;1;10.00", "7;20240105;1;10.00"], header="customer_id;date;quantity;value"
    )
    assert report(path)["accepted"] == 2
    assert report(path)["unchanged"] == 2
    assert sum(row["net"] for row in facts("orders")) == Decimal("20.00")


def test_several_payments_of_an_order_are_summed(tmp_path: Path) -> None:
    lines = ["9;05/01/2024;C1;30,00", "9;05/01/2024;C1;12,50", "10;13/01/2024;C1;1,00"]
    found = report(csv_file(tmp_path, lines, header="pedido;data;cliente_id;valor_pago"))
    assert found["duplicates"] == {"further_payment": 1}
    assert sorted(row["net"] for row in facts("orders")) == [Decimal("1.00"), Decimal("42.50")]


def test_orders_and_items_in_two_files_are_joined(tmp_path: Path) -> None:
    orders = csv_file(
        tmp_path, ["1;2024-01-13;C1", "2;2024-01-14;C1"], "pedidos.csv", "pedido;data;cliente_id"
    )
    items = csv_file(tmp_path, ["1;A;2;5.00", "1;B;1;1.50"], "itens.csv", "pedido;sku;qtd;preco")
    found = report(orders, items)
    assert found["read"] == 4
    assert sorted(row["net"] for row in facts("orders")) == [Decimal("0.00"), Decimal("11.50")]


def test_an_order_whose_items_all_wait_waits_with_them(tmp_path: Path) -> None:
    orders = csv_file(
        tmp_path, ["1;2024-01-13;C1", "2;2024-01-14;C1"], "pedidos.csv", "pedido;data;cliente_id"
    )
    items = csv_file(tmp_path, ["1;A;1;dez", "1;B;1;onze", "2;A;1;5.00"], "itens.csv", "pedido;sku;qtd;preco")
    found = report(orders, items)
    assert (found["read"], found["accepted"]) == (5, 2)
    assert found["quarantine"] == {"amount_invalid": 2, "items_set_aside": 1}
    assert found["figures"]["orders"] == len(facts("orders")) == 1
    mended = csv_file(tmp_path, ["1;A;1;10.00", "1;B;1;11.00"], "mais.csv", "pedido;sku;qtd;preco")
    found = report(csv_file(tmp_path, ["1;2024-01-13;C1"], "pedido.csv", "pedido;data;cliente_id"), mended)
    assert (found["accepted"], found["quarantined"]) == (3, 0)
    assert sorted(row["net"] for row in facts("orders")) == [Decimal("5.00"), Decimal("21.00")]


def test_an_order_row_that_comes_twice_doubles_no_item(tmp_path: Path) -> None:
    orders = csv_file(
        tmp_path, ["1;2024-01-13;C1", "1;2024-01-13;C1"], "pedidos.csv", "pedido;data;cliente_id"
    )
    found = report(orders, csv_file(tmp_path, ["1;A;1;5.00"], "itens.csv", "pedido;sku;qtd;preco"))
    assert (found["read"], found["accepted"], found["duplicates"]) == (3, 2, {"order_repeated": 1})
    assert [row["net"] for row in facts("orders")] == [Decimal("5.00")]


def test_an_item_of_an_unknown_order_waits(tmp_path: Path) -> None:
    orders = csv_file(tmp_path, ["1;2024-01-13;C1"], "pedidos.csv", "pedido;data;cliente_id")
    items = csv_file(tmp_path, ["1;A;1;5.00", "9;A;1;5.00"], "itens.csv", "pedido;sku;qtd;preco")
    assert report(orders, items)["quarantine"] == {"date_missing": 1}


def test_rows_in_another_order_give_the_same_facts(tmp_path: Path) -> None:
    report(csv_file(tmp_path, LINES))
    before = facts("orders"), facts("order_items"), facts("products")
    assert report(csv_file(tmp_path, LINES[::-1]))["accepted"] == 0
    assert (facts("orders"), facts("order_items"), facts("products")) == before


def test_a_dry_run_tells_all_and_writes_nothing(tmp_path: Path) -> None:
    found = report(csv_file(tmp_path, LINES), dry_run=True)
    assert (found["accepted"], found["people"]["new"]) == (4, 2)
    assert not Customer.objects.exists()
    assert engine(settings.WAREHOUSE_URL).version() == ""


def test_a_spreadsheets_dates_are_asked_for_when_nothing_tells(tmp_path: Path) -> None:
    lines = [LINES[0].replace("25/10", "02/10")]
    run = brought(csv_file(tmp_path, lines))
    assert run.status == ImportRun.Status.DEAD
    assert run.question["kind"] == "date_order"
    assert "--date-order dmy" in run.error
    report(csv_file(tmp_path, lines), date_order="mdy")
    assert str(facts("orders")[0]["ordered_on"]) == "2024-02-10"


def test_a_mapping_once_given_is_kept_for_the_source(tmp_path: Path) -> None:
    path = csv_file(tmp_path, ["13/01/2024;5,00;7"], header="Dt. Mov.;Vlr;Cod")
    assert brought(path).question["kind"] == "mapping"
    report(path, mapping={"Dt. Mov.": "ordered_at", "Vlr": "line_total", "Cod": "customer_id"})
    assert report(path)["unchanged"] == 1


def test_customers_alone_are_read_and_nothing_is_sold(tmp_path: Path) -> None:
    found = report(
        csv_file(tmp_path, ["Ana;529.982.247-25;11987654321", "Ninguém;;"], header="nome;cpf;celular")
    )
    assert (found["accepted"], found["quarantine"]) == (1, {"person_unidentified": 1})
    assert Customer.objects.get().cpf == "52998224725"
    assert ContactPoint.objects.get().value == "5511987654321"


def test_no_person_stands_in_the_facts_or_the_report(tmp_path: Path) -> None:
    found = report(csv_file(tmp_path, LINES))
    told = repr(found) + "".join(
        repr(facts(table)) for table in ("orders", "order_items", "products", "stores")
    )
    for secret in ("Ana", "529", "52998224725", "98765", "exemplo.org", "1001"):
        assert not re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", told)  # keys are long random numbers


@pytest.mark.parametrize("written", ["2025-06-02", "02/06/2025"])
def test_a_products_launch_day_is_read_as_the_shop_writes_it(tmp_path: Path, written: str) -> None:
    header = "pedido;data;sku;produto;lancamento;qtd;preco"
    path = csv_file(tmp_path, [f"1;15/07/2025;VELA;Vela;{written};1;30,00"], header=header)
    report(path)
    assert [row["launched_on"] for row in facts("products")] == [dt.date(2025, 6, 2)]
