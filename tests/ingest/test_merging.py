"""What an import makes of merged records, and of a document that half the town is sold on."""

from __future__ import annotations

from pathlib import Path

import pytest

from recompra.customers.identity.merge import merge, unmerge
from recompra.customers.keys import CustomerKey
from recompra.customers.models import ApartDecision, Customer, DuplicateSearch, MergeOrders
from recompra.ingest.models import SeenPerson
from recompra.work.drain import drain
from tests.ingest.bring import csv_file, facts, report
from tests.ingest.test_identify import HEADER, sale

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]
ANA, AGAIN = sale(1, code="1", name="Ana Souza", cpf="52998224725"), sale(2, code="2", name="Ana B Souza")


def owners() -> set[int]:
    keys = {row["customer_key"] for row in facts("orders")}
    return set(CustomerKey.objects.filter(key__in=keys).values_list("customer_id", flat=True))


def records() -> tuple[Customer, Customer]:
    return Customer.objects.get(name="Ana Souza"), Customer.objects.get(name="Ana B Souza")


def test_an_old_file_imported_again_goes_to_the_kept_record(tmp_path: Path) -> None:
    file = csv_file(tmp_path, [ANA, AGAIN], header=HEADER)
    report(file)
    kept, gone = records()
    merge(kept, gone, by=None)
    drain(MergeOrders, raising=True)
    before = facts("orders")
    again = report(file)
    assert (again["unchanged"], again["people"]["new"]) == (2, 0)
    assert facts("orders") == before
    assert owners() == {kept.pk}
    assert set(SeenPerson.objects.values_list("customer", flat=True)) == {kept.pk}


def test_new_sales_of_the_other_s_id_or_cpf_are_the_kept_record_s(tmp_path: Path) -> None:
    report(csv_file(tmp_path, [ANA, AGAIN], header=HEADER))
    kept, gone = records()
    done = merge(gone, kept, by=None, take=[])  # the CPF stays with the record that is gone
    later = [sale(3, code="1", name="Ana Souza"), sale(4, name="Ana", cpf="529.982.247-25")]
    told = report(csv_file(tmp_path, later, "later.csv", header=HEADER))
    assert told["people"]["new"] == 0
    drain(MergeOrders, raising=True)
    assert owners() == {gone.pk}
    unmerge(done, by=None)
    drain(MergeOrders, raising=True)
    owner = {row["order_key"]: row["customer_key"] for row in facts("orders")}
    assert len(owner) == 4
    assert owners() == {kept.pk, gone.pk}


def test_one_cpf_under_many_names_is_nobody(tmp_path: Path) -> None:
    names = ["Ana Souza", "Bruno Lima", "Carla Dias", "Davi Melo", "Eva Prado", "Fabio Reis"]
    many = [sale(n, name=name, cpf="52998224725") for n, name in enumerate(names, 1)]
    few = [sale(n, name=name, cpf="11144477735") for n, name in enumerate(["Zoe", "Zoé P", "ZOE PRADO"], 20)]
    report(csv_file(tmp_path, [*many, *few], header=HEADER))
    assert Customer.objects.get(cpf="52998224725").apart == "shared"
    assert Customer.objects.get(cpf="11144477735").apart == ""
    assert ApartDecision.objects.get().evidence == "many_names"


def test_an_import_asks_for_a_search(tmp_path: Path) -> None:
    report(csv_file(tmp_path, [ANA], header=HEADER))
    assert DuplicateSearch.objects.get().reason == "import"
