"""*Para chamar hoje* in the browser: Lúcia takes Bruno, talks, and takes it back; by keyboard, by phone, in
the dark, and without a script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from recompra.calls.models import Call
from recompra.customers.models import ContactAttempt
from tests.calls.stage import call_of, fill
from tests.cast import Cast

WHY = "Costuma comprar a cada 140 dias; já se passaram 260 dias."


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_lucia_takes_bruno_talks_and_takes_it_back(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str, scheme: str
) -> None:
    fill()
    page = open_as(live_shop.lucia, size=size, scheme=scheme)
    page.goto(reverse("calls:list"))
    expect(page.get_by_text(WHY)).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Vou chamar").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Você vai chamar")).to_be_visible()
    assert call_of(live_shop.bruno).seller == live_shop.lucia
    page.get_by_role("button", name="Já falei").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Falou em")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Desfazer").click()
    expect(page.get_by_text("Você vai chamar")).to_be_visible()
    assert call_of(live_shop.bruno).status == Call.Status.OPEN
    page.get_by_text("Mais", exact=True).last.click()
    page.get_by_label("Adiar por").select_option("3")
    page.get_by_role("button", name="Adiar").click()
    expect(page.get_by_text("Adiado até")).to_be_visible()
    page.get_by_label("Situação").select_option("adiados")
    expect(page.get_by_text(WHY)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_whatsapp_opens_beside_and_the_attempt_is_noted(
    live_shop: Cast, open_as: Callable[..., Page]
) -> None:
    fill()
    page = open_as(live_shop.lucia, scripts=False)
    page.goto(reverse("calls:list"))
    with page.context.expect_page() as opened:
        page.context.route("https://wa.me/**", lambda route: route.abort())
        page.get_by_role("button", name="WhatsApp").click()
    opened.value.close()
    assert ContactAttempt.objects.filter(customer=live_shop.bruno, staff=live_shop.lucia).exists()
    page.get_by_role("button", name="Já falei").click()
    expect(page.get_by_text("Ninguém para chamar agora")).to_be_visible()
    assert call_of(live_shop.bruno).status == Call.Status.TALKED


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_marta_hands_bruno_out_and_moves_the_day(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str
) -> None:
    fill()
    page = open_as(live_shop.marta, size=size)
    page.goto(reverse("calls:list"))
    page.get_by_label("Entregar Bruno Álvares Lima").check()
    page.get_by_label("Entregar os marcados para").select_option(label="Dona Lúcia")
    page.get_by_role("button", name="Entregar", exact=True).click()
    expect(page.get_by_text("1 cliente mudou de mãos.")).to_be_visible()
    expect(page.get_by_text("Dona Lúcia vai chamar")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Regra").click()
    axe(page)
    page.get_by_label("Dias depois do intervalo médio").fill("5")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_text(re.compile("a partir de 5 dias depois"))).to_be_visible()
    page.get_by_role("link", name="Resultados").click()
    expect(page.get_by_text("Ainda não há o que contar")).to_be_visible()
    axe(page)
