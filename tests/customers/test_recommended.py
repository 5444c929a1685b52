"""The tab Produtos recomendados: its lists with their reasons, the conversation about a product, and what it
says while there is little to say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import User
from recompra.customers.models import ContactPoint, Customer
from recompra.customers.xray.purchases import Purchases
from recompra.customers.xray.recommended.view import most_popular, new_to
from recompra.warehouse.engine import engine
from tests.cast import Cast
from tests.customers.offers import look_at

SignIn = Callable[[User], Client]


@pytest.fixture
def looked_at(shop: Cast, warehouse: str, today: dt.date) -> Cast:
    """The twelve orders, and what is computed of their products."""
    look_at(engine(warehouse), today)
    return shop


def tab(client: Client, customer: Customer) -> str:
    answer = client.get(reverse("customers:recommended", args=[customer.public_id]))
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


def names(customer: Customer, popular: tuple[dict[str, Any], ...]) -> list[str]:
    return [row["name"] for row in new_to(Purchases(customer.pk), popular)]


def test_davi_is_offered_what_the_others_bought(shop: Cast, today: dt.date) -> None:
    assert names(shop.davi, most_popular(today)) == ["Bolsa de couro", "Caneca esmaltada"]


def test_ana_is_not_offered_what_she_has_even_what_she_returned(shop: Cast, today: dt.date) -> None:
    assert names(shop.ana, most_popular(today)) == ["Casaco de lã"]
    everything = ({"product_key": 501, "name": "Camiseta básica"},)
    assert names(shop.ana, everything) == []


def test_a_product_of_a_cancelled_order_is_still_new(shop: Cast) -> None:
    newcomer = Customer.objects.create(name="Nova Pessoa")
    assert names(newcomer, ({"product_key": 504, "name": "Casaco de lã"},)) == ["Casaco de lã"]


def test_before_the_first_look_at_the_products_the_popular_ones_are_there_and_it_says_why(
    shop: Cast, client_for: SignIn
) -> None:
    page = tab(client_for(shop.lucia), shop.ana)
    for said in ("Mais populares", "Casaco de lã", "Vestuário · Serra", "Por enquanto só se conhecem"):
        assert said in page, said
    assert "Recomendados para esta pessoa" not in page


def test_ana_s_lists_by_hand(looked_at: Cast, client_for: SignIn) -> None:
    """She has the bag, the mug and the shirt; the coat is new to her."""
    page = tab(client_for(looked_at.lucia), looked_at.ana)
    personal, popular = (
        page[page.index(f'id="lista-{code}"') :].split("</section>")[0] for code in ("personal", "popular")
    )
    for said in ("Bolsa de couro", "levou 2 vezes", "Caneca esmaltada", "levou uma vez"):
        assert said in personal, said
    assert "Casaco de lã" in popular
    assert "2 clientes levaram nos últimos 365 dias" in popular
    assert "Bolsa de couro" not in popular
    assert "Por enquanto" not in page


def test_lists_without_products_say_why(looked_at: Cast, client_for: SignIn) -> None:
    page = tab(client_for(looked_at.lucia), looked_at.ana)
    empty = page[page.index('id="t-vazias"') :]
    for said in ("Sem produtos agora", "Novidades em destaque", "histórico é curto demais", "Compram juntos"):
        assert said in empty, said


def test_who_has_not_bought_sees_what_is_good_for_everybody(looked_at: Cast, client_for: SignIn) -> None:
    newcomer = Customer.objects.create(name="Nova Pessoa")
    page = tab(client_for(looked_at.otavio), newcomer)
    assert "Bolsa de couro" in page
    assert "Este cliente já comprou tudo" not in page


def test_the_seller_opens_the_conversation_about_a_product(looked_at: Cast, client_for: SignIn) -> None:
    page = tab(client_for(looked_at.lucia), looked_at.ana)
    opening = reverse("messaging:open_chat", args=[looked_at.ana.public_id])
    assert f'<form id="conversa-produto" method="post" action="{opening}"' in page
    assert '<button class="icon-btn" form="conversa-produto" name="produto" value="504">' in page
    assert 'aria-label="Chamar no WhatsApp sobre Casaco de lã"' in page


def test_no_conversation_is_offered_where_none_is_allowed(looked_at: Cast, client_for: SignIn) -> None:
    ContactPoint.objects.filter(customer=looked_at.davi, kind="mobile").delete()
    assert "conversa-produto" not in tab(client_for(looked_at.otavio), looked_at.davi)
    assert "conversa-produto" not in tab(client_for(looked_at.aline), looked_at.ana)


def test_before_any_sale_there_is_nothing_to_recommend(cast: Cast, client_for: SignIn) -> None:
    page = tab(client_for(cast.otavio), cast.ana)
    assert "Ainda não há o que recomendar" in page
    assert "Por enquanto" not in page


def test_a_customer_of_another_store_stays_unseen(shop: Cast, client_for: SignIn) -> None:
    for name in ("recommended", "most_bought"):
        address = reverse(f"customers:{name}", args=[shop.davi.public_id])
        assert client_for(shop.lucia).get(address).status_code == 404
