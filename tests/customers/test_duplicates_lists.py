"""Pairs that a person chose, and the lists of pairs and of records kept apart: sorted, searched, exported."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import AccessLog, User
from recompra.customers.identity import search
from recompra.customers.identity.choose import paired
from recompra.customers.identity.merge import merge
from recompra.customers.models import ApartDecision, ContactPoint, Customer, Duplicate, DuplicateSearch
from recompra.customers.roll import people_in
from recompra.work.drain import drain
from tests.cast import Cast

SignIn = Callable[[User], Client]
QUEUE = "/clientes/duplicados/"


def text(answer: Any) -> str:
    return answer.content.decode().replace("\xa0", " ")


@pytest.fixture
def pair(shop: Cast) -> Duplicate:
    """Ana and a shorter record of hers, at the same phone."""
    again = Customer.objects.create(
        name="Ana B. Souza", name_key="ana b souza", rg="12.345.678-9", city="Pinhais"
    )
    ContactPoint.objects.create(customer=again, kind="mobile", value="5541987654321", match_key="8765432141")
    return Duplicate.objects.create(
        first=shop.ana, second=again, score=93, reasons=["same_phone", "same_last", "other_cpf"]
    )


def address(pair: Duplicate) -> str:
    return reverse("customers:duplicate", args=[pair.pk])


UNITE = "Unir com outro cadastro"


def chooser(customer: Customer) -> str:
    return reverse("customers:merge_with", args=[customer.public_id])


@pytest.fixture
def namesake(shop: Cast) -> Customer:
    """A record of Ana's that shares nothing a search would weigh."""
    return Customer.objects.create(name="Ana Peres", name_key="ana peres", cpf="39053344705", city="Natal")


def test_two_records_that_a_person_chose_open_side_by_side_and_merge(
    shop: Cast, namesake: Customer, client_for: SignIn
) -> None:
    saulo = client_for(shop.saulo)
    assert chooser(shop.ana) in text(saulo.get(f"/clientes/{shop.ana.public_id}/"))
    found = text(saulo.post(chooser(shop.ana), {"busca": "ana"}))
    assert "Ana Peres" in found
    assert "390.533.447-05" in found
    assert f'value="{shop.ana.public_id}"' not in found
    answer = saulo.post(chooser(shop.ana), {"outro": str(namesake.public_id)})
    pair = Duplicate.objects.get()
    assert (pair.first, pair.second, pair.score, pair.reasons) == (shop.ana, namesake, 0, ["chosen"])
    assert answer.url == address(pair)  # type: ignore[attr-defined]
    page = text(saulo.get(address(pair)))
    assert "escolhido por uma pessoa" in page
    assert "de 100" not in page
    assert "Ana Peres" in text(saulo.get(QUEUE))
    saulo.post(address(pair), {"acao": "unir", "fica": "primeiro"})
    namesake.refresh_from_db()
    assert namesake.merged_into == shop.ana


def test_choosing_a_known_pair_opens_it_as_it_stands(shop: Cast, pair: Duplicate, client_for: SignIn) -> None:
    answer = client_for(shop.saulo).post(chooser(pair.second), {"outro": str(shop.ana.public_id)})
    assert answer.url == address(pair)  # type: ignore[attr-defined]
    assert Duplicate.objects.get().score == 93


def test_the_chooser_masks_and_says_when_nobody_is_found(
    shop: Cast, namesake: Customer, client_for: SignIn
) -> None:
    marta = client_for(shop.marta)
    found = text(marta.post(chooser(shop.ana), {"busca": "Ana Peres"}))
    assert "Ana Peres" in found
    assert "390.533.447-05" not in found
    assert "Nenhum outro cadastro encontrado" in text(marta.post(chooser(shop.ana), {"busca": "Zuleica"}))
    fragment = marta.post(
        chooser(shop.ana), {"busca": "ana"}, headers={"HX-Request": "true", "HX-Target": "candidatos"}
    )
    assert text(fragment).lstrip().startswith('<div id="candidatos">')


