"""Who was erased does not come back with a file (C9)."""

from __future__ import annotations

from pathlib import Path

import pytest

from recompra.customers.models import ContactPoint, Customer, ExternalId
from recompra.customers.record import register
from recompra.ingest.models import QuarantinedRow, SeenPerson
from recompra.privacy.blocks.hold import block, standing_blocks
from recompra.privacy.erasure.erase import request_erasure
from recompra.privacy.models import Erasure
from recompra.privacy.permission import may
from recompra.work.drain import drain
from tests.ingest.bring import csv_file, facts, report

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "pedido;data;cliente_id;nome;cpf;email;celular;valor"
CARLA = "C-77;Carla Dias;529.982.247-25;carla@exemplo.org;(41) 98765-4321"
BRUNO = "C-78;Bruno Reis;111.444.777-35;bruno@exemplo.org;(41) 99123-4567"
PEOPLE = "cliente_id;nome;cpf;email;celular"


def sales(folder: Path, *lines: str) -> Path:
    return csv_file(folder, lines, header=HEADER)


def erase_carla() -> None:
    request_erasure(Customer.objects.get(cpf="52998224725"), by=None)
    drain(Erasure, raising=True)


@pytest.fixture
def without_carla(tmp_path: Path, warehouse: str) -> None:
    """A shop that sold to Carla and Bruno, and has forgotten Carla."""
    report(sales(tmp_path, f"1;13/01/2024;{CARLA};10,00", f"2;14/01/2024;{BRUNO};20,00"))
    erase_carla()


@pytest.mark.usefixtures("without_carla")
@pytest.mark.parametrize(
    "said",
    [
        pytest.param(CARLA, id="as before"),
        pytest.param("C-77;;;;", id="by the id alone"),
        pytest.param(";C. Dias;52998224725.0;;", id="by the CPF of a spreadsheet"),
        pytest.param(";Carla;;CARLA@exemplo.org;", id="by the e-mail"),
        pytest.param(";Carla;;;41 8765 4321", id="by the mobile without its ninth digit"),
    ],
)
def test_the_sale_comes_and_the_person_does_not(tmp_path: Path, said: str) -> None:
    found = report(sales(tmp_path, f"3;15/01/2024;{said};30,00", f"4;16/01/2024;{BRUNO};40,00"))
    assert found["people"]["erased"] == 1
    assert found["accepted"] == 2
    assert [row["customer_key"] is None for row in facts("orders")].count(True) == 1
    assert list(Customer.objects.values_list("name", flat=True)) == ["Bruno Reis"]
    assert ContactPoint.objects.count() == 2
    assert ExternalId.objects.count() == 1
    assert SeenPerson.objects.count() == 1


@pytest.mark.usefixtures("without_carla")
@pytest.mark.parametrize(
    "said",
    [
        pytest.param("C-79;Dora Dias;390.533.447-05;dora@exemplo.org;41987654321", id="the same telephone"),
        pytest.param("C-80;Enzo Dias;;carla@exemplo.org;", id="the same e-mail, another id in this shop"),
    ],
)
def test_who_shares_a_contact_with_the_erased_person_is_somebody_else(tmp_path: Path, said: str) -> None:
    found = report(sales(tmp_path, f"5;15/01/2024;{said};30,00"))
    assert found["people"]["erased"] == 0
    assert Customer.objects.count() == 2


@pytest.mark.usefixtures("without_carla")
def test_a_file_of_people_counts_who_was_left_out_and_keeps_no_row(tmp_path: Path) -> None:
    found = report(csv_file(tmp_path, [CARLA, BRUNO, "C-90;Gil Nunes;;gil@exemplo.org;"], header=PEOPLE))
    assert (found["erased"], found["quarantined"]) == (1, 0)
    assert found["people"]["new"] == 1
    assert not QuarantinedRow.objects.exists()


@pytest.mark.usefixtures("without_carla")
@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f"6;99/99/2024;{CARLA};30,00", id="a bad day"),
        pytest.param("6;99/99/2024;C-77;Carla Dias;;;;30,00", id="only the id"),
        pytest.param(f"6;13/01/2024;{CARLA};30,00;too;many", id="too many columns"),
    ],
)
def test_a_broken_row_of_the_erased_person_keeps_its_reason_only(tmp_path: Path, line: str) -> None:
    found = report(sales(tmp_path, line, f"7;16/01/2024;{BRUNO};40,00", f"8;88/01/2024;{BRUNO};40,00"))
    assert found["quarantined"] == 2
    kept = {bool(row.raw): row for row in QuarantinedRow.objects.all()}
    assert "Bruno" in str(kept[True].raw)
    assert kept[False].code


@pytest.mark.usefixtures("without_carla")
def test_who_came_back_of_their_own_will_is_recognised_again(tmp_path: Path) -> None:
    again = register.create({"name": "Carla Dias", "cpf": "529.982.247-25"}, by=None)
    found = report(sales(tmp_path, f"9;17/01/2024;{CARLA};50,00"))
    assert (found["people"]["erased"], found["people"]["new"]) == (0, 0)
    assert ExternalId.objects.get(value="C-77").customer == again


@pytest.mark.usefixtures("without_carla")
def test_a_relative_with_her_telephone_does_not_bring_her_back(tmp_path: Path) -> None:
    report(sales(tmp_path, "5;15/01/2024;C-79;Dora Dias;390.533.447-05;dora@exemplo.org;41987654321;30,00"))
    found = report(sales(tmp_path, f"9;17/01/2024;{CARLA};50,00"))
    assert (found["people"]["erased"], found["people"]["new"]) == (1, 0)
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["Bruno Reis", "Dora Dias"]


@pytest.mark.usefixtures("warehouse")
def test_a_known_record_that_a_file_gives_her_cpf_is_blocked_as_she_was(tmp_path: Path) -> None:
    report(sales(tmp_path, f"1;13/01/2024;{CARLA};10,00", "2;14/01/2024;C-78;Carla D.;;;;20,00"))
    block("52998224725", ["giftback"], "abuso")
    erase_carla()
    found = report(sales(tmp_path, "3;15/01/2024;C-78;Carla D.;529.982.247-25;;;30,00"))
    assert found["people"]["erased"] == 0
    known = Customer.objects.get(cpf="52998224725")
    assert not may(known, "giftback", "").allowed
    assert "eliminação" in standing_blocks(known).get().reason
