"""Sales are read apart while people are identified: nobody sees a difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from recompra.customers.models import Customer
from recompra.ingest import identify
from recompra.ingest.models import ImportRun
from tests.ingest.bring import HEADER, brought, csv_file, facts, report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]

ANA = ";529.982.247-25;;;S1;Camisa;1;10,00;;Centro;"
LINES = [
    f"1;1;25/10/2024;C1;Ana Souza{ANA}",
    f"2;1;26/10/2024;C1;Ana Lima{ANA}",
    "3;1;27/10/2024;C2;Bruno Lima;111.444.777-35;;;S1;Camisa;1;dez;;Centro;",
    " ; ; ; ; ; ; ; ; ; ; ; ; ; ; ",
    f"4;1;28/10/2024;C1;Ana Souza{ANA}",
    "5;1;29/10/2024;;;;;;S1;Camisa;1;1,00;;Norte;",
]


@pytest.mark.parametrize("many", [0, 100], ids=["the order looked for meanwhile", "the rows waited for"])
def test_the_last_word_of_a_file_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    monkeypatch.setattr(identify, "MANY", many)
    found = report(csv_file(tmp_path, LINES))
    assert list(Customer.objects.order_by("pk").values_list("name", flat=True)) == ["Bruno Lima", "Ana Souza"]
    assert (found["read"], found["blank"], found["quarantine"]) == (5, 1, {"amount_invalid": 1})
    assert found["people"] == {"distinct": 2, "new": 2, "changed": 0, "unidentified": 0, "erased": 0}
    ana = [row["customer_key"] for row in facts("orders")]
    assert (len(ana), len({key for key in ana if key}), ana.count(None)) == (4, 1, 1)
    assert report(csv_file(tmp_path, LINES))["unchanged"] == 4


@pytest.mark.parametrize("many", [0, 100])
def test_a_file_without_rows_is_refused_though_it_is_read_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(identify, "MANY", many)
    run = brought(csv_file(tmp_path, []))
    assert (run.status, run.error) == (ImportRun.Status.DEAD, "O arquivo tem cabeçalho e nenhuma linha.")
    assert not Customer.objects.exists()


def test_what_fails_apart_fails_the_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identify, "MANY", 0)
    monkeypatch.setattr("recompra.ingest.facts._summing", lambda desk: "SELECT error('no such orders')")
    run = brought(csv_file(tmp_path, LINES))
    assert run.status != ImportRun.Status.DONE
    assert not facts("orders")
    monkeypatch.undo()
    assert report(csv_file(tmp_path, LINES))["accepted"] == 4


def test_sales_that_name_nobody_are_read_all_the_same(tmp_path: Path) -> None:
    lines = [";".join(part for at, part in enumerate(line.split(";")) if not 3 <= at <= 7) for line in LINES]
    header = ";".join(part for at, part in enumerate(HEADER.split(";")) if not 3 <= at <= 7)
    found = report(csv_file(tmp_path, lines, header=header))
    assert (found["accepted"], found["people"]["distinct"]) == (4, 0)