def test_what_cannot_be_merged_is_refused_when_it_is_chosen(
    shop: Cast, namesake: Customer, client_for: SignIn
) -> None:
    saulo = client_for(shop.saulo)
    company = Customer.objects.create(name="Loja Ltda", cnpj="11222333000181")
    nobody = Customer.objects.create(name="Balcão", apart="placeholder")
    for other, said in (
        (shop.ana, "mesmo cadastro"), (company, "continuam dois"), (nobody, "mantido à parte"),
    ):  # fmt: skip
        answer = saulo.post(chooser(shop.ana), {"outro": str(other.public_id)})
        assert (answer.status_code, said in text(answer)) == (422, True), said
    merge(shop.bruno, namesake, by=None)
    assert saulo.post(chooser(shop.ana), {"outro": str(namesake.public_id)}).status_code == 422
    assert saulo.post(chooser(shop.ana), {"outro": "ana"}).status_code == 404
    assert not Duplicate.objects.exists()


def test_another_store_s_customer_cannot_be_chosen(shop: Cast, client_for: SignIn) -> None:
    shop.marta.stores.set([shop.centro])
    marta = client_for(shop.marta)
    assert "Davi Peixoto" not in text(marta.post(chooser(shop.ana), {"busca": "Davi"}))
    assert marta.post(chooser(shop.ana), {"outro": str(shop.davi.public_id)}).status_code == 404
    assert marta.get(chooser(shop.davi)).status_code == 404


def test_who_may_not_merge_is_not_offered_it(shop: Cast, client_for: SignIn) -> None:
    lucia = client_for(shop.lucia)
    assert UNITE not in text(lucia.get(f"/clientes/{shop.ana.public_id}/"))
    assert lucia.get(chooser(shop.ana)).status_code == 403


def test_the_queue_is_sorted_by_who_was_found_last(shop: Cast, client_for: SignIn) -> None:
    for number in range(30):
        other = Customer.objects.create(name=f"Zoe {number:02d}")
        Duplicate.objects.create(first=shop.ana, second=other, score=99 - number)
    saulo = client_for(shop.saulo)
    first = text(saulo.get(f"{QUEUE}?ordem=recentes"))
    assert first.index("Zoe 29") < first.index("Zoe 28")
    assert "Zoe 04" not in first
    more = first.split('hx-get="')[-1].split('"')[0].replace("&amp;", "&")
    assert "ordem=recentes" in more
    rows = text(saulo.get(more, headers={"HX-Request": "true", "HX-Target": "more"}))
    assert "Zoe 04" in rows
    assert "Zoe 05" not in rows


def lines(answer: Any) -> list[list[str]]:
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content), delimiter=";"))


ASKED = {"formato": "csv", "motivo": "mutirão de cadastro"}


def test_the_queue_is_exported_as_filtered_masked_by_role_and_leaves_a_trace(
    shop: Cast, pair: Duplicate, client_for: SignIn
) -> None:
    Duplicate.objects.create(first=shop.bruno, second=shop.carla, score=70)
    file = f"{QUEUE}exportar/?nota=80"
    assert "1 linha" in text(client_for(shop.otavio).get(file))
    assert client_for(shop.otavio).post(file, {"formato": "csv", "motivo": ""}).status_code == 422
    head, row = lines(client_for(shop.otavio).post(file, ASKED))
    assert head[:4] == ["Nota", "A favor", "Contra", "Situação"]
    assert row[:4] == ["93", "mesmo telefone, mesmo sobrenome", "CPFs diferentes", "a revisar"]
    assert "529.982.247-25" in row
    entry = AccessLog.objects.get(action="export_duplicates")
    assert (entry.staff, entry.count, entry.reason) == (shop.otavio, 1, "mutirão de cadastro")
    assert people_in(entry) == {shop.ana.pk, pair.second.pk}
    masked = lines(client_for(shop.marta).post(file, ASKED))
    assert "529.982.247-25" not in masked[1]
    for who in (shop.saulo, shop.aline):
        assert client_for(who).post(file, ASKED).status_code == 403
    assert "exportar/" not in text(client_for(shop.saulo).get(QUEUE))


