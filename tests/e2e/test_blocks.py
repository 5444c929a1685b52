"""Blocks and consents in the browser: two clicks on the customer's page, a pasted list, the texts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from recompra.privacy.blocks.hold import block
from recompra.privacy.permission import may
from tests.cast import Cast


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_saulo_blocks_campaigns_with_two_clicks_and_lifts_them(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str
) -> None:
    page = open_as(live_shop.saulo, size=size)
    page.goto(reverse("customers:detail", args=[live_shop.ana.public_id]))
    expect(page.get_by_text("O que posso fazer com este cliente")).to_be_visible()
    page.get_by_role("button", name="Bloquear", exact=True).click()
    expect(page.get_by_label("campanhas")).to_be_checked()
    axe(page)
    page.get_by_role("button", name="Bloquear agora").click()
    expect(page.get_by_text("A partir de agora nada disso chega a este cliente.")).to_be_visible()
    assert not may(live_shop.ana, "campaign", "email").allowed
    page.get_by_role("link", name="Ver ou retirar bloqueios").click()
    page.get_by_role("button", name="Retirar o que está marcado").click()
    page.get_by_role("button", name="Confirmar").click()
    expect(page.get_by_text("1 bloqueio retirado.")).to_be_visible()
    assert may(live_shop.ana, "campaign", "email").allowed
    axe(page)


def test_without_a_script_it_works_too(live_shop: Cast, open_as: Callable[..., Page]) -> None:
    page = open_as(live_shop.saulo, scripts=False)
    page.goto(reverse("customers:detail", args=[live_shop.ana.public_id]))
    page.get_by_role("button", name="Bloquear", exact=True).click()
    page.get_by_role("button", name="Bloquear agora").click()
    page.get_by_role("button", name="Pediu para não receber mais").click()
    expect(page.get_by_text("Vale a partir de agora.")).to_be_visible()
    assert not may(live_shop.ana, "contact", "whatsapp").allowed


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_marta_pastes_a_list_and_finds_whom_she_blocked(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str
) -> None:
    page = open_as(live_shop.marta, size=size)
    page.goto(reverse("privacy:blocks"))
    expect(page.get_by_text("Ninguém está bloqueado")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Bloquear por CPF").first.click()
    page.get_by_label("CPFs").fill("529.982.247-25\n390.533.447-05\n111.111.111-11")
    page.get_by_label("giftback").check()
    axe(page)
    page.get_by_role("button", name="Bloquear", exact=True).click()
    expect(page.get_by_text("2 CPFs bloqueados.")).to_be_visible()
    expect(page.get_by_text("1 linha ficou de fora:")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Cadastros bloqueados").click()
    expect(page.get_by_role("link", name="Ana Beatriz Souza")).to_be_visible()
    expect(page.get_by_text("•••.982.247-••")).to_be_visible()
    page.get_by_placeholder("CPF, nome, telefone ou e-mail").fill("390.533.447-05")
    expect(page.get_by_role("link", name="Ana Beatriz Souza")).to_be_hidden()
    expect(page.get_by_role("link", name="Ainda não cadastrado")).to_be_visible()
    assert "390" not in page.url
    axe(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_pages_of_consents_are_accessible(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str, scheme: str
) -> None:
    made = block(live_shop.carla, ["campaigns", "loyalty"], "pediu", by=live_shop.saulo)
    page = open_as(live_shop.denise, size=size, scheme=scheme)
    for address in (
        reverse("privacy:consents", args=[live_shop.carla.public_id]),
        reverse("privacy:consent_texts"),
        reverse("privacy:block", args=[made[0].pk]),
        reverse("privacy:blocks_export"),
        reverse("privacy:blocks"),
        reverse("privacy:public"),
    ):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        axe(page)
        width = page.viewport_size
        assert width is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], address


def test_the_public_page_keeps_nothing_in_the_visitor_s_browser(
    live_shop: Cast, open_as: Callable[..., Page]
) -> None:
    """C24 of the privacy checks, the browser's half."""
    page = open_as()
    page.goto(reverse("privacy:public"))
    expect(page.get_by_role("heading", name="Os seus dados conosco")).to_be_visible()
    assert page.context.cookies() == []
    kept = page.evaluate("[{...localStorage}, Object.values(sessionStorage)]")
    assert kept == [{}, [reverse("privacy:public")]]  # htmx remembers where it is, until the tab is closed


def test_what_the_browser_keeps_of_staff_s_work_holds_no_personal_datum(
    live_shop: Cast, open_as: Callable[..., Page]
) -> None:
    page = open_as(live_shop.saulo)
    page.goto(reverse("customers:contact", args=[live_shop.ana.public_id]))
    page.get_by_role("button", name=re.compile("claro e escuro")).click()
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert kept != "[{},{}]"
    for datum in ("52998224725", "987654321", "ana@example.com", "Ana"):
        assert datum not in kept
