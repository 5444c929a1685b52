"""The panel: the three groups on top, the matrix, and every number leading to its people."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from recompra.customers import refresh
from recompra.customers.models import Customer
from recompra.dashboards.links import people
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Any], Client]
PAGE = "/painel/"


def shown(client: Client, address: str = PAGE, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return unescape(answer.content.decode()).replace("\u00a0", " ")


def test_otavio_sees_the_three_groups_the_matrix_and_the_figures(shop: Cast, client_for: ClientFor) -> None:
    page = shown(client_for(shop.otavio))
    for words in (
        "Campeões (VIP)",
        "Risco de perda",
        "Novos promissores",
        "Matriz RFV",
        "Receita por segmento",
    ):
        assert words in page
    assert "4 clientes · R$ 3,5 mil em compras" in page
    assert "dados de hoje" in page
    assert re.search(r"Clientes que voltaram</dt><dd>50%", page)
    assert re.search(r"Ticket médio</dt><dd>R\$ 296,10", page)
    assert re.search(r"identificado</dt><dd>89%", page)


def test_each_group_leads_to_exactly_its_people(shop: Cast, client_for: ClientFor) -> None:
    client = client_for(shop.otavio)
    page = shown(client)
    segments = dict(Customer.objects.values_list("name", "standing__segment"))
    for codes in (("champions",), ("at_risk", "nearly_lost"), ("promising",)):
        expected = {name for name, code in segments.items() if code in codes}
        if not expected:
            assert f'href="{people(*codes)}" class="btn"' not in page
            continue
        assert f'href="{people(*codes)}"' in page
        listed = shown(client, people(*codes))
        assert {name for name in segments if name in listed} == expected


def test_a_square_of_the_matrix_leads_to_its_people(shop: Cast, client_for: ClientFor) -> None:
    client = client_for(shop.otavio)
    page = shown(client)
    ana = Customer.objects.get(pk=shop.ana.pk).standing
    square = people(recency=ana.recency_score, frequency=ana.frequency_score)
    assert f'href="{square}"' in page
    assert "Ana Beatriz Souza" in shown(client, square)


def test_a_store_is_chosen_and_its_links_keep_it(shop: Cast, client_for: ClientFor) -> None:
    page = shown(client_for(shop.otavio), f"{PAGE}?loja={shop.online.pk}")
    assert "1 cliente · R$ 780 em compras" in page
    assert f"loja={shop.online.pk}" in page


def test_marta_of_one_store_sees_that_store_alone(shop: Cast, client_for: ClientFor) -> None:
    shop.marta.stores.set([shop.online])
    client = client_for(shop.marta)
    page = shown(client)
    assert "1 cliente · R$ 780 em compras" in page
    assert "Todas as minhas lojas" not in page
    assert client.get(f"{PAGE}?loja={shop.centro.pk}").status_code == 404
    assert client.get(f"{PAGE}?loja=' or 1=1").status_code == 404


def test_htmx_gets_the_panel_without_the_frame(shop: Cast, client_for: ClientFor) -> None:
    headers = {"HX-Request": "true", "HX-Target": "panel"}
    fragment = shown(client_for(shop.otavio), f"{PAGE}?loja={shop.centro.pk}", **headers)
    assert fragment.startswith('<div id="panel"')
    assert "<html" not in fragment


def test_no_name_and_no_document_stands_on_the_panel(shop: Cast, client_for: ClientFor) -> None:
    page = shown(client_for(shop.otavio))
    for person in Customer.objects.all():
        assert person.name not in page
        assert str(person.cpf) not in page


def test_sellers_and_the_sac_have_no_panel(shop: Cast, client_for: ClientFor) -> None:
    for person in (shop.lucia, shop.saulo):
        assert client_for(person).get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_before_the_first_import_there_are_three_steps(cast: Cast, client_for: ClientFor) -> None:
    page = shown(client_for(cast.otavio))
    assert page.index("1. Importe") < page.index("2. Confira") < page.index("3. Veja a matriz RFV")
    assert "Importar vendas" in page
    assert "Peça a quem é dono ou gerente" in shown(client_for(cast.aline))


def test_while_the_first_scores_are_made_the_panel_says_so(
    cast: Cast, warehouse: str, today: Any, tmp_path: Any, client_for: ClientFor
) -> None:
    from recompra.warehouse.engine import LoadBatch, engine
    from tests import twelve_orders

    engine(warehouse).apply(LoadBatch(id=1, **twelve_orders.parquet(today, tmp_path)))
    refresh.request("test")
    page = shown(client_for(cast.otavio))
    assert "Suas vendas já chegaram" in page
    assert "Ver de novo" in page


def test_the_second_look_at_the_panel_asks_the_warehouse_nothing(
    shop: Cast, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recompra.warehouse.duck import DuckEngine

    client = client_for(shop.otavio)
    shown(client)
    asked: list[Any] = []
    monkeypatch.setattr(DuckEngine, "run", lambda *question: asked.append(question))
    assert "4 clientes" in shown(client)
    assert asked == []
