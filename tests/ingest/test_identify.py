"""Who is who: by id, then document, then e-mail, then mobile; and what an import may say of a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from recompra.customers.models import ContactPoint, Customer
from recompra.ingest.models import ImportRun, SeenPerson
from recompra.privacy.models import Consent, ConsentEvent
from tests.ingest.bring import csv_file, facts, report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]
HEADER = "pedido;data;cliente_id;nome;cpf;email;celular;aceita_contato;valor"


def sale(
    number: int,
    *,
    code: str = "",
    name: str = "",
    cpf: str = "",
    email: str = "",
    mobile: str = "",
    ok: str = "",
) -> str:
    return f"{number};13/01/2024;{code};{name};{cpf};{email};{mobile};{ok};10,00"


def brought(folder: Path, *lines: str) -> None:
    report(csv_file(folder, lines, header=HEADER))


def test_one_person_by_cpf_however_it_is_written(tmp_path: Path) -> None:
    brought(tmp_path, sale(1, cpf="529.982.247-25"), sale(2, cpf="52998224725"), sale(3, cpf="52998224725.0"))
    assert Customer.objects.count() == 1
    assert len({row["customer_key"] for row in facts("orders")}) == 1


def test_the_ninth_digit_makes_no_second_person(tmp_path: Path) -> None:
    brought(
        tmp_path, sale(1, name="Ana", mobile="11 98765-4321"), sale(2, name="Ana", mobile="(11) 8765-4321")
    )
    assert Customer.objects.count() == ContactPoint.objects.count() == 1


def test_a_family_that_shares_a_telephone_stays_apart(tmp_path: Path) -> None:
    brought(
        tmp_path,
        sale(1, name="Ana", cpf="529.982.247-25", mobile="11987654321"),
        sale(2, name="Bruno", cpf="111.444.777-35", mobile="11987654321"),
    )
    assert Customer.objects.count() == 2


def test_the_shops_own_ids_keep_two_people_with_one_email_apart(tmp_path: Path) -> None:
    brought(
        tmp_path, sale(1, code="7", email="casa@exemplo.org"), sale(2, code="8", email="casa@exemplo.org")
    )
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    "line",
    [
        sale(1, name="CONSUMIDOR FINAL", code="1", mobile="11987654321"),
        sale(1, code="0"),
        sale(1, cpf="000.000.000-00"),
        sale(1, email="naotem@naotem.com"),
        sale(1),
    ],
)
def test_nobody_is_nobody(tmp_path: Path, line: str) -> None:
    brought(tmp_path, line)
    assert not Customer.objects.exists()
    assert [row["customer_key"] for row in facts("orders")] == [None]


def test_an_import_fills_and_renews_but_never_blanks(tmp_path: Path) -> None:
    brought(tmp_path, sale(1, code="7", name="Ana", email="ana@exemplo.org"))
    brought(tmp_path, sale(2, code="7", name="Ana Souza", cpf="529.982.247-25"))
    brought(tmp_path, sale(3, code="7"))
    ana = Customer.objects.get()
    assert (ana.name, ana.cpf) == ("Ana Souza", "52998224725")
    assert ContactPoint.objects.get().value == "ana@exemplo.org"


def test_consent_may_fall_and_never_rises(tmp_path: Path) -> None:
    brought(tmp_path, sale(1, code="7", ok="não"))
    brought(tmp_path, sale(2, code="7", name="Ana", ok="sim"))
    assert Customer.objects.get().accepts_contact is False
    brought(tmp_path, sale(3, code="8", ok="sim"))
    brought(tmp_path, sale(4, code="8", name="Bia", ok="não"))
    assert not Customer.objects.filter(accepts_contact=True).exists()


def test_what_a_file_says_of_contact_stands_in_the_ledger(tmp_path: Path) -> None:
    brought(tmp_path, sale(1, code="7", ok="sim"), sale(2, code="8"))
    brought(tmp_path, sale(3, code="7", name="Ana", ok="não"))
    runs = ImportRun.objects.order_by("pk").values_list("pk", flat=True)
    told = ConsentEvent.objects.order_by("pk").values_list("action", "origin", "evidence")
    assert list(told) == [
        ("grant", "import", f"importação #{runs[0]}"),
        ("revoke", "import", f"importação #{runs[1]}"),
    ]
    assert Consent.objects.get().state == "revoke"


def test_whoever_was_forgotten_takes_the_fingerprint_along(tmp_path: Path) -> None:
    brought(tmp_path, sale(1, code="7", name="Carla"))
    Customer.objects.all().delete()
    assert not SeenPerson.objects.exists()
