"""The four tabs of a customer: by mouse, by keyboard, with scripts off, on a phone, in both themes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.cast import Cast

TABS = ("Visão geral", "Contato", "Produtos recomendados", "Mais comprados")


def open_ana(page: Page, shop: Cast, query: str = "") -> None:
    page.goto(reverse("customers:detail", args=[shop.ana.public_id]) + query)


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Abas do cliente").get_by_role("link", name=name).click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_each_tab_is_accessible_and_no_page_scrolls_sideways(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str, scheme: str
) -> None:
    page = open_as(live_shop.otavio, size=size, scheme=scheme)
    open_ana(page, live_shop)
    for name in TABS:
        tab(page, name)
        expect(page.locator(".tabs [aria-current=page]")).to_have_text(name)
        axe(page)
        assert page.viewport_size is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name


def test_a_tab_comes_in_one_request_and_has_an_address_of_its_own(
    live_shop: Cast, open_as: Callable[..., Page]
) -> None:
    page = open_as(live_shop.otavio)
    open_ana(page, live_shop, "?ordem=nome")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/clientes/" in request.url else None)
    tab(page, "Mais comprados")
    expect(page.get_by_role("heading", name="Mais comprados produto")).to_be_visible()
    assert len(asked) == 1
    expect(page).to_have_url(re.compile(r"/mais-comprados/\?ordem=nome$"))
    expect(page.locator("#aba-4")).to_be_focused()
    page.reload()
    expect(page.locator(".tabs [aria-current=page]")).to_have_text("Mais comprados")
    expect(page.locator("#lista")).to_be_visible()
    page.go_back()
    expect(page.locator(".tabs [aria-current=page]")).to_have_text("Visão geral")


def test_the_tabs_are_walked_by_keyboard(live_shop: Cast, open_as: Callable[..., Page]) -> None:
    page = open_as(live_shop.otavio)
    open_ana(page, live_shop)
    page.locator("#aba-1").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".tabs [aria-current=page]")).to_have_text("Produtos recomendados")
    expect(page.get_by_role("heading", name="Mais populares")).to_be_visible()
    expect(page.locator("#lista-popular")).to_contain_text("Casaco de lã")
    expect(page.locator("#lista-popular")).not_to_contain_text("Bolsa de couro")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_period_is_chosen_and_stays_with_the_person(
    live_shop: Cast, open_as: Callable[..., Page], scripts: bool
) -> None:
    page = open_as(live_shop.otavio, scripts=scripts)
    open_ana(page, live_shop)
    page.locator("#periodo").select_option("3m")
    if not scripts:
        page.get_by_role("button", name="Mostrar", exact=True).click()
    row = page.get_by_role("row", name=re.compile("^Gasto"))
    expect(row).to_contain_text(re.compile(r"R\$\s340,00"))
    tab(page, "Mais comprados")
    expect(page.locator("#periodo")).to_have_value("3m")
    expect(page.locator("#aba")).not_to_contain_text("Caneca esmaltada")


def test_the_brands_are_sorted_by_their_last_day(live_shop: Cast, open_as: Callable[..., Page]) -> None:
    page = open_as(live_shop.otavio)
    page.goto(reverse("customers:most_bought", args=[live_shop.ana.public_id]))
    page.get_by_label("Agrupar por").select_option("marca")
    expect(page.locator("#aba tbody tr")).to_have_count(2)
    page.get_by_role("columnheader", name="Última vez").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Última vez")).to_have_attribute("aria-sort", "descending")


def test_the_timeline_shows_one_kind(live_shop: Cast, open_as: Callable[..., Page]) -> None:
    page = open_as(live_shop.otavio)
    open_ana(page, live_shop)
    page.locator("#linha").get_by_label("Mostrar").select_option("return")
    expect(page.locator("#linha .story li")).to_have_count(1)
    expect(page.locator("#linha")).to_contain_text(re.compile(r"Devolução de R\$\s60,00"))


def test_on_a_phone_it_is_the_list_or_the_person(live_shop: Cast, open_as: Callable[..., Page]) -> None:
    page = open_as(live_shop.otavio, size="phone")
    page.goto(reverse("customers:list"))
    page.get_by_role("link", name=re.compile("Ana Beatriz Souza")).first.click()
    expect(page.get_by_role("heading", name="Ana Beatriz Souza")).to_be_visible()
    expect(page.locator("#lista")).to_be_hidden()
    tab(page, "Mais comprados")
    expect(page.locator("#lista")).to_be_hidden()
    expect(page.locator(".tabs [aria-current=page]")).to_be_in_viewport(ratio=1)
    page.get_by_role("link", name="Todos os clientes").click()
    expect(page.locator("#lista")).to_be_visible()
