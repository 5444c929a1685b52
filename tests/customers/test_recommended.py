"""What to offer: the popular products that are new to the customer, in an order that does not waver."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from recompra.accounts.models import User
from recompra.customers.models import Customer
from recompra.customers.xray.purchases import Purchases
from recompra.customers.xray.recommended import most_popular, new_to
from tests.cast import Cast

SignIn = Callable[[User], Client]


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


def test_the_tab_tells_how_many_customers_bought(shop: Cast, client_for: SignIn) -> None:
    page = tab(client_for(shop.lucia), shop.ana)
    for said in ("Mais populares", "Casaco de lã", "Vestuário", "Serra", "33%", "Como é contado"):
        assert said in page, said


def test_before_any_sale_there_is_nothing_to_recommend(cast: Cast, client_for: SignIn) -> None:
    assert "Ainda não há o que recomendar" in tab(client_for(cast.otavio), cast.ana)


def test_a_customer_of_another_store_stays_unseen(shop: Cast, client_for: SignIn) -> None:
    for name in ("recommended", "most_bought"):
        address = reverse(f"customers:{name}", args=[shop.davi.public_id])
        assert client_for(shop.lucia).get(address).status_code == 404