def test_the_merges_are_exported_too(shop: Cast, pair: Duplicate, client_for: SignIn) -> None:
    merge(shop.ana, pair.second, by=shop.saulo)
    _head, row = lines(client_for(shop.otavio).post(f"{QUEUE}exportar/?situacao=unidos", ASKED))
    assert "Ana Beatriz Souza" in row
    assert "Ana B. Souza" in row


@pytest.fixture
def nobodies(shop: Cast) -> list[Customer]:
    """Thirty records of tills, the shop's own CPF among them; the first was set apart last."""
    made = [
        Customer.objects.create(name=f"Caixa {number:02d}", name_key=f"caixa {number:02d}", apart="shared")
        for number in range(30)
    ]
    Customer.objects.filter(pk=made[7].pk).update(cpf="39053344705", apart="placeholder")
    for one in reversed(made):
        ApartDecision.objects.create(customer=one, apart="shared", evidence="many_names")
    return made


def test_records_kept_apart_are_searched_by_post(
    shop: Cast, nobodies: list[Customer], client_for: SignIn
) -> None:
    saulo = client_for(shop.saulo)
    for typed in ("caixa 07", "390.533.447-05"):
        found = text(saulo.post("/clientes/a-parte/", {"busca": typed}))
        assert "Caixa 07" in found
        assert "Caixa 08" not in found
    assert "Nenhum cadastro aqui" in text(saulo.post("/clientes/a-parte/", {"busca": "Ana Beatriz"}))
    assert "Nenhum cadastro aqui" in text(saulo.post("/clientes/a-parte/?tipo=shared", {"busca": "caixa 07"}))


@pytest.mark.parametrize(("sort", "first", "last"), [("", "00", "29"), ("nome", "00", "29")])
def test_records_kept_apart_are_sorted_and_go_on_by_key(
    shop: Cast, nobodies: list[Customer], client_for: SignIn, sort: str, first: str, last: str
) -> None:
    if sort:
        ApartDecision.objects.filter(customer=nobodies[29]).delete()
        ApartDecision.objects.create(customer=nobodies[29], apart="shared", evidence="many_names")
    saulo = client_for(shop.saulo)
    page = text(saulo.get(f"/clientes/a-parte/?ordem={sort}"))
    assert f"Caixa {first}" in page
    assert f"Caixa {last}" not in page
    more = page.split('hx-get="')[-1].split('"')[0].replace("&amp;", "&")
    rows = text(saulo.get(more, headers={"HX-Request": "true", "HX-Target": "more"}))
    assert f"Caixa {last}" in rows
    assert "Caixa 24" not in rows
    assert "Caixa 25" in rows


def test_records_kept_apart_are_exported(shop: Cast, nobodies: list[Customer], client_for: SignIn) -> None:
    file = "/clientes/a-parte/exportar/?tipo=placeholder"
    _head, row = lines(client_for(shop.otavio).post(file, ASKED))
    assert (row[1], row[2]) == ("Caixa 07", "390.533.447-05")
    entry = AccessLog.objects.get(action="export_apart")
    assert people_in(entry) == {nobodies[7].pk}
    assert "390.533.447-05" not in str(lines(client_for(shop.marta).post(file, ASKED)))
    assert client_for(shop.saulo).get(file).status_code == 403


def test_a_new_search_leaves_what_a_person_chose(shop: Cast, namesake: Customer) -> None:
    chosen = paired(shop.ana, namesake)
    unlike = Duplicate.objects.create(first=shop.bruno, second=shop.carla, score=70)
    search.request("person")
    drain(DuplicateSearch, raising=True)
    assert Duplicate.objects.filter(pk=chosen.pk).exists()
    assert not Duplicate.objects.filter(pk=unlike.pk).exists()
