"""Spreadsheets, Parquet and packed files, as shops have them: they bring what the same CSV would bring."""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from recompra.customers.models import ContactPoint, Customer
from tests.ingest.bring import facts, report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]

HEADERS = ["Nº do Pedido", "Item", "Data da Venda", "Nome", "CPF", "Celular", "SKU", "Qtde", "Preço", "Total"]
SERIAL = 45_590.4375  # 25/10/2024 10:30, as a spreadsheet counts days
CPF_AS_NUMBER = 1234567890.0  # a CPF that begins with 0 and was typed as a number
CPF = "01234567890"


def spreadsheet(folder: Path, *, titled: bool = False) -> Path:
    path = folder / "vendas.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Leia-me").write(0, 0, "Exportado do sistema da loja")
        sheet = book.add_worksheet("Vendas")
        top = 0
        if titled:
            sheet.write(0, 0, "Loja Exemplo: vendas de outubro")
            top = 3
        day = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet.write_row(top, 0, HEADERS)
        moment = dt.datetime(2024, 10, 25, 10, 30)  # noqa: DTZ001 (a spreadsheet knows no zone)
        for at, (item, quantity, price) in enumerate(((1, 2, 1250.5), (2, 1, 0.1)), start=top + 1):
            sheet.write_row(at, 0, [1001.0, item])
            sheet.write_datetime(at, 2, moment, day)
            sheet.write_row(at, 3, ["Ana Souza", CPF_AS_NUMBER, 11987654321.0, f"S{item}", quantity, price])
            sheet.write_formula(at, 9, f"=H{at + 1}*I{at + 1}", value=quantity * price)
    return path


def assert_the_two_lines_of_ana() -> None:
    (order,) = facts("orders")
    assert (order["net"], order["units"]) == (Decimal("2501.10"), 3)
    assert (str(order["ordered_at"]), str(order["ordered_on"])) == ("2024-10-25 13:30:00", "2024-10-25")
    assert sorted(line["net"] for line in facts("order_items")) == [Decimal("0.10"), Decimal("2501.00")]
    customer = Customer.objects.get()
    assert (customer.name, customer.cpf) == ("Ana Souza", CPF)
    assert ContactPoint.objects.get().value == "5511987654321"


@pytest.mark.parametrize("titled", [False, True])
def test_a_spreadsheet_with_numbers_for_documents_and_formulas(tmp_path: Path, titled: bool) -> None:
    path = spreadsheet(tmp_path, titled=titled)
    found = report(path, source="excel")
    assert (found["read"], found["accepted"], found["quarantined"]) == (2, 2, 0)
    assert found["files"][0]["sheet"] == "Vendas"
    assert_the_two_lines_of_ana()
    assert report(path, source="excel")["unchanged"] == 2


def test_a_value_by_formula_alone(tmp_path: Path) -> None:
    path = tmp_path / "valores.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["data", "cod_cliente", "valor"])
        sheet.write_row(1, 0, [SERIAL, 7.0])
        sheet.write_formula(1, 2, "=10/3", value=3.3333333333333335)
        sheet.write_row(2, 0, ["26/10/2024", "8", "R$ 1.234,56"])
    report(path, source="excel")
    by_day = {str(order["ordered_on"]): order["net"] for order in facts("orders")}
    assert by_day == {"2024-10-25": Decimal("3.33"), "2024-10-26": Decimal("1234.56")}


def test_a_broken_cell_waits_and_the_sheet_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "erros.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["data", "cod_cliente", "valor"])
        sheet.write_row(1, 0, [SERIAL, 7])
        sheet.write_formula(1, 2, "=1/0", value="#DIV/0!")
        sheet.write_row(2, 0, [SERIAL, 8, 12.5])
        sheet.write_row(9, 0, [SERIAL + 1, 8, 1])
    found = report(path, source="excel")
    assert (found["accepted"], found["blank"], found["quarantined"]) == (2, 6, 1)


@pytest.mark.parametrize("money", [pa.decimal128(12, 2), pa.float64(), pa.string()])
def test_a_parquet_file_with_types(tmp_path: Path, money: pa.DataType) -> None:
    path = tmp_path / "vendas.parquet"
    moment = dt.datetime(2024, 10, 25, 13, 30, tzinfo=dt.UTC)
    prices = [Decimal("1250.50"), Decimal("0.10")]
    table = pa.table(
        {
            "order_id": pa.array([1001, 1001]),
            "line_id": pa.array([1, 2], pa.int16()),
            "ordered_at": pa.array([moment, moment], pa.timestamp("us", tz="UTC")),
            "customer_name": ["Ana Souza", "Ana Souza"],
            "cpf": pa.array([float(CPF), float(CPF)]),
            "mobile": pa.array([11987654321, 11987654321]),
            "sku": ["S1", "S2"],
            "quantity": pa.array([2, 1], pa.int32()),
            "unit_price": pa.array([str(p) for p in prices] if money == pa.string() else prices).cast(money),
            "tags": pa.array([["a"], None], pa.list_(pa.string())),
        }
    )
    pq.write_table(table, path)
    assert report(path, source="parquet")["accepted"] == 2
    assert_the_two_lines_of_ana()
    assert report(path, source="parquet")["unchanged"] == 2


def test_a_parquet_file_with_plain_days(tmp_path: Path) -> None:
    path = tmp_path / "dias.parquet"
    days = pa.array([dt.date(2024, 10, 2), dt.date(2024, 10, 3)])
    pq.write_table(pa.table({"date": days, "customer_id": [1, 2], "value": [1.0, 2.5]}), path)
    report(path, source="parquet")
    assert [str(o["ordered_on"]) for o in sorted(facts("orders"), key=lambda o: o["ordered_on"])] == [
        "2024-10-02",
        "2024-10-03",
    ]


def test_the_same_sales_packed_in_each_way_are_the_same_sales(tmp_path: Path) -> None:
    content = b"pedido;item;data;cliente;valor\n1;1;25/10/2024;C1;10,00\n1;2;25/10/2024;C1;5,00\n"
    (tmp_path / "v.csv").write_bytes(content)
    (tmp_path / "v.csv.gz").write_bytes(gzip.compress(content))
    with zipfile.ZipFile(tmp_path / "v.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/vendas.csv", content)
    report(tmp_path / "v.csv")
    before = facts("orders"), facts("order_items")
    for packed in ("v.csv.gz", "v.zip"):
        assert report(tmp_path / packed)["unchanged"] == 2
    assert (facts("orders"), facts("order_items")) == before
