"""How the scores are made: in words, with their people, and changed only after a preview."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from recompra.analytics.rfm import Cuts
from recompra.customers.models import Customer, Refresh, RfmCuts
from recompra.dashboards.cuts_form import CutsForm, MoneyField
from recompra.dashboards.cuts_words import frequency_words, monetary_words, recency_words
from recompra.work.drain import drain
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Any], Client]

CUTS = Cuts((180, 90, 40, 12), (2, 3, 5, 10), (Decimal(100), Decimal(300), Decimal(540), Decimal(980)))
CHOSEN = {
    "mode": "manual", "window_days": "",
    "recency_5": "12", "recency_4": "40", "recency_3": "90", "recency_2": "180",
    "frequency_5": "5", "frequency_4": "4", "frequency_3": "3", "frequency_2": "2",
    "monetary_5": "1.500,00", "monetary_4": "780", "monetary_3": "700,5", "monetary_2": "R$ 100,00",
}  # fmt: skip


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_cuts_are_said_in_words() -> None:
    with override("pt-br"):
        assert [recency_words(CUTS, score) for score in (5, 4, 1)] == [
            "até 12 dias atrás", "de 13 a 40 dias atrás", "mais de 180 dias atrás",
        ]  # fmt: skip
        assert [frequency_words(CUTS, score) for score in (5, 4, 2, 1)] == [
            "10 dias de compra ou mais", "de 5 a 9 dias de compra", "2 dias de compra", "até 1 dia de compra",
        ]  # fmt: skip
        assert [plain(monetary_words(CUTS, score)) for score in (5, 4, 1)] == [
            "R$ 980,00 ou mais", "de R$ 540,00 a R$ 979,99", "até R$ 99,99",
        ]  # fmt: skip


def test_equal_edges_leave_a_score_to_nobody() -> None:
    same = Cuts((30, 30, 30, 30), (2, 2, 2, 2), (Decimal(50),) * 4)
    with override("pt-br"):
        assert {recency_words(same, 3), frequency_words(same, 3), monetary_words(same, 3)} == {"ninguém"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1.234,56", "1234.56"), ("1234,5", "1234.50"), ("R$ 980", "980.00"), ("-10,00", "-10.00")],
)
def test_amounts_are_read_as_people_write_them(written: str, meant: str) -> None:
    assert MoneyField().clean(written) == Decimal(meant)


@pytest.mark.parametrize("written", ["1.23", "12,345", "1,234.56", "mil", "1e9"])
def test_an_amount_that_may_mean_two_things_is_asked_again(written: str) -> None:
    assert CutsForm(CHOSEN | {"monetary_5": written}).errors.keys() == {"monetary_5"}


def test_a_better_score_may_not_ask_for_less() -> None:
    assert CutsForm(CHOSEN).is_valid()
    assert CutsForm(CHOSEN | {"recency_4": "200"}).errors.keys() == {"recency_3"}
    assert CutsForm(CHOSEN | {"frequency_4": "9"}).errors.keys() == {"frequency_4"}
    assert CutsForm(CHOSEN | {"monetary_2": ""}).errors.keys() == {"monetary_2"}
    assert CutsForm({"mode": "automatic"}).is_valid()


def test_marta_sees_the_cuts_in_force_with_their_people(shop: Cast, client_for: ClientFor) -> None:
    page = client_for(shop.marta).get("/painel/cortes/").content.decode()
    assert "Como os pontos são calculados" in page
    assert "Versão 1 dos cortes" in page
    assert "Ver o que mudaria" in page


def test_aline_sees_them_but_cannot_change_them(shop: Cast, client_for: ClientFor) -> None:
    client = client_for(shop.aline)
    assert "Ver o que mudaria" not in client.get("/painel/cortes/").content.decode()
    assert client.post("/painel/cortes/previa/", CHOSEN).status_code == 403
    assert client.post("/painel/cortes/salvar/", CHOSEN).status_code == 403
    assert RfmCuts.objects.count() == 1


def test_the_preview_changes_nothing_and_says_who_would_move(shop: Cast, client_for: ClientFor) -> None:
    before = dict(Customer.objects.values_list("id", "standing__segment"))
    page = client_for(shop.marta).post("/painel/cortes/previa/", CHOSEN).content.decode()
    assert "Nada mudou ainda" in page
    assert 'name="monetary_4" value="780"' in page
    assert dict(Customer.objects.values_list("id", "standing__segment")) == before
    assert RfmCuts.objects.count() == 1


def test_saved_cuts_are_a_new_version_and_everybody_is_scored_again(
    shop: Cast, client_for: ClientFor
) -> None:
    """With these edges Ana (12 days, 5 days, 740.00) is 5-5-3 and Davi (5 days, once, 780.00) is 5-1-4."""
    client = client_for(shop.marta)
    said = client.post("/painel/cortes/previa/", CHOSEN).content.decode()
    answer = client.post("/painel/cortes/salvar/", CHOSEN, follow=True)
    assert "A versão 2 dos cortes está valendo" in answer.content.decode()
    newest = RfmCuts.objects.latest("version")
    assert (newest.version, newest.decided_by, newest.mode) == (2, shop.marta, "manual")
    before = dict(Customer.objects.values_list("id", "standing__segment"))
    drain(Refresh)
    ana = Customer.objects.get(pk=shop.ana.pk).standing
    assert (ana.recency_score, ana.frequency_score, ana.monetary_score) == (5, 5, 3)
    davi = Customer.objects.get(pk=shop.davi.pk).standing
    assert (davi.recency_score, davi.frequency_score, davi.segment) == (5, 1, "promising")
    after = dict(Customer.objects.values_list("id", "standing__segment"))
    changed = sum(before[who] != after[who] for who in before)
    assert (f"{changed} pessoa" if changed else "Ninguém mudaria de grupo") in said


def test_an_earlier_version_comes_back_through_the_same_preview(shop: Cast, client_for: ClientFor) -> None:
    client = client_for(shop.marta)
    client.post("/painel/cortes/salvar/", CHOSEN)
    page = client.get("/painel/cortes/?versao=1").content.decode()
    assert "Voltar à versão 1" in page
    first = RfmCuts.objects.get(version=1)
    assert f'value="{first.recency_edges[3]}"' in page
    assert client.get("/painel/cortes/?versao=99").status_code == 404
    assert client.get("/painel/cortes/?versao=ana").status_code == 404


def test_automatic_again_is_previewed_and_saved_too(shop: Cast, client_for: ClientFor) -> None:
    client = client_for(shop.otavio)
    client.post("/painel/cortes/salvar/", CHOSEN)
    assert (
        client.post("/painel/cortes/previa/", {"mode": "automatic", "window_days": "365"}).status_code == 200
    )
    client.post("/painel/cortes/salvar/", {"mode": "automatic", "window_days": "365"})
    newest = RfmCuts.objects.latest("version")
    assert (newest.mode, newest.window_days) == ("automatic", 365)


def test_wrong_numbers_come_back_with_what_is_wrong(shop: Cast, client_for: ClientFor) -> None:
    answer = client_for(shop.marta).post("/painel/cortes/salvar/", CHOSEN | {"recency_4": "200"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert RfmCuts.objects.count() == 1


def test_before_the_first_scores_there_is_nothing_to_cut(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.otavio)
    assert "Ainda não há pontos" in client.get("/painel/cortes/").content.decode()
    assert client.post("/painel/cortes/previa/", CHOSEN).status_code == 422
