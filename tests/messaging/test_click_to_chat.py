"""Chamar no WhatsApp: the button, the way there, and the ready texts."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from recompra.accounts.models import AccessLog, User
from recompra.analytics.rfm_map import SEGMENTS
from recompra.customers.models import ContactAttempt, ContactPoint, Customer, Standing
from recompra.messaging.models import ReadyText
from recompra.messaging.ready_text import (
    DEFAULTS,
    default_text,
    fill,
    first_name,
    text_for,
    unknown_variables,
)
from recompra.privacy.blocks.hold import block
from tests.cast import Cast

SignIn = Callable[[User], Client]


def page(client: Client, customer: Customer) -> str:
    return client.get(f"/clientes/{customer.public_id}/").content.decode()


def call(client: Client, customer: Customer) -> Any:
    return client.post(f"/mensagens/whatsapp/{customer.public_id}/")


def leads_to(answer: Any) -> str:
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', answer.content.decode())
    assert found
    return html.unescape(found.group(1))


def test_dona_lucia_calls_ana_and_the_attempt_is_noted(shop: Cast, client_for: SignIn) -> None:
    seller = client_for(shop.lucia)
    assert "Chamar no WhatsApp" in page(seller, shop.ana)
    answer = call(seller, shop.ana)
    target = urlsplit(leads_to(answer))
    assert (target.scheme, target.netloc, target.path) == ("https", "wa.me", "/5541987654321")
    said = parse_qs(target.query)["text"][0]
    assert said.startswith("Oi, Ana! Aqui é da Loja Centro. Obrigado por voltar sempre!")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert 'rel="noopener noreferrer"' in answer.content.decode()
    attempt = ContactAttempt.objects.get()
    assert (attempt.customer, attempt.staff, attempt.reason) == (shop.ana, shop.lucia, "loyal")
    assert AccessLog.objects.get(action="contact").customer_id == shop.ana.pk
    told = page(seller, shop.ana)
    assert "Conversa aberta no WhatsApp" in told
    assert "· Dona Lúcia" in told


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ("carla", "Pediu para não receber contato."),
        ("bruno", "Bloqueado para campanhas."),
        ("davi", "Sem celular válido."),
    ],
)
def test_the_button_is_off_with_the_reason_and_no_way_leads_round_it(
    shop: Cast, client_for: SignIn, who: str, reason: str
) -> None:
    block(shop.bruno, ["campaigns"], "pediu")
    ContactPoint.objects.filter(customer=shop.davi, kind="mobile").delete()
    owner, customer = client_for(shop.otavio), getattr(shop, who)
    shown = page(owner, customer)
    assert reason in shown
    assert "disabled" in shown
    answer = call(owner, customer)
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert not ContactAttempt.objects.exists()


def test_who_may_not_contact_has_no_button_and_no_other_stores_customer_is_called(
    shop: Cast, client_for: SignIn
) -> None:
    analyst = client_for(shop.aline)
    assert "Chamar no WhatsApp" not in page(analyst, shop.ana)
    assert call(analyst, shop.ana).status_code == 403
    assert call(client_for(shop.lucia), shop.davi).status_code == 404
    assert client_for(shop.lucia).get(f"/mensagens/whatsapp/{shop.ana.public_id}/").status_code == 405


def test_there_is_a_good_text_for_every_segment_and_for_none() -> None:
    assert set(DEFAULTS) == {*SEGMENTS, ""}
    for code in DEFAULTS:
        text = default_text(code)
        assert text.startswith("Oi, {primeiro_nome}! Aqui é da {loja}.")
        assert not unknown_variables(text)


def test_without_a_name_the_greeting_still_reads_well() -> None:
    filled = fill("Oi, {primeiro_nome}! Aqui é da {loja}.", first_name="", store="Loja Centro")
    assert filled == "Oi! Aqui é da Loja Centro."
    assert [first_name(name) for name in ("ANA BEATRIZ", "joão", "McLaren Souza", "", "123 Ltda")] == [
        "Ana", "João", "McLaren", "", "",
    ]  # fmt: skip


@given(st.text(max_size=30).filter(bool), st.text(max_size=30))
def test_what_a_name_contains_is_never_filled_in_again(name: str, store: str) -> None:
    assert fill("{primeiro_nome}|{loja}|{x}|{0.__class__}|%s", first_name=name, store=store) == (
        f"{name}|{store}|{{x}}|{{0.__class__}}|%s"
    )


def test_the_shop_writes_its_own_text_sees_it_with_a_real_person_and_goes_back(
    shop: Cast, client_for: SignIn
) -> None:
    manager = client_for(shop.marta)
    shown = manager.get("/mensagens/textos/").content.decode()
    assert "Como Ana Beatriz Souza leria" in shown
    assert "Ninguém está neste segmento agora" in shown
    own = {"loyal-texto": "Oi {primeiro_nome}, chegou café na {loja}!"}
    preview = manager.post("/mensagens/textos/loyal/", {**own, "fazer": "previa"}).content.decode()
    assert "Oi Ana, chegou café na Loja Centro!" in preview
    assert not ReadyText.objects.exists()
    assert manager.post("/mensagens/textos/loyal/", {**own, "fazer": "salvar"}).status_code == 302
    assert text_for("loyal") == own["loyal-texto"]
    assert "chegou%20caf%C3%A9" in leads_to(call(manager, shop.ana))
    manager.post("/mensagens/textos/loyal/", {"fazer": "padrao"})
    assert text_for("loyal") == default_text("loyal")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("Oi {nome}!", "Não conhecemos {nome}."), ("", ""), ("é" * 700, "longo demais")],
)
def test_a_text_that_would_not_work_is_refused(
    cast: Cast, client_for: SignIn, text: str, complaint: str
) -> None:
    answer = client_for(cast.marta).post("/mensagens/textos/new/", {"new-texto": text, "fazer": "salvar"})
    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert not ReadyText.objects.exists()


def test_only_who_decides_sees_the_texts(cast: Cast, client_for: SignIn) -> None:
    assert client_for(cast.lucia).get("/mensagens/textos/").status_code == 403
    assert client_for(cast.marta).post("/mensagens/textos/nobody/", {}).status_code == 404
    assert not Standing.objects.exists()


def test_the_text_about_a_product_names_it(shop: Cast, client_for: SignIn) -> None:
    seller = client_for(shop.lucia)
    address = f"/mensagens/whatsapp/{shop.ana.public_id}/"
    said = [
        parse_qs(urlsplit(leads_to(seller.post(address, given))).query)["text"][0]
        for given in ({"produto": "504"}, {"repor": "504"})
    ]
    assert said[0].startswith("Oi, Ana! Aqui é da Loja Centro. Lembrei de você: temos Casaco de lã aqui.")
    assert "Casaco de lã já deve estar acabando" in said[1]
    assert ContactAttempt.objects.filter(customer=shop.ana, reason="loyal").count() == 2


@pytest.mark.parametrize("key", ["999999", "abc", "1; DROP TABLE", "9" * 40])
def test_a_product_that_is_not_there_has_no_text(shop: Cast, client_for: SignIn, key: str) -> None:
    answer = client_for(shop.lucia).post(f"/mensagens/whatsapp/{shop.ana.public_id}/", {"produto": key})
    assert answer.status_code == 404
    assert not ContactAttempt.objects.exists()


def test_the_texts_about_a_product_are_the_shops_own_too(shop: Cast, client_for: SignIn) -> None:
    manager = client_for(shop.marta)
    own = {"produto-texto": "Oi {primeiro_nome}, {produto} te espera na {loja}!", "fazer": "salvar"}
    assert manager.post("/mensagens/textos/produto/", own).status_code == 302
    answer = manager.post(f"/mensagens/whatsapp/{shop.ana.public_id}/", {"produto": "504"})
    assert parse_qs(urlsplit(leads_to(answer)).query)["text"] == [
        "Oi Ana, Casaco de lã te espera na Loja Centro!"
    ]
    refused = manager.post("/mensagens/textos/new/", {"new-texto": "Temos {produto}", "fazer": "salvar"})
    assert refused.status_code == 422
    assert "Não conhecemos {produto}." in refused.content.decode()


def test_a_very_long_name_of_a_product_is_cut() -> None:
    filled = fill("{produto}!", first_name="Ana", store="Loja", product="x" * 300)
    assert filled == "x" * 79 + "…!"
