"""Lists as files: what is in them, for whom, with which trace; what happens when the work is cut short."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.http import FileResponse
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from recompra.accounts.models import AccessLog, User
from recompra.accounts.roles import Role
from recompra.customers.models import Customer
from recompra.customers.roll import people_in
from recompra.segments import personal_data
from recompra.segments.destinations.hashed_audience import for_google
from recompra.segments.export import views
from recompra.segments.export.file import LISTS, sweep
from recompra.segments.found.question import of_rule
from recompra.segments.models import ListExport
from recompra.segments.rule.read import read
from recompra.work import made
from recompra.work.claim import claim
from recompra.work.drain import drain
from tests.cast import Cast
from tests.segments.stage import publish_people

ClientFor = Callable[[User], Client]
ASKED = {"formato": "csv", "uso": "analysis", "motivo": "conferir a base"}


@pytest.fixture
def people(shop: Cast) -> Cast:
    publish_people()
    return shop


def taken(client: Client, query: str = "", **asked: object) -> FileResponse:
    """The file of a short list."""
    answer = client.post(f"{reverse('segments:export')}{query}", {**ASKED, **asked})
    assert answer.status_code == 200, answer.context["form"].errors if answer.context else answer
    assert isinstance(answer, FileResponse)
    return answer


def content(answer: FileResponse) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def lines(answer: FileResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(answer).decode("utf-8-sig")), delimiter=";"))


def test_a_list_is_masked_by_role_and_leaves_a_trace(people: Cast, client_for: ClientFor) -> None:
    head, *found = lines(
        taken(client_for(people.marta), colunas=["name", "document", "email", "ltv", "last_on"])
    )
    assert head == ["Nome", "CPF / CNPJ", "E-mail", "Última compra", "Gasto acumulado"]
    assert [row[0] for row in found] == [
        "Bruno Álvares Lima",
        "Davi Peixoto",
        "Ana Beatriz Souza",
        "Carla Nogueira",
    ]
    assert found[2][1:3] == ["•••.982.247-••", "a•••@example.com"]
    assert found[2][4] == "740,00"
    entry = AccessLog.objects.get(action="export_list")
    assert (entry.staff, entry.count, entry.reason) == (people.marta, 4, "conferir a base")
    assert set(entry.fields) == {"cpf", "email"}
    assert people_in(entry) == {people.ana.pk, people.bruno.pk, people.carla.pk, people.davi.pk}
    whole = lines(taken(client_for(people.otavio), colunas=["document", "email"]))
    assert ["Ana Beatriz Souza", "529.982.247-25", "ana@example.com"] in whole


def test_all_formats_hold_the_same_people(people: Cast, client_for: ClientFor) -> None:
    client, columns = client_for(people.otavio), ["ltv", "last_on", "mean_interval_days"]
    by_csv = [row[0] for row in lines(taken(client, colunas=columns))[1:]]
    with CalamineWorkbook.from_filelike(
        io.BytesIO(content(taken(client, formato="xlsx", colunas=columns)))
    ) as book:
        by_xlsx = [row[0] for row in book.get_sheet_by_index(0).to_python()[1:]]
    table = pq.read_table(io.BytesIO(content(taken(client, formato="parquet", colunas=columns))))
    assert by_csv == by_xlsx == table.column(0).to_pylist()
    assert [str(kind) for kind in table.schema.types] == [
        "string", "date32[day]", "decimal128(18, 2)", "decimal128(18, 4)",
    ]  # fmt: skip


def test_a_campaign_s_list_leaves_out_whom_it_may_not_reach(people: Cast, client_for: ClientFor) -> None:
    client = client_for(people.otavio)
    head, *found = lines(taken(client, uso="whatsapp", colunas=["email", "mobile"]))
    assert head == ["Nome", "E-mail", "Celular"]
    assert sorted(row[0].split()[0] for row in found) == ["Ana", "Bruno", "Davi"]
    assert {row[1] for row in found} == {""}, "an e-mail is not what a WhatsApp campaign needs"
    assert ListExport.objects.get().left_out == {"refused": 1}
    assert "pediu para não receber contato (1)" in client.get(reverse("segments:lists")).content.decode()


def test_only_the_own_stores_leave(people: Cast, client_for: ClientFor) -> None:
    people.marta.stores.set([people.centro])
    found = lines(taken(client_for(people.marta)))
    assert sorted(row[0].split()[0] for row in found[1:]) == ["Ana", "Bruno", "Carla"]


def test_a_name_that_is_a_formula_is_a_text(people: Cast, client_for: ClientFor) -> None:
    Customer.objects.filter(pk=people.ana.pk).update(name='=HYPERLINK("http://x")')
    assert "'=HYPERLINK(" in content(taken(client_for(people.otavio))).decode()


@pytest.mark.parametrize("reason", ["", "pedido do 529.982.247-25", "x" * 121])
def test_a_reason_is_needed_and_tells_of_nobody(people: Cast, client_for: ClientFor, reason: str) -> None:
    answer = client_for(people.otavio).post(reverse("segments:export"), {**ASKED, "motivo": reason})
    assert answer.status_code == 422
    assert answer.context["form"].errors["motivo"]
    assert not ListExport.objects.exists()


def test_a_seller_takes_no_lists(people: Cast, client_for: ClientFor) -> None:
    client = client_for(people.lucia)
    assert client.get(reverse("segments:export")).status_code == 403
    assert "Levar a lista" not in client.get(reverse("segments:found")).content.decode()


# long lists --------------------------------------------------------------------------------


@pytest.fixture
def long(people: Cast, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Marta, for whom every list is a long one, and one that waits."""
    monkeypatch.setattr(views, "STRAIGHT", 0)
    client = client_for(people.marta)
    answer = client.post(reverse("segments:export"), ASKED)
    assert answer.headers["Location"] == reverse("segments:lists")
    return client


