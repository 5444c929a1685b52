"""Otávio asks the customer dashboard: tiles that come by themselves, filters in the address, the people."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from recompra.dashboards.customers.catalog import tiles
from tests.cast import Cast
from tests.dashboards.shown_people import publish_people

HOME = "/painel/clientes/"


@pytest.fixture
def dashboard_shop(live_shop: Cast) -> Cast:
    publish_people()
    return live_shop


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_otavio_reads_filters_and_follows_a_figure_to_its_people(
    dashboard_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str, scheme: str
) -> None:
    page = open_as(dashboard_shop.otavio, size=size, scheme=scheme)
    page.goto(HOME)
    for code in tiles():
        expect(page.locator(f"#tile-{code} .kpis, #tile-{code} .empty").first).to_be_visible()
    axe(page)
    width = page.viewport_size
    assert width is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= width["width"]

    page.locator("#tile-frequencia").get_by_role("link", name="por semana").click()
    expect(page.locator("#tile-frequencia .chips [aria-current]")).to_have_text("por semana")
    chart = page.locator("#tile-frequencia [data-chart]").first
    chart.focus()
    page.keyboard.press("End")
    expect(page.locator("#live")).to_contain_text("clientes:")

    page.locator("#loja").select_option("Loja Online")
    page.wait_for_url(re.compile("loja="))
    expect(page.locator("#tile-negocio")).to_contain_text("R$ 490,00")  # (200 + 780) / 2
    page.locator("#tile-negocio .kpis a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Clientes que compraram no período")
    expect(page.get_by_text("Davi Peixoto").first).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Voltar aos números").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Como vai o negócio")
    axe(page)


def test_the_dashboard_works_without_a_script(dashboard_shop: Cast, open_as: Callable[..., Page]) -> None:
    page = open_as(dashboard_shop.otavio, scripts=False)
    page.goto(HOME)
    page.locator("#tile-identificadas").get_by_role("link", name=re.compile("Ver os números")).click()
    expect(page.get_by_text("8 de 9 vendas")).to_be_visible()
    page.locator("#periodo").select_option("30d")
    page.get_by_role("button", name="Mostrar").click()
    expect(page.get_by_text("2 de 3 vendas")).to_be_visible()
    page.get_by_role("link", name="Todos os quadros").click()
    expect(page.locator("#tile-identificadas")).to_contain_text("2 de 3 vendas")


def test_marta_sets_a_target_and_sees_its_line(dashboard_shop: Cast, open_as: Callable[..., Page]) -> None:
    page = open_as(dashboard_shop.marta)
    page.goto(f"{HOME}metas/")
    page.get_by_label("Loja Centro").fill("90")
    page.get_by_label("Loja Online").fill("80")
    page.get_by_role("button", name="Salvar as metas").click()
    expect(page.get_by_text("2 metas foram alteradas.")).to_be_visible()
    page.get_by_role("link", name="Às vendas com cliente identificado").click()
    expect(page.locator("#tile-identificadas .line.second")).to_have_count(1)
