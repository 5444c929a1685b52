"""What an import changes in a record that was known stands in its change log."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event, Thread

import pytest
from django.db import connections

from recompra.customers.models import Change, Customer
from recompra.customers.record.register import amend
from recompra.customers.record.undo import undo
from recompra.ingest import resolve
from recompra.ingest.models import ImportRun
from tests.ingest.bring import csv_file, report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]
HEADER = "pedido;data;cliente_id;nome;cpf;email;celular;nascimento;cidade;aceita_contato;valor"


def bring(folder: Path, *lines: str) -> None:
    report(csv_file(folder, lines, header=HEADER))


def test_an_import_that_changes_a_known_customer_says_what_and_which(tmp_path: Path) -> None:
    bring(tmp_path, "1;13/01/2024;7;Ana;52998224725;ana@example.com;;;Curitiba;;10,00")
    assert not Change.objects.exists()
    ana = Customer.objects.get()
    bring(
        tmp_path,
        "2;14/01/2024;7;Ana Souza;52998224725;a.souza@example.com;41987654321;14/03/1990;;nao;10,00",
    )
    change = Change.objects.get()
    run = ImportRun.objects.order_by("pk").last()
    assert run is not None
    ana.refresh_from_db()
    assert (change.customer, change.origin, change.reason) == (ana, "import", f"importação #{run.pk}")
    assert (change.version, ana.version) == (2, 2)
    assert {(one["field"], one["before"], one["after"]) for one in change.fields} == {
        ("name", "Ana", "Ana Souza"),
        ("birth_date", "", "1990-03-14"),
        ("accepts_contact", "", "no"),
        ("email", "", "a.souza@example.com"),
        ("mobile", "", "5541987654321"),
    }
    assert change.names == ",accepts_contact,birth_date,email,mobile,name,"


def test_a_new_way_to_reach_a_known_customer_counts_as_a_version(tmp_path: Path) -> None:
    bring(tmp_path, "1;13/01/2024;7;Ana;;ana@example.com;;;;;10,00")
    bring(tmp_path, "2;14/01/2024;7;Ana;;a.souza@example.com;;;;;10,00")
    change = Change.objects.get()
    assert (change.version, Customer.objects.get().version) == (2, 2)
    assert change.fields == [{"field": "email", "before": "", "after": "a.souza@example.com"}]
    undo(change, by=None)
    assert Customer.objects.get().contact_points.get().value == "ana@example.com"


def test_the_same_file_again_changes_nothing_and_leaves_a_correction(tmp_path: Path) -> None:
    line = "1;13/01/2024;7;Ana;52998224725;ana@example.com;;14/03/1990;Curitiba;;10,00"
    bring(tmp_path, line)
    amend(Customer.objects.get().pk, {"birth_date": "15/03/1990"}, seen_version=1, by=None)
    bring(tmp_path, line.replace("1;13/01/2024", "2;15/01/2024"))
    assert Change.objects.count() == 1
    assert Customer.objects.get().birth_date.isoformat() == "1990-03-15"


def test_a_correction_in_the_midst_of_an_import_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(tmp_path, "1;13/01/2024;7;Ana;52998224725;ana@example.com;;;Curitiba;;10,00")
    ana, between, save = Customer.objects.get(), Event(), resolve._save_changed

    def slowly(drafts: list[resolve.Draft]) -> int:
        between.set()
        time.sleep(0.4)
        return save(drafts)

    def correct() -> None:
        between.wait(10)
        amend(ana.pk, {"street": "Rua XV, 1"}, seen_version=None, by=None)
        connections.close_all()

    monkeypatch.setattr(resolve, "_save_changed", slowly)
    attendant = Thread(target=correct)
    attendant.start()
    bring(tmp_path, "2;14/01/2024;7;Ana;52998224725;ana@example.com;;;Londrina;;10,00")
    attendant.join()
    ana.refresh_from_db()
    assert (ana.city, ana.street, ana.version) == ("Londrina", "Rua XV, 1", 3)
    assert list(Change.objects.order_by("pk").values_list("origin", flat=True)) == ["import", "attendant"]
