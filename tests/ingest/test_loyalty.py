"""Who is in a loyalty programme comes with a file: in which tier, since when, and until when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from recompra.customers.models import Customer, Membership
from tests.ingest.bring import brought, csv_file, report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]
HEADER = "CPF;Nome;Programa;Categoria;Membro desde"
ANA, BRUNO = "529.982.247-25", "111.444.777-35"


def members() -> list[tuple[str, str, str, str, str]]:
    """(name, programme, tier, joined, left) of everybody."""
    rows = Membership.objects.order_by("customer__name", "program").select_related("customer")
    return [
        (row.customer.name, row.program, row.tier, str(row.joined_on or ""), str(row.left_on or ""))
        for row in rows
    ]


def test_a_file_of_members_is_recognised_by_its_headers(tmp_path: Path) -> None:
    found = report(
        csv_file(
            tmp_path,
            [f"{ANA};Ana;Clube Aurora;Ouro;25/03/2024", f"{BRUNO};Bruno;Clube Aurora;Prata;"],
            header=HEADER,
        )
    )
    assert (found["holds"], found["accepted"]) == ("loyalty", 2)
    assert found["members"] == {"new": 2, "changed": 0, "unchanged": 0}
    assert found["figures"]["members"] == {"Clube Aurora": 2}
    assert members() == [
        ("Ana", "Clube Aurora", "Ouro", "2024-03-25", ""),
        ("Bruno", "Clube Aurora", "Prata", "", ""),
    ]


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    file = csv_file(tmp_path, [f"{ANA};Ana;Clube;Ouro;25/03/2024"], header=HEADER)
    report(file)
    found = report(file)
    assert (found["accepted"], found["unchanged"]) == (0, 1)
    assert found["members"] == {"new": 0, "changed": 0, "unchanged": 1}


def test_a_tier_is_renewed_and_never_blanked(tmp_path: Path) -> None:
    report(csv_file(tmp_path, [f"{ANA};Ana;Clube;Prata;25/03/2024"], header=HEADER))
    found = report(csv_file(tmp_path, [f"{ANA};Ana;Clube;Ouro;"], header=HEADER))
    assert (found["accepted"], found["members"]["changed"]) == (1, 1)
    report(csv_file(tmp_path, [f"{ANA};Ana;Clube;;"], header=HEADER))
    assert members() == [("Ana", "Clube", "Ouro", "2024-03-25", "")]


def test_what_is_renewed_is_a_new_row_for_who_looks_for_news(tmp_path: Path) -> None:
    report(csv_file(tmp_path, [f"{ANA};Ana;Clube;Prata;", f"{BRUNO};Bruno;Clube;Prata;"], header=HEADER))
    last = Membership.objects.latest("pk").pk
    report(csv_file(tmp_path, [f"{ANA};Ana;Clube;Ouro;", f"{BRUNO};Bruno;Clube;Prata;"], header=HEADER))
    assert [row.customer.name for row in Membership.objects.filter(pk__gt=last)] == ["Ana"]
    assert Membership.objects.count() == 2


def test_one_programme_however_it_is_spelled(tmp_path: Path) -> None:
    report(csv_file(tmp_path, [f"{ANA};Ana;Clube Época;Ouro;"], header=HEADER))
    rows = [f"{ANA};Ana;CLUBE  EPOCA;OURO;25/03/2024", f"{BRUNO};Bruno;clube época;ouro;"]
    report(csv_file(tmp_path, rows, header=HEADER))
    assert {(row[1], row[2]) for row in members()} == {("Clube Época", "Ouro")}
    assert Membership.objects.count() == 2


def test_several_programmes_and_the_later_row_wins(tmp_path: Path) -> None:
    rows = [f"{ANA};Ana;Clube;Prata;25/03/2024", f"{ANA};Ana;Mães;;", f"{ANA};Ana;Clube;Ouro;"]
    report(csv_file(tmp_path, rows, header=HEADER))
    assert members() == [("Ana", "Clube", "Ouro", "2024-03-25", ""), ("Ana", "Mães", "", "", "")]


def test_who_left_stays_on_record_and_may_come_back(tmp_path: Path) -> None:
    header = "email;programa;nivel;desde;situacao;data_saida"
    report(csv_file(tmp_path, ["ana@exemplo.org;Clube;Ouro;25/03/2024;ativo;"], header=header))
    report(csv_file(tmp_path, ["ana@exemplo.org;Clube;Ouro;;cancelado;30/04/2025"], header=header))
    assert Membership.objects.get().left_on == dt.date(2025, 4, 30)
    report(csv_file(tmp_path, ["ana@exemplo.org;Clube;Ouro;;ativo;"], header=header))
    assert Membership.objects.get().left_on is None


def test_who_left_without_a_day_left_when_the_file_said_so(tmp_path: Path) -> None:
    header = "email;programa;ativo"
    file = csv_file(tmp_path, ["ana@exemplo.org;Clube;não", "bia@exemplo.org;Clube;sim"], header=header)
    report(file)
    left = dict(Membership.objects.values_list("customer__contact_points__value", "left_on"))
    assert left == {"ana@exemplo.org": timezone.localdate(), "bia@exemplo.org": None}
    assert report(file)["accepted"] == 0


def test_a_file_without_a_programme_is_of_the_one_there_is(tmp_path: Path) -> None:
    report(csv_file(tmp_path, [f"{ANA};Ouro"], header="cpf;nível"))
    assert Membership.objects.get().program == "Fidelidade"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"{ANA};Ana;;Ouro;25/03/2024", "membership_missing"),
        (f"{ANA};Ana;Clube;Ouro;31/02/2024", "date_invalid"),
        (f"{ANA};Ana;Clube;Ouro;25/03/2999", "date_out_of_range"),
        (";Ana;Clube;Ouro;25/03/2024", "person_unidentified"),
        ("000.000.000-00;Ana;Clube;Ouro;25/03/2024", "person_unidentified"),
    ],
)
def test_a_row_that_cannot_be_a_member_waits_with_its_reason(tmp_path: Path, line: str, code: str) -> None:
    found = report(csv_file(tmp_path, [line, f"{BRUNO};Bruno;Clube;Prata;25/03/2024"], header=HEADER))
    assert found["quarantine"] == {code: 1}
    assert [row[0] for row in members()] == ["Bruno"]


def test_only_checked_means_nothing_is_written(tmp_path: Path) -> None:
    report(csv_file(tmp_path, [f"{BRUNO};Bruno;Clube;Prata;"], header=HEADER))
    rows = [f"{ANA};Ana;Clube;Ouro;", f"{BRUNO};Bruno;Clube;Ouro;"]
    found = report(csv_file(tmp_path, rows, header=HEADER), dry_run=True)
    assert found["members"] == {"new": 1, "changed": 1, "unchanged": 0}
    assert [(row[0], row[2]) for row in members()] == [("Bruno", "Prata")]


def test_a_register_of_customers_is_no_programme(tmp_path: Path) -> None:
    header = "cpf;nome;categoria;data_cadastro;status"
    found = report(csv_file(tmp_path, [f"{ANA};Ana;A;25/03/2024;ativo"], header=header))
    assert found["holds"] == "people"
    assert not Membership.objects.exists()


def test_sales_with_a_category_stay_sales(tmp_path: Path) -> None:
    header = "pedido;data;cpf;produto;categoria;valor"
    found = report(csv_file(tmp_path, [f"1;25/03/2024;{ANA};Caneca;Casa;10,00"], header=header))
    assert found["holds"] == "sales"


def test_a_shops_own_words_are_learned(tmp_path: Path) -> None:
    file = csv_file(tmp_path, [f"{ANA};Diamante"], header="cpf;selo")
    assert brought(file).report["holds"] == "people"
    found = report(file, mapping={"selo": "tier"})
    assert found["holds"] == "loyalty"
    assert Membership.objects.get().tier == "Diamante"


def test_whoever_is_erased_takes_the_membership_along(tmp_path: Path) -> None:
    report(csv_file(tmp_path, [f"{ANA};Ana;Clube;Ouro;"], header=HEADER))
    Customer.objects.all().delete()
    assert not Membership.objects.exists()
