"""Cadastros bloqueados: one or many, by CPF or on the customer's page; found, lifted, exported."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import AccessLog, User
from recompra.customers.models import Customer
from recompra.privacy.blocks import list as block_list
from recompra.privacy.blocks.cpf_list import read_file, read_typed
from recompra.privacy.blocks.hold import block, block_many, lift, standing_blocks
from recompra.privacy.models import Block
from recompra.privacy.permission import may
from recompra.theme.refused import Refused
from tests.cast import Cast

LIST, NEW = "/privacidade/bloqueios/", "/privacidade/bloqueios/novo/"
EVERYTHING = ["campaigns", "messages", "loyalty", "giftback"]


@pytest.fixture
def sac(cast: Cast, client_for: Callable[[User], Client]) -> Client:
    return client_for(cast.saulo)


def page(client: Client, address: str = LIST, **data: Any) -> str:
    return client.get(address, data).content.decode()


def rows(text: str) -> list[str]:
    """Whom the table shows, in order."""
    return re.findall(r'class="row-link"[^>]*>([^<]*)<', text)


def test_typed_cpfs_are_read_as_people_type_them() -> None:
    found = read_typed("529.982.247-25, 11144477735;\n 123 456 789 09\n\n52998224725\n123.456.789-00\nana\n1")
    assert found.good == ["52998224725", "11144477735", "12345678909"]
    assert found.repeated == 1
    assert [(bad.line, bad.problem) for bad in found.bad] == [
        (5, "os dígitos verificadores não conferem"),
        (6, "não é um CPF"),
        (7, "faltam dígitos"),
    ]


def test_a_file_is_read_by_its_cpf_column() -> None:
    text = "Nome;CPF do cliente;Cidade\nAna;529.982.247-25;Curitiba\nX;12.345.678/0001-95;\nY\n"
    found = read_file("lista.csv", io.BytesIO(text.encode("cp1252")))
    assert found.good == ["52998224725"]
    assert [(bad.line, bad.problem) for bad in found.bad] == [(3, "isto é um CNPJ")]


def test_a_spreadsheet_that_lost_zeros_is_read_all_the_same() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write_column(0, 0, ["CPF", 1234567890, "=1+1"])
    file.seek(0)
    found = read_file("lista.xlsx", file)
    assert found.good == ["01234567890"]
    assert [bad.line for bad in found.bad] == [3]


@pytest.mark.parametrize(("name", "content"), [("x.xlsx", b"PK nothing"), ("x.csv", b"1" * 5_000_001)])
def test_a_file_that_cannot_be_read_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Refused):
        read_file(name, io.BytesIO(content))


def test_many_are_blocked_by_list_and_file_and_the_bad_lines_are_told(cast: Cast, sac: Client) -> None:
    file = SimpleUploadedFile("lista.csv", b"cpf\n111.444.777-35\n999\n")
    answer = sac.post(
        NEW,
        {
            "cpfs": "529.982.247-25\n39053344705\n529.982.247-00",
            "arquivo": file,
            "funcoes": EVERYTHING,
            "motivo": "Ordem judicial",
        },
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "3 CPFs bloqueados." in text
    assert "1 ainda não está cadastrado: o bloqueio espera por ele." in text
    assert "2 linhas ficaram de fora:" in text
    assert "os dígitos verificadores não conferem" in text
    assert Block.objects.count() == 12
    assert not may(cast.ana, "giftback", "").allowed
    entry = AccessLog.objects.get(action="block")
    assert (entry.count, entry.fields, entry.staff) == (3, ["cpf"], cast.saulo)


def test_an_unknown_cpf_is_blocked_on_arrival(cast: Cast) -> None:
    block("39053344705", ["campaigns"], "pediu")
    elza = Customer.objects.create(name="Elza")
    assert may(elza, "loyalty", "").allowed
    Customer.objects.filter(pk=elza.pk).update(cpf="39053344705")
    elza.refresh_from_db()
    assert may(elza, "campaign", "email").reason == "Bloqueado para campanhas."


def test_who_is_blocked_already_is_not_blocked_twice(cast: Cast, today: dt.date) -> None:
    block(cast.ana, ["campaigns"], "pediu", until=today)
    assert len(block(cast.ana, ["campaigns", "giftback"], "pediu")) == 2  # this one has no end
    assert block(cast.ana, ["campaigns"], "pediu", until=today) == []
    lift(standing_blocks(cast.ana))
    assert len(block(cast.ana, ["campaigns"], "pediu")) == 1


def test_the_block_of_a_merged_record_s_cpf_holds_for_the_kept_one(cast: Cast) -> None:
    Customer.objects.filter(pk=cast.bruno.pk).update(merged_into=cast.ana)
    Customer.objects.filter(pk=cast.ana.pk).update(merged_into=cast.davi)
    block("11144477735", ["giftback"], "pediu")
    assert not may(cast.davi, "giftback", "").allowed


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"cpfs": ""}, "Digite pelo menos um CPF"),
        ({"funcoes": []}, "Escolha pelo menos uma opção."),
        ({"motivo": ""}, "obrigatório"),
        ({"ate": "2020-01-01"}, "Este dia já passou."),
        ({"cpfs": "\n".join(f"{number:011d}" for number in range(9))}, "não conferem"),
        ({"cpfs": ", "}, "Não há nenhum CPF na lista."),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_nobody_is_blocked(
    sac: Client, wrong: dict[str, Any], words: str
) -> None:
    given = {"cpfs": "52998224725", "funcoes": ["campaigns"], "motivo": "pediu"} | wrong
    answer = sac.post(NEW, given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Block.objects.exists()


def test_more_than_the_most_at_once_is_refused() -> None:
    several = (f"{base:09d}" for base in range(1, 5002))
    with pytest.raises(Refused, match=r"5\.000"):
        read_typed("\n".join(_with_check_digits(base) for base in several))


def _with_check_digits(base: str) -> str:
    digits = [int(mark) for mark in base]
    for _second in range(2):
        weights = range(len(digits) + 1, 1, -1)
        digits.append(sum(map(int.__mul__, digits, weights)) * 10 % 11 % 10)
    return "".join(map(str, digits))


def test_the_list_shows_one_line_a_person_and_filters(cast: Cast, sac: Client, today: dt.date) -> None:
    block(cast.ana, EVERYTHING, "pediu na loja", by=cast.saulo)
    block("39053344705", ["giftback"], "fraude")
    block(cast.bruno, ["campaigns"], "viagem", until=today)
    block(cast.carla, ["messages"], "antigo")
    lift(standing_blocks(cast.carla), by=cast.saulo)
    Block.objects.filter(customer=cast.bruno).update(until=today - dt.timedelta(days=1))
    shown = page(sac)
    assert rows(shown) == ["Ainda não cadastrado", "Ana Beatriz Souza"]
    assert "529.982.247-25" in shown
    assert "pediu na loja" in shown
    assert rows(page(sac, funcao="campaigns")) == ["Ana Beatriz Souza"]
    assert rows(page(sac, situacao="retirados")) == ["Carla Nogueira"]
    assert rows(page(sac, situacao="vencidos")) == ["Bruno Álvares Lima"]
    assert len(rows(page(sac, situacao="todos"))) == 4
    assert rows(page(sac, situacao="todos", ordem="inicio"))[0] == "Ana Beatriz Souza"
    assert rows(page(sac, situacao="todos", ordem="fim")) == ["Bruno Álvares Lima"]
    assert "Mude os filtros." in page(sac, situacao="retirados", funcao="giftback")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("529.982.247-25", ["Ana Beatriz Souza"]),
        ("ana bea", ["Ana Beatriz Souza"]),
        ("41 98765-4321", ["Ana Beatriz Souza"]),
        ("390.533", ["Ainda não cadastrado"]),
        ("390.533.447-05", ["Ainda não cadastrado"]),
        ("ninguém", []),
    ],
)
def test_blocks_are_found_by_what_people_type(cast: Cast, sac: Client, typed: str, found: list[str]) -> None:
    block(cast.ana, EVERYTHING, "pediu")
    block("39053344705", ["giftback"], "fraude")
    answer = sac.post(LIST, {"busca": typed})
    assert rows(answer.content.decode()) == found


def test_pages_follow_one_another_without_a_gap_or_a_repetition(cast: Cast, sac: Client) -> None:
    cpfs = [_with_check_digits(f"{base:09d}") for base in range(1, 121)]
    block_many(cpfs[:60], EVERYTHING, "lista")
    block_many(cpfs[60:], ["campaigns", "giftback"], "lista")
    for order in ("-inicio", "inicio"):
        filters = block_list.Filters(order=order)
        seen, after, pages = [], None, 0
        while after != "":
            lines, after = block_list.page(filters, after)
            seen += [line.first.cpf for line in lines]
            pages += 1
        assert sorted(seen) == sorted(cpfs)
        assert pages == 3
    assert 'id="mais"' in page(sac)


def test_a_person_s_blocks_are_lifted_one_by_one_and_the_history_stays(cast: Cast, sac: Client) -> None:
    made = block(cast.ana, ["campaigns", "giftback"], "pediu", by=cast.saulo)
    here = reverse("privacy:block", args=[made[0].pk])
    assert "Em vigor" in page(sac, here)
    assert sac.post(here, {"bloqueio": [made[0].pk]}).status_code == 302
    assert may(cast.ana, "campaign", "email").allowed
    assert not may(cast.ana, "giftback", "").allowed
    shown = page(sac, here)
    assert "Retirado: campanhas" in shown
    assert "Bloqueado: campanhas, giftback" in shown
    assert AccessLog.objects.get(action="unblock").customer_id == cast.ana.pk
    assert sac.post(here, {"bloqueio": [made[0].pk]}).status_code == 422  # lifted already
    assert sac.post(here, {}).status_code == 422


def test_two_clicks_on_the_customer_s_page_block_them(
    shop: Cast, client_for: Callable[[User], Client]
) -> None:
    sac = client_for(shop.saulo)
    here = reverse("customers:detail", args=[shop.ana.public_id])
    assert "Bloquear agora" in page(sac, here)
    sent = {"funcoes": ["campaigns"], "motivo": "Pedido do cliente"}
    address = reverse("privacy:block_customer", args=[shop.ana.public_id])
    assert sac.post(address, sent).url == here
    assert sac.post(address, sent).url == here
    assert Block.objects.count() == 1
    shown = page(sac, here)
    assert "Este cliente já estava bloqueado." in shown
    assert "Bloqueado: campanhas" in shown  # in the timeline
    assert sac.post(address, {"motivo": "x"}).status_code == 422


def test_the_file_is_asked_for_with_a_reason_and_leaves_a_trace(
    cast: Cast, client_for: Callable[[User], Client]
) -> None:
    block(cast.ana, ["campaigns", "giftback"], "=cmd()", by=cast.saulo)
    address = reverse("privacy:blocks_export")
    marta = client_for(cast.marta)
    assert marta.post(address, {"formato": "csv", "motivo": ""}).status_code == 422
    answer = marta.post(address, {"formato": "csv", "motivo": "conferência do mês"})
    text = answer.getvalue().decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "•••.982.247-••;Ana Beatriz Souza;campanhas, giftback;'=cmd();Em vigor;" in text
    entry = AccessLog.objects.get(action="export_blocks")
    assert (entry.count, entry.fields, entry.reason) == (2, ["cpf", "name"], "conferência do mês")
    assert client_for(cast.saulo).get(address).status_code == 403  # SAC takes no lists away


def test_staff_of_one_store_see_no_blocks_of_another_store_s_customers(
    shop: Cast, client_for: Callable[[User], Client]
) -> None:
    shop.saulo.stores.set([shop.centro])
    made = [*block(shop.davi, ["campaigns"], "pediu"), *block(shop.davi.cpf or "", ["giftback"], "pediu")]
    block(shop.ana, ["campaigns"], "pediu")
    block("39053344705", ["campaigns"], "pediu")
    sac = client_for(shop.saulo)
    assert rows(page(sac)) == ["Ainda não cadastrado", "Ana Beatriz Souza"]
    for one in made:
        address = reverse("privacy:block", args=[one.pk])
        assert sac.get(address).status_code == 404
        assert sac.post(address, {"bloqueio": [one.pk]}).status_code == 404
    assert rows(sac.post(LIST, {"busca": "987.654.321-00"}).content.decode()) == []


def test_a_blocked_person_has_no_button_and_a_purchase_is_still_counted(
    shop: Cast, client_for: Callable[[User], Client]
) -> None:
    """C15 of the privacy checks."""
    block(shop.ana, EVERYTHING, "pediu")
    seller = client_for(shop.lucia)
    shown = page(seller, reverse("customers:detail", args=[shop.ana.public_id]))
    assert reverse("messaging:open_chat", args=[shop.ana.public_id]) not in shown
    assert "Bloqueado para campanhas." in shown
    assert seller.post(reverse("messaging:open_chat", args=[shop.ana.public_id])).status_code == 422
    assert shop.ana.standing.orders == 5  # sales are kept: it is only that nobody writes