def file_of(asked: ListExport) -> str:
    return reverse("segments:list_file", args=[asked.pk])


def test_a_long_list_is_made_meanwhile_for_who_asked_alone(
    people: Cast, long: Client, client_for: ClientFor
) -> None:
    waiting = long.get(reverse("segments:lists")).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    asked = ListExport.objects.get()
    assert long.get(file_of(asked)).status_code == 404
    drain(ListExport, raising=True)
    assert len(lines(long.get(file_of(asked)))) == 5  # type: ignore[arg-type]
    assert client_for(people.otavio).get(file_of(asked)).status_code == 404
    assert oct(asked.path.stat().st_mode & 0o777) == "0o600"


def test_who_lost_the_right_meanwhile_gets_no_list(people: Cast, long: Client) -> None:
    User.objects.filter(pk=people.marta.pk).update(role=Role.SELLER)
    drain(ListExport)
    asked = ListExport.objects.get()
    assert asked.status == ListExport.Status.DEAD
    assert not asked.path.exists()
    assert not AccessLog.objects.filter(action="export_list").exists()


def test_a_cancelled_list_leaves_no_file(people: Cast, long: Client) -> None:
    asked = ListExport.objects.get()
    long.post(reverse("segments:list_cancel", args=[asked.pk]))
    drain(ListExport)
    asked.refresh_from_db()
    assert asked.status == ListExport.Status.CANCELLED
    assert not LISTS.files()


def test_a_killed_list_is_written_anew(people: Cast, long: Client) -> None:
    """Killed while it wrote: a draft lies there, and the row comes back to the queue."""
    (mine,) = claim(ListExport, "killed")
    LISTS.ready()
    mine.path.with_name(f".{mine.path.name}.part").write_text("half")
    ListExport.objects.filter(pk=mine.pk).update(status=ListExport.Status.WAITING, owner="")
    drain(ListExport, raising=True)
    assert [path.name for path in LISTS.files()] == [mine.path.name]
    assert AccessLog.objects.filter(action="export_list").count() == 1


def test_after_a_day_it_is_gone_and_an_erasure_takes_it_at_once(
    people: Cast, long: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    drain(ListExport)
    sweep()
    assert ListExport.objects.get().at_hand
    assert personal_data.clear() == {"segments.lists": 1}
    assert "apagados depois de um dia" in long.get(reverse("segments:lists")).content.decode()
    LISTS.ready()
    (LISTS.folder / "old.csv").write_text("x")
    monkeypatch.setattr(made, "KEPT", -made.KEPT)
    sweep()
    assert not LISTS.files()


# audiences --------------------------------------------------------------------------------


def test_an_audience_is_hashes_of_who_said_yes(people: Cast, client_for: ClientFor) -> None:
    head, *found = lines(taken(client_for(people.marta), uso="hashed_audience"))
    assert head == ["Email", "Phone", "email", "phone"]
    told = ("ana@example.com", "+5541987654321", "ana@example.com", "5541987654321")
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in told]
    assert found == [hashes]
    entry = AccessLog.objects.get(action="export_audience")
    assert (entry.count, set(entry.fields)) == (1, {"email", "mobile"})
    assert people_in(entry) == {people.ana.pk}
    assert ListExport.objects.get().left_out == {"refused": 1, "not_agreed": 2}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (" Ana.Souza+loja@GMAIL.com ", "anasouza@gmail.com"),
        ("ana.souza@googlemail.com", "anasouza@googlemail.com"),
        ("Ana.Souza+loja@example.com", "ana.souza+loja@example.com"),
        ("", ""),
    ],
)
def test_google_compares_one_spelling_of_its_own_addresses(written: str, told: str) -> None:
    assert for_google(written) == told


def test_the_question_of_a_list_is_kept_as_asked(people: Cast, client_for: ClientFor) -> None:
    women: dict[str, Any] = {"match": "all", "rules": [{"field": "sex", "op": "one_of", "value": ["F"]}]}
    query = f"?grupo={of_rule(read(women)).token()}&ordem=recente"
    found = lines(taken(client_for(people.otavio), query))
    assert [row[0] for row in found[1:]] == ["Ana Beatriz Souza", "Carla Nogueira"]
    assert ListExport.objects.get().told == "Mulheres"
