"""What the tab Produtos recomendados has of the model: the hit rates for who analyses, and what is hidden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import User
from recompra.predictions.models import ModelRecord
from recompra.predictions.part import NOT_ENOUGH
from recompra.predictions.products import NAME, NOT_BETTER
from recompra.warehouse.dialect import answer_schema
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES
from tests.cast import Cast
from tests.customers.offers import look_at
from tests.segments.test_offers import OFFERS

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


CONTEST = {"plain": {"hit_10": 0.412}, "ranked": {"hit_10": 0.456}}


def test_where_a_ranker_is_in_force_its_list_is_shown_and_told_of(
    looked_at: Cast, client_for: SignIn
) -> None:
    """Ana's coat stands there because the ranker put it, in its words; the plain list has other reasons."""
    content = pa.Table.from_pylist(OFFERS, schema=answer_schema(TABLES["offers"]))
    engine(settings.WAREHOUSE_URL).replace("offers", content)
    told = ACCURACY | {"ranker": CONTEST | {"is_used": True}}
    keep(parameters={"memory_days": 30, "ranker": {"due": 1}}, accuracy=told)
    page = tab(client_for(looked_at.aline), looked_at)
    own = page[
        page.index('id="lista-personal"') : page.index("</section>", page.index('id="lista-personal"'))
    ]
    assert own.index("Bolsa de couro") < own.index("Casaco de lã")
    assert "levou 3 vezes, a última há 10 dias" in own
    assert "ordenada por um modelo que aprendeu" in page
    assert "45,6%" in page


def test_a_ranker_that_was_not_better_is_told_of_and_not_used(looked_at: Cast, client_for: SignIn) -> None:
    keep(accuracy=ACCURACY | {"ranker": CONTEST | {"is_used": False}})
    page = tab(client_for(looked_at.aline), looked_at)
    assert "não foi claramente melhor" in page
    assert 'id="lista-personal"' in page
