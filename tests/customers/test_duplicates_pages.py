"""The pages of duplicates: the queue, one pair side by side, undoing, and who is kept apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import User
from recompra.customers.identity.merge import merge
from recompra.customers.models import (
    ContactPoint,
    Customer,
    Duplicate,
    DuplicateSearch,
    Merge,
    OwnDocument,
    Refresh,
    Standing,
)
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import orders, scores
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


def test_the_queue_tells_who_and_why(shop: Cast, pair: Duplicate, client_for: SignIn) -> None:
    page = text(client_for(shop.saulo).get(QUEUE))
    for said in (
        "Ana Beatriz Souza",
        "Ana B. Souza",
        "93",
        "mesmo telefone",
        "CPFs diferentes",
        "1 par a revisar",
    ):
        assert said in page, said
    assert "Nenhum par aqui" in text(client_for(shop.saulo).get(f"{QUEUE}?nota=95"))


def test_the_queue_is_searched_by_post(shop: Cast, pair: Duplicate, client_for: SignIn) -> None:
    saulo = client_for(shop.saulo)
    assert "Ana B. Souza" in text(saulo.post(QUEUE, {"busca": "(41) 98765-4321"}))
    assert "Nenhum par com esta pessoa" in text(saulo.post(QUEUE, {"busca": "Bruno"}))


def test_the_queue_goes_on_by_key(shop: Cast, client_for: SignIn) -> None:
    others = [Customer.objects.create(name=f"Zoe {number:02d}") for number in range(30)]
    for number, other in enumerate(others):
        Duplicate.objects.create(first=shop.ana, second=other, score=60 + number)
    saulo = client_for(shop.saulo)
    first = text(saulo.get(QUEUE))
    assert "Zoe 29" in first
    assert "Zoe 02" not in first
    more = first.split('hx-get="')[-1].split('"')[0].replace("&amp;", "&")
    rows = text(saulo.get(more, headers={"HX-Request": "true", "HX-Target": "more"}))
    assert rows.lstrip().startswith("<li>")
    assert "Zoe 02" in rows
    assert "Zoe 29" not in rows


def test_side_by_side_with_masks_for_whom_they_are(shop: Cast, pair: Duplicate, client_for: SignIn) -> None:
    whole = text(client_for(shop.saulo).get(address(pair)))
    assert "529.982.247-25" in whole
    assert "(41) 98765-4321" in whole
    assert 'class="differs"' in whole
    masked = text(client_for(shop.marta).get(address(pair)))
    assert "529.982.247-25" not in masked
    assert "98765-4321" not in masked


def test_who_may_not_merge_sees_none_of_it(shop: Cast, pair: Duplicate, client_for: SignIn) -> None:
    for who in (shop.lucia, shop.aline):
        assert client_for(who).get(QUEUE).status_code == 403
        assert client_for(who).post(address(pair), {"acao": "unir"}).status_code == 403
    assert not Merge.objects.exists()


def test_a_manager_of_one_store_sees_no_pair_of_another(
    shop: Cast, pair: Duplicate, client_for: SignIn
) -> None:
    shop.marta.stores.set([shop.online])
    assert Standing.objects.get(customer=shop.ana).store == shop.centro
    marta = client_for(shop.marta)
    assert "Ana B. Souza" not in text(marta.get(QUEUE))
    assert marta.get(address(pair)).status_code == 404


def test_merging_keeps_what_was_chosen_and_opens_the_next_pair(
    shop: Cast, pair: Duplicate, client_for: SignIn
) -> None:
    after = Duplicate.objects.create(first=shop.bruno, second=shop.carla, score=70)
    form = {"acao": "unir", "fica": "primeiro", "campo_name": "segundo", "campo_city": "primeiro"}
    answer = client_for(shop.saulo).post(address(pair), form)
    assert (answer.status_code, answer.url) == (302, address(after))  # type: ignore[attr-defined]
    shop.ana.refresh_from_db()
    assert (shop.ana.name, shop.ana.city, shop.ana.rg) == ("Ana B. Souza", "Curitiba", "12.345.678-9")
    pair.refresh_from_db()
    assert (pair.status, pair.decided_by) == ("merged", shop.saulo)
    gone = Customer.objects.get(merged_into=shop.ana)
    moved = client_for(shop.saulo).get(f"/clientes/{gone.public_id}/contato/?ordem=nome")
    assert moved.status_code == 302
    assert moved.url == f"/clientes/{shop.ana.public_id}/contato/?ordem=nome"  # type: ignore[attr-defined]


def test_a_merged_record_is_in_no_list_and_no_search(shop: Cast, pair: Duplicate, client_for: SignIn) -> None:
    saulo = client_for(shop.saulo)
    saulo.post(address(pair), {"acao": "unir"})
    assert "Ana B. Souza" not in text(saulo.get("/clientes/?ordem=nome"))
    found = text(saulo.post("/clientes/buscar/", {"busca": "Ana Souza"}))
    assert "Ana Beatriz Souza" in found
    assert "Ana B. Souza" not in found


def test_a_merge_is_undone_from_the_list_of_merges(shop: Cast, pair: Duplicate, client_for: SignIn) -> None:
    saulo = client_for(shop.saulo)
    saulo.post(address(pair), {"acao": "unir"})
    page = text(saulo.get(f"{QUEUE}?situacao=unidos"))
    assert "recebeu: Ana B. Souza" in page
    answer = saulo.post(reverse("customers:unmerge", args=[Merge.objects.get().pk]), follow=True)
    assert "Os dois cadastros voltaram" in text(answer)
    again = saulo.post(reverse("customers:unmerge", args=[Merge.objects.get().pk]))
    assert again.status_code == 422
    assert "já foi desfeita" in text(again)


def test_different_later_and_back(shop: Cast, pair: Duplicate, client_for: SignIn) -> None:
    saulo = client_for(shop.saulo)
    for act, status, state in (
        ("depois", "later", "depois"), ("diferentes", "different", "diferentes"), ("reabrir", "open", ""),
    ):  # fmt: skip
        assert saulo.post(address(pair), {"acao": act}).status_code == 302
        pair.refresh_from_db()
        assert pair.status == status
        assert "Ana B. Souza" in text(saulo.get(f"{QUEUE}?situacao={state}"))
    assert saulo.post(address(pair), {"acao": "qualquer"}).status_code == 422


def test_the_second_to_merge_the_same_pair_is_told(shop: Cast, pair: Duplicate, client_for: SignIn) -> None:
    saulo = client_for(shop.saulo)
    third = Customer.objects.create(name="Ana S.")
    other = Duplicate.objects.create(first=shop.ana, second=third, score=80)
    merge(shop.bruno, shop.ana, by=None)
    assert saulo.post(address(other), {"acao": "unir"}).status_code == 404
    assert saulo.get(address(pair)).status_code == 404


def test_a_search_is_asked_for_shown_and_cancelled(shop: Cast, client_for: SignIn) -> None:
    saulo = client_for(shop.saulo)
    page = text(saulo.post(f"{QUEUE}procurar/", follow=True))
    assert "A busca começou" in page
    assert "Cancelar a busca" in page
    assert "Aguardando a vez" in text(saulo.get(f"{QUEUE}andamento/"))
    saulo.post(f"{QUEUE}procurar/", {"acao": "cancelar"})
    assert DuplicateSearch.objects.get().status == "cancelled"


def test_a_record_is_kept_apart_and_taken_back(shop: Cast, client_for: SignIn) -> None:
    saulo = client_for(shop.saulo)
    page = reverse("customers:keep_apart", args=[shop.davi.public_id])
    assert saulo.post(page, {"quem": "shared", "motivo": ""}).status_code == 422
    assert saulo.post(page, {"quem": "shared", "motivo": "CPF da caixa"}).status_code == 302
    listed = text(saulo.get("/clientes/a-parte/"))
    assert "Davi Peixoto" in listed
    assert "CPF da caixa" in listed
    assert "Davi" not in text(saulo.get("/clientes/?ordem=nome"))
    assert "Ninguém encontrado" in text(saulo.post("/clientes/buscar/", {"busca": "Davi"}))
    assert "Mantido à parte" in text(saulo.get(f"/clientes/{shop.davi.public_id}/"))
    assert saulo.post(page, {"quem": "shared", "motivo": "de novo"}).status_code == 422
    assert saulo.post(page, {"quem": "pessoa", "motivo": "é cliente mesmo"}).status_code == 302
    assert "Davi" in text(saulo.get("/clientes/?ordem=nome"))
    assert "De volta entre as pessoas" in text(saulo.get(page))


def test_who_is_apart_is_scored_by_nobody_and_the_sums_of_the_facts_stay(
    shop: Cast, client_for: SignIn
) -> None:
    facts = engine(settings.WAREHOUSE_URL)
    total = orders.aggregate(net=orders.net.sum())
    before = facts.rows(total)
    page = reverse("customers:keep_apart", args=[shop.davi.public_id])
    client_for(shop.saulo).post(page, {"quem": "placeholder", "motivo": "balcão"})
    drain(Refresh, raising=True)
    assert facts.rows(scores.aggregate(n=scores.count()))[0]["n"] == 3
    assert not Standing.objects.filter(customer=shop.davi).exists()
    assert facts.rows(total) == before


def test_the_shop_s_own_documents(shop: Cast, client_for: SignIn) -> None:
    otavio = client_for(shop.otavio)
    page = "/clientes/a-parte/documentos/"
    assert "não é válido" in text(otavio.post(page, {"documento": "123"}))
    assert otavio.post(page, {"documento": "11.222.333/0001-81"}).status_code == 302
    assert "11.222.333/0001-81" in text(otavio.get(page))
    assert otavio.post(page, {"documento": "11222333000181"}).status_code == 422
    assert client_for(shop.saulo).get(page).status_code == 403
    gone = reverse("customers:drop_own_document", args=[OwnDocument.objects.get().pk])
    assert otavio.post(gone).status_code == 302
    assert "Nenhum documento ainda" in text(otavio.get(page))
