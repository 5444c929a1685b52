"""Otávio reads the analyses: ribbons by keyboard, who moved, accuracy, versions; and predicts anew."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from recompra.customers import cuts as shop_cuts
from tests.analytics.test_rfm_migration import TWELVE
from tests.cast import Cast
from tests.dashboards.shown_people import publish_people
from tests.dashboards.test_models_page import CHURN, VALUE, record

HOME = "/painel/analises/"
BOTH = [("desktop", "light"), ("phone", "dark")]


@pytest.fixture
def analysed_shop(live_shop: Cast) -> Cast:
    shop_cuts.decide(TWELVE, live_shop.otavio)
    publish_people()
    return live_shop


def fits(page: Page) -> bool:
    width = page.viewport_size
    assert width is not None
    return bool(page.evaluate("document.documentElement.scrollWidth") <= width["width"])


@pytest.mark.parametrize(("size", "scheme"), BOTH)
def test_who_moved_and_who_they_are(
    analysed_shop: Cast,
    today: dt.date,
    open_as: Callable[..., Page],
    axe: Callable[[Page], None],
    size: str,
    scheme: str,
) -> None:
    page = open_as(analysed_shop.otavio, size=size, scheme=scheme)
    page.goto(HOME)
    expect(page.locator("#tile-migracao .kpis")).to_be_visible()  # it came by itself
    page.locator("#periodo").select_option("datas")
    page.locator("#de").fill((today - dt.timedelta(days=50)).isoformat())
    page.locator("#de").press("Tab")
    page.wait_for_url(re.compile("de="))
    expect(page.locator("#tile-migracao .sankey")).to_be_visible()
    axe(page)
    assert fits(page)

    page.locator(".sankey").focus()
    page.keyboard.press("End")
    expect(page.locator("#live")).to_contain_text("pessoas")
    page.get_by_role("link", name="em R$").click()
    expect(page.get_by_text("já gastaram ao todo")).to_be_visible()
    page.get_by_role("link", name=re.compile("Ver pessoas ?: Subiram")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Subiram")
    expect(page.get_by_text("Ana Beatriz Souza").first).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Voltar aos números").click()
    expect(page.locator(".sankey")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), BOTH)
def test_the_cuts_are_tested_and_wrong_days_are_told(
    analysed_shop: Cast,
    today: dt.date,
    open_as: Callable[..., Page],
    axe: Callable[[Page], None],
    faults: list[str],
    size: str,
    scheme: str,
) -> None:
    page = open_as(analysed_shop.otavio, size=size, scheme=scheme)
    first, second = (today - dt.timedelta(days=ago) for ago in (45, 5))
    page.goto(f"{HOME}teste-dos-cortes/?de={first}&ate={second}")
    expect(page.get_by_text("Compraram em 40 dias", exact=True)).to_be_visible()
    expect(page.locator(".ranking")).to_be_visible()
    axe(page)
    assert fits(page)
    page.locator("#ate").fill(today.isoformat())
    page.locator("#ate").press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("As vendas conhecidas terminam em")
    axe(page)
    faults[:] = [fault for fault in faults if "422" not in fault]  # the browser's own word for our "no"


@pytest.mark.parametrize(("size", "scheme"), BOTH)
def test_how_good_it_was_and_what_changed(
    analysed_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str, scheme: str
) -> None:
    record("churn", 1)
    record("churn", 2, accuracy=CHURN)
    record("value", accuracy=VALUE)
    record("rhythm", is_shown=False, reason="not_better")
    page = open_as(analysed_shop.otavio, size=size, scheme=scheme)
    page.goto(HOME)
    page.get_by_role("navigation", name="Análises").get_by_role("link", name="Precisão").click()
    expect(page.get_by_text("apontou o certo em 81")).to_be_visible()
    expect(page.get_by_text("não foi melhor que uma regra simples")).to_be_visible()
    axe(page)
    assert fits(page)
    page.locator("#churn [data-chart]").focus()
    page.keyboard.press("Home")
    expect(page.locator("#live")).to_contain_text("Disse")
    page.get_by_role("link", name=re.compile("Versões deste modelo ?: Risco de perda")).click()
    expect(page.get_by_role("heading", name="Versão 2")).to_be_visible()
    expect(page.get_by_text("A primeira versão.")).to_be_visible()
    axe(page)
    assert fits(page)
    page.get_by_role("link", name="Todos os modelos").click()
    page.get_by_role("button", name="Prever de novo agora").click()
    expect(page.get_by_text("Aguardando a vez")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Cancelar").click()
    for _renewal in range(2):  # the progress goes on being asked for, and must leave the form where it is
        page.wait_for_event("response")
    page.get_by_role("button", name="Confirmar").click()
    expect(page.get_by_text("A última vez foi cancelada")).to_be_visible()
    assert fits(page)


def test_the_analyses_work_without_a_script(analysed_shop: Cast, open_as: Callable[..., Page]) -> None:
    page = open_as(analysed_shop.otavio, scripts=False)
    page.goto(HOME)
    page.get_by_role("link", name=re.compile("Ver os números")).click()
    expect(page.get_by_text("Subiram", exact=True)).to_be_visible()
    page.locator("#periodo").select_option("365d")
    page.get_by_role("button", name="Mostrar").click()
    page.get_by_role("link", name=re.compile("Ver os números")).click()
    expect(page.locator(".sankey")).to_be_visible()
