"""What the tab Produtos recomendados has of the model: the hit rates for who analyses, and what is hidden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import User
from recompra.predictions.models import ModelRecord
from recompra.predictions.part import NOT_ENOUGH
from recompra.predictions.products import NAME, NOT_BETTER
from recompra.warehouse.engine import engine
from tests.cast import Cast
from tests.customers.offers import look_at

SignIn = Callable[[User], Client]
MEASURES = [
    {"name": "hit_10_personal", "value": 0.412, "baselines": {"popular": 0.1, "frequent": 0.35}},
    {"name": "hit_10_novelty", "value": 0.05, "baselines": {"all_time": 0.04}},
]
ACCURACY = {"customers": 1234, "measures": MEASURES, "lists": {"personal": {"coverage": 0.9}}}


@pytest.fixture
def looked_at(shop: Cast, warehouse: str, today: dt.date) -> Cast:
    look_at(engine(warehouse), today)
    return shop


def keep(**fields: Any) -> ModelRecord:
    kept = {"parameters": {"memory_days": 30}, "accuracy": ACCURACY, "is_shown": True} | fields
    return ModelRecord.objects.create(
        name=NAME, version=1, as_of=dt.date(2026, 1, 1), horizon_days=90, active_days=180, **kept
    )


def tab(client: Client, shop: Cast) -> str:
    page = client.get(reverse("customers:recommended", args=[shop.ana.public_id])).content.decode()
    return page.replace("\xa0", " ")


def test_who_analyses_sees_how_often_each_list_was_right(looked_at: Cast, client_for: SignIn) -> None:
    keep()
    page = tab(client_for(looked_at.aline), looked_at)
    for said in (
        "Quanto as listas acertam",
        "41%",
        "35%",
        "o que cada um mais levou",
        "1.234 clientes",
        "90%",
    ):
        assert said in page, said


def test_a_seller_sees_the_lists_without_their_hit_rates(looked_at: Cast, client_for: SignIn) -> None:
    keep()
    page = tab(client_for(looked_at.lucia), looked_at)
    assert "Recomendados para esta pessoa" in page
    assert "Quanto as listas acertam" not in page


def test_a_list_that_is_no_better_than_a_simple_rule_is_hidden_and_says_so(
    looked_at: Cast, client_for: SignIn
) -> None:
    keep(is_shown=False, reason=NOT_BETTER)
    page = tab(client_for(looked_at.lucia), looked_at)
    assert 'id="lista-personal"' not in page
    assert "acertou menos que uma regra simples" in page
    assert 'id="lista-popular"' in page


def test_without_a_complete_window_the_lists_stand_and_the_card_says_why_not_more(
    looked_at: Cast, client_for: SignIn
) -> None:
    keep(accuracy=None, is_shown=False, reason=NOT_ENOUGH)
    page = tab(client_for(looked_at.otavio), looked_at)
    assert 'id="lista-personal"' in page
    assert "poucos clientes voltaram na última janela completa" in page
