"""What the customer's page says of the days to come: in words, with the person's own figures, or why not."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import User
from recompra.analytics.behaviours import behaviours
from recompra.customers.models import Customer
from recompra.customers.xray.purchases import Purchases
from recompra.predictions.cards.habits import habits
from recompra.predictions.cards.risk import kept
from recompra.predictions.cards.words import REASONS, fallback, missed, why
from recompra.predictions.models import ModelRecord
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import order_items, orders, products
from tests.cast import Cast
from tests.predictions import stage
from tests.twelve_orders import ANA, BRUNO, CARLA

Clients = Callable[[User], Client]


def page(client: Client, customer: Customer) -> str:
    answer = client.get(reverse("customers:detail", args=[customer.public_id]))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_ana_sees_her_risk_with_five_sentences_of_her_own(
    shop: Cast, today: dt.date, client_for: Clients
) -> None:
    stage.publish(today)
    told = page(client_for(shop.otavio), shop.ana)
    assert "60% risco médio" in told
    assert "Probabilidade de não comprar nos próximos 90 dias." in told
    assert "Comprou há 12 dias; compra a cada 72 dias." in told
    assert "R$ 160,00 por pedido nos últimos 12 meses." in told.replace("\xa0", " ")
    assert "5 dias de compra em 12 meses, em intervalos regulares." in told
    assert "R$ 340,00 nos últimos 90 dias; R$ 200,00 nos 90 anteriores." in told.replace("\xa0", " ")
    assert "3 produtos diferentes nos últimos 12 meses." in told
    assert "Última compra aumenta o risco" in told
    assert "Frequência diminui o risco" in told
    assert "Ticket médio quase não pesa" in told
    assert "de cada 100 clientes com um risco como este, 62 não voltaram." in told


def test_her_predicted_spend_stands_beside_what_she_spent(
    shop: Cast, today: dt.date, client_for: Clients
) -> None:
    accuracy = {"observed": 1000.0, "expected": 910.0, "measures": [], "bins": []}
    stage.publish(today, value={"accuracy": accuracy})
    told = page(client_for(shop.otavio), shop.ana).replace("\xa0", " ")
    assert "LTV (gasto acumulado) R$ 740,00" in told
    assert "3 meses R$ 300 R$ 100 – R$ 700" in told
    assert "12 meses R$ 1.200 R$ 500 – R$ 2.600" in told
    assert "o total previsto de todos os clientes ficou 9% abaixo do real." in told


def test_her_next_purchase_is_a_window_beside_the_mean_interval(
    shop: Cast, today: dt.date, client_for: Clients
) -> None:
    stage.publish(today)
    told = page(client_for(shop.otavio), shop.ana)
    on, since, until = (f"{today + dt.timedelta(days=n):%d/%m/%Y}" for n in (52, 8, 160))
    assert f"Próxima compra provável: por volta de {on}, entre {since} e {until}." in told
    assert "Compra a cada 72 dias" in told


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (-5, 0, "Pode acontecer a qualquer momento."),
        (0, 9, "Pode acontecer a qualquer momento."),
        (-9, -1, "Esse prazo já passou"),
    ],
)
def test_the_window_is_here_on_its_first_and_on_its_last_day(
    shop: Cast, today: dt.date, client_for: Clients, since: int, until: int, words: str
) -> None:
    window = {"next_from": today + dt.timedelta(days=since), "next_until": today + dt.timedelta(days=until)}
    stage.publish(today, stage.ana(today) | window)
    assert words in page(client_for(shop.otavio), shop.ana)


def test_of_bruno_who_is_inactive_no_risk_is_told_but_why(
    shop: Cast, today: dt.date, client_for: Clients
) -> None:
    stage.publish(today)
    told = page(client_for(shop.otavio), shop.bruno)
    assert "Inativo há 80 dias" in told
    assert (
        "A última compra foi há 260 dias, e nesta loja quem passa 180 dias sem comprar está inativo." in told
    )
    assert "risco médio" not in told


def test_a_model_that_is_not_better_is_hidden_with_its_reason(
    shop: Cast, today: dt.date, client_for: Clients
) -> None:
    hidden = {"is_shown": False, "reason": "not_better"}
    rows = [stage.row(ANA, today)]
    stage.publish(
        today, *rows, churn=hidden, value=hidden, rhythm={"is_shown": False, "reason": "not_enough_data"}
    )
    told = page(client_for(shop.otavio), shop.ana)
    assert told.count("não acertou mais do que uma regra simples") == 2
    assert "Próxima compra provável: Ainda há pouca história" in told
    assert "Probabilidade de não comprar" not in told


def test_before_anything_was_predicted_the_page_says_nothing_of_it(shop: Cast, client_for: Clients) -> None:
    told = page(client_for(shop.otavio), shop.ana)
    assert "Risco de perda" not in told
    assert "Gasto previsto" not in told


def test_the_rhythm_of_one_purchase_is_labelled_as_everybodys(
    shop: Cast, today: dt.date, client_for: Clients
) -> None:
    window = {"next_on": today, "next_from": today, "next_until": today, "is_pooled": True}
    stage.publish(today, stage.row(CARLA, today, **window))
    assert "Uma compra só: vale o ritmo de todos os clientes." in page(client_for(shop.otavio), shop.carla)


def test_a_seller_of_the_store_sees_it_and_the_officer_too_but_not_of_another_store(
    shop: Cast, today: dt.date, client_for: Clients
) -> None:
    stage.publish(today)
    for name in ("risk_card", "value_card", "moment_lines"):
        address = reverse(f"predictions:{name}", args=[shop.davi.public_id])
        assert client_for(shop.lucia).get(address).status_code == 404
        assert client_for(shop.denise).get(address).status_code == 200


def test_the_habits_of_a_person_are_the_behaviours_of_everybody(shop: Cast, today: dt.date) -> None:
    for ago in (0, 15, 100, 290):
        day = today - dt.timedelta(days=ago)
        table = behaviours(orders, order_items, products, as_of=day)
        for row in engine(settings.WAREHOUSE_URL).rows(table):
            own = {ANA: shop.ana, BRUNO: shop.bruno, CARLA: shop.carla}.get(row["customer_key"], shop.davi)
            bought = Purchases(own.pk)
            found = habits(bought.orders, bought.lines, day)
            assert found is not None
            assert (found.recency_days, found.purchase_days, found.products, found.units) == (
                row["recency_days"], row["days_12m"], row["products_12m"], row["units_12m"],
            )  # fmt: skip
            assert (found.ticket, found.ticket_before) == (row["ticket_12m"], row["ticket_before"])
            assert (found.spent, found.spent_before) == (row["spent_90"], row["spent_90_before"])
            mean, spread = row["mean_interval_days"], row["interval_spread_days"]
            assert (found.mean_days is None) == (mean is None)
            if found.mean_days is not None and found.spread_days is not None:
                assert found.mean_days == pytest.approx(float(mean), abs=0.005)
                assert found.spread_days == pytest.approx(float(spread), abs=0.005)


def test_the_line_of_accuracy_is_that_of_the_nearest_risk() -> None:
    record = ModelRecord(accuracy={"bins": stage.BINS})
    assert kept(record, 0.0) == {"of_hundred": 12, "customers": 40}
    assert kept(record, 0.99) == {"of_hundred": 62, "customers": 50}
    assert kept(ModelRecord(accuracy=None), 0.5) is None


def test_every_reason_has_words(db: None) -> None:
    for code in (*REASONS, "not_better", "a_code_of_tomorrow"):
        assert why(code)
    assert fallback("model_not_better")
    assert fallback("short_history")
    assert fallback("") == ""
    assert missed(None) == missed({"observed": 0, "expected": 5}) == ""
    assert "bateu" in missed({"observed": 100.0, "expected": 100.2})
    assert "10% acima" in missed({"observed": 100.0, "expected": 110.0}).replace("\xa0", "")
