"""What a page says we may do with a customer, noting what they say, the shop's texts, and the public page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import AccessLog, User
from recompra.customers.models import ContactAttempt, Customer
from recompra.privacy.blocks.hold import block
from recompra.privacy.consents.ledger import grant, revoke, state, write_text
from recompra.privacy.models import ConsentEvent, ConsentText, Operator, ShopPrivacy
from recompra.privacy.permission import ASKED, Facts, answers, may
from tests.cast import Cast

ClientFor = Callable[[User], Client]


def address(name: str, customer: Customer) -> str:
    return reverse(name, args=[customer.public_id])


def page(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def noted(client: Client, customer: Customer, **given: str) -> Any:
    said = {"acao": "grant", "finalidade": "marketing", "canal": "", "prova": "ficha assinada"} | given
    return client.post(address("privacy:consent_note", customer), said)


def test_the_answers_are_the_verdicts_of_may_in_few_look_ups(
    cast: Cast, django_assert_num_queries: Callable[[int], Any]
) -> None:
    block(cast.bruno, ["loyalty"], "pediu")
    revoke(cast.bruno, "marketing", "email", by=cast.saulo)
    with django_assert_num_queries(3):
        told = answers(Facts.of(cast.bruno))
    assert [(one.purpose, one.channel) for one in told] == list(ASKED)
    assert all(one.verdict == may(cast.bruno, one.purpose, one.channel) for one in told)
    assert [one.verdict.allowed for one in told] == [True, True, False, True, True, False, False, True]


def test_the_customer_s_page_says_what_may_be_done_and_why_not(shop: Cast, client_for: ClientFor) -> None:
    seller = client_for(shop.lucia)
    shown = page(seller, address("customers:detail", shop.carla))
    assert "O que posso fazer com este cliente" in shown
    assert "Pediu para não receber contato." in shown
    card = page(seller, address("privacy:permission_card", shop.ana))
    assert "WhatsApp, SMS, e-mail" in card
    revoke(shop.ana, "marketing", "email", by=shop.saulo)
    card = page(seller, address("privacy:permission_card", shop.ana))
    assert "WhatsApp, SMS" in card
    assert "e-mail: Pediu para não receber contato por e-mail." in card


def test_a_withdrawal_takes_one_click_and_no_proof(shop: Cast, client_for: ClientFor) -> None:
    seller = client_for(shop.lucia)
    assert "Pediu para não receber mais" in page(seller, address("customers:detail", shop.ana))
    answer = noted(seller, shop.ana, acao="revoke", prova="", voltar="cliente")
    assert answer.url == address("customers:detail", shop.ana)
    assert not may(shop.ana, "contact", "whatsapp").allowed
    event = ConsentEvent.objects.latest("pk")
    assert (event.action, event.origin, event.by) == ("revoke", "attendant", shop.lucia)
    assert AccessLog.objects.get(action="consent_revoke").customer_id == shop.ana.pk
    assert "Pediu para não receber mais" not in page(seller, address("privacy:permission_card", shop.ana))


def test_a_yes_needs_a_proof(shop: Cast, client_for: ClientFor) -> None:
    sac = client_for(shop.saulo)
    refused = noted(sac, shop.carla, prova=" ")
    assert refused.status_code == 422
    assert "Diga o que comprova" in refused.content.decode()
    assert not may(shop.carla, "contact", "whatsapp").allowed
    assert noted(sac, shop.carla, prova="ficha na pasta 3", origem="store").status_code == 302
    assert may(shop.carla, "contact", "whatsapp").allowed
    shown = page(sac, address("privacy:consents", shop.carla))
    assert "ficha na pasta 3" in shown
    assert "na loja" in shown


@pytest.mark.parametrize(
    "wrong", [{"finalidade": "curiosidade"}, {"canal": "pombo"}, {"dia": "2199-01-01"}, {"acao": ""}]
)
def test_what_cannot_be_is_told_and_not_noted(
    shop: Cast, client_for: ClientFor, wrong: dict[str, str]
) -> None:
    before = ConsentEvent.objects.count()
    assert noted(client_for(shop.saulo), shop.ana, **wrong).status_code == 422
    assert ConsentEvent.objects.count() == before


def test_what_was_said_long_ago_takes_its_place_in_time(shop: Cast, client_for: ClientFor) -> None:
    revoke(shop.bruno, "marketing", by=shop.saulo)
    noted(client_for(shop.saulo), shop.bruno, dia="2020-05-01")
    assert state(shop.bruno)["marketing", ""].is_no


def test_who_may_only_look_notes_nothing(shop: Cast, client_for: ClientFor) -> None:
    analyst = client_for(shop.aline)
    assert noted(analyst, shop.ana, acao="revoke").status_code == 403
    assert "Anotar o que a pessoa diz" not in page(analyst, address("privacy:consents", shop.ana))
    assert noted(client_for(shop.denise), shop.ana, acao="object").status_code == 302  # the officer may


def test_a_revocation_between_the_page_and_the_click_stops_the_conversation(
    shop: Cast, client_for: ClientFor
) -> None:
    """C3 of the privacy checks, for what sends today: the verdict is asked when the conversation opens."""
    seller = client_for(shop.lucia)
    chat = address("messaging:open_chat", shop.ana)
    assert chat in page(seller, address("customers:detail", shop.ana))
    revoke(shop.ana, "marketing", "whatsapp", by=shop.saulo)
    answer = seller.post(chat)
    assert answer.status_code == 422
    assert "wa.me" not in answer.content.decode()
    assert not ContactAttempt.objects.exists()


def test_the_conversation_opens_with_a_number_that_may_be_used(shop: Cast, client_for: ClientFor) -> None:
    shop.ana.contact_points.create(
        kind="mobile", value="5541999990000", match_key="9999000041", use="service"
    )
    opened = client_for(shop.lucia).post(address("messaging:open_chat", shop.ana)).content.decode()
    assert "5541987654321" in opened
    assert "5541999990000" not in opened


def test_consents_stand_in_the_timeline(shop: Cast, client_for: ClientFor) -> None:
    revoke(shop.ana, "marketing", "sms", by=shop.saulo, evidence="ligou")
    shown = page(client_for(shop.lucia), address("customers:detail", shop.ana) + "?tipo=consent")
    assert "Consentimento, ofertas e novidades: retirou o aceite" in shown
    assert "SMS · atendente · ligou" in shown


def test_the_officer_writes_the_next_version_of_a_text(cast: Cast, client_for: ClientFor) -> None:
    officer, here = client_for(cast.denise), reverse("privacy:consent_texts")
    assert "Ainda sem texto" in page(officer, here)
    for words in ("Aceito ofertas.", "Aceito ofertas e <b>novidades</b>."):
        sent = officer.post(reverse("privacy:consent_text", args=["marketing"]), {"texto": words})
        assert sent.url == here
    shown = page(officer, here)
    assert "versão 2" in shown
    assert "versão 1" in shown
    assert "&lt;b&gt;novidades" in shown
    assert officer.post(reverse("privacy:consent_text", args=["marketing"]), {"texto": ""}).status_code == 422
    assert officer.get(reverse("privacy:consent_text", args=["nada"])).status_code == 404
    assert ConsentText.objects.count() == 2


def test_the_numbers_of_the_texts_page_are_those_of_the_table(cast: Cast, client_for: ClientFor) -> None:
    revoke(cast.bruno, "marketing", "email", by=cast.saulo)
    counts = client_for(cast.denise).get(reverse("privacy:consent_texts")).context["counts"]
    assert counts == [
        ("ofertas e novidades", "todos os canais", 1, 1),
        ("ofertas e novidades", "e-mail", 0, 1),
    ]


def test_the_public_page_is_for_everybody_and_sets_no_cookie(cast: Cast, client: Client) -> None:
    """C24 of the privacy checks, the server's half: the browser's is in tests/e2e/test_blocks.py."""
    ShopPrivacy.objects.create(
        pk=1,
        controller="Loja & Filhos",
        cnpj="11222333000181",
        dpo_name="Denise",
        dpo_contact="dpo@loja.example",
    )
    Operator.objects.create(
        name="Correio Rápido", purpose="entrega", country="US", mechanism="standard", is_active=True
    )
    Operator.objects.create(name="Desligado", purpose="nada", is_active=False)
    answer = client.get("/privacidade/publico/")
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert not answer.cookies
    for words in (
        "Loja &amp; Filhos",
        "11.222.333/0001-81",
        "dpo@loja.example",
        "Correio Rápido",
        "Documentos, ",
    ):
        assert words in shown
    assert "Desligado" not in shown
    assert "senha" not in shown.lower()  # what is kept of the staff is not the public's
    assert "<nav" not in shown


def test_the_public_page_stands_before_anything_was_filled_in(db: None, client: Client) -> None:
    shown = client.get("/privacidade/publico/").content.decode()
    assert "Peça em qualquer uma das nossas lojas" in shown
    assert "Com ninguém" in shown


def test_a_long_ledger_comes_in_pieces(cast: Cast, client_for: ClientFor) -> None:
    write_text("marketing", "Aceito.", by=cast.otavio)
    for _time in range(40):
        grant(cast.ana, "marketing", by=cast.saulo, evidence="x")
    sac, here = client_for(cast.saulo), address("privacy:consents", cast.ana)
    first = sac.get(here)
    assert len(first.context["events"]) == 30
    rest = sac.get(first.context["more"])
    assert len(rest.context["events"]) == 11
