"""The page of the access log: find, page, take away."""

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client

from recompra.accounts import audit
from recompra.accounts.models import AccessLog, User
from tests.cast import Cast


@pytest.fixture
def owner(cast: Cast, client_for: Callable[[User], Client]) -> Client:
    audit.record(cast.saulo, "reveal", customer_id=4711, fields=["cpf"], reason="retorno de ligação")
    audit.record(cast.aline, "export_customers", count=12)
    audit.record(None, "import", count=9000)
    return client_for(cast.otavio)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", 3),
        ("busca=4711", 1),
        ("busca=retorno", 1),
        ("busca=²", 0),
        ("acao=export_customers", 1),
        ("acao=unknown", 0),
        ("de=2001-01-01&ate=2001-12-31", 0),
        ("de=2001-01-01&ate=2099-12-31", 3),
        ("de=0000-00-00&ate=9999-12-31", 3),
        ("apos=garbage", 3),
        ("quem=99999999999999999999999", 0),
    ],
)
def test_finding_entries(owner: Client, query: str, rows: int) -> None:
    page = owner.get(f"/equipe/acessos/?{query}").content.decode()
    assert page.count('<th scope="row"') == rows


def test_by_colleague(cast: Cast, owner: Client) -> None:
    page = owner.get(f"/equipe/acessos/?quem={cast.saulo.pk}").content.decode()
    assert "Dados pessoais revelados" in page
    assert "cliente 4711" in page
    assert page.count('<th scope="row"') == 1


def test_the_next_fifty_come_without_gap_or_repetition(cast: Cast, owner: Client) -> None:
    for number in range(60):
        audit.record(cast.aline, "export_customers", count=number)
    first = owner.get("/equipe/acessos/")
    more = first.context["more"]
    rest = owner.get(more, headers={"HX-Request": "true", "HX-Target": "more"})
    assert rest.content.decode().lstrip().startswith("<tr>")
    shown = [entry.pk for page in (first, rest) for entry in page.context["entries"]]
    assert shown == sorted(AccessLog.objects.values_list("pk", flat=True), reverse=True)
    assert rest.context["more"] == ""


def test_the_file_holds_what_is_filtered_and_is_logged_itself(cast: Cast, owner: Client) -> None:
    answer = owner.get("/equipe/acessos/arquivo/?acao=reveal")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:4] == ["Número", "Quando", "Quem", "Ação"]
    assert rows[1][2:9] == ["Saulo", "Dados pessoais revelados", "", "4711", "CPF", "", "retorno de ligação"]
    assert len(rows) == 2
    assert AccessLog.objects.get(action="export_access_log").staff == cast.otavio


def test_a_name_that_looks_like_a_formula_does_no_harm_in_a_spreadsheet(cast: Cast, owner: Client) -> None:
    User.objects.filter(pk=cast.saulo.pk).update(name="=HYPERLINK(1)")
    assert ";'=HYPERLINK(1);" in owner.get("/equipe/acessos/arquivo/").getvalue().decode()


def test_the_log_page_does_not_ask_once_per_row(
    cast: Cast, owner: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _number in range(40):
        audit.record(cast.aline, "reveal", about=cast.marta)
    with django_assert_max_num_queries(12):
        owner.get("/equipe/acessos/")


def test_nobody_but_an_owner_reads_it(cast: Cast, client_for: Callable[[User], Client]) -> None:
    for person in (cast.marta, cast.lucia, cast.saulo, cast.aline):
        assert client_for(person).get("/equipe/acessos/").status_code == 403


def test_no_column_of_the_log_could_hold_a_document() -> None:
    columns = {field.column for field in AccessLog._meta.get_fields()}
    plain = {"id", "at", "staff_id", "action", "about_id", "customer_id", "count", "prev_hash", "hash"}
    assert columns - plain == {"fields", "reason"}  # names of fields, and a reason that `record` checks
