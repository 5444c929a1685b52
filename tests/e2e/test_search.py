"""Marta searches for people by ready conditions, chooses what she sees, keeps the search, takes the list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from recompra.segments.models import Segment
from tests.cast import Cast
from tests.segments.stage import publish_people

OpenAs = Callable[..., Page]


@pytest.fixture
def people(live_shop: Cast) -> Cast:
    publish_people()
    return live_shop


def heading(page: Page) -> str:
    return page.locator("#t-pessoas").inner_text()


def test_a_search_counts_while_it_changes_and_becomes_a_segment_and_a_file(
    people: Cast, open_as: OpenAs, axe: Callable[[Page], None], faults: list[str]
) -> None:
    page = open_as(people.marta)
    page.goto(reverse("dashboards:panel"))
    page.get_by_role("link", name="Pesquisa", exact=True).click()
    expect(page.locator("#t-pessoas")).to_have_text("4 pessoas")
    page.locator("summary", has_text="Sexo").click()
    page.get_by_label("feminino").check()
    expect(page.locator("#t-pessoas")).to_have_text("2 pessoas")
    assert "sexo=F" in page.url
    page.locator("summary", has_text="Novos clientes").click()
    page.locator("#id_novo_de").fill("2026-10-31")
    page.locator("#id_novo_ate").fill("2026-10-01")
    page.locator("#id_novo_ate").blur()
    expect(page.locator("#id_novo_ate_error")).to_have_text("O período termina antes de começar.")
    axe(page)
    faults[:] = [fault for fault in faults if "422" not in fault]  # the browser's own word for the mistake
    page.locator("#id_novo_de").fill("")
    page.locator("#id_novo_ate").fill("")
    page.locator("#id_novo_ate").blur()
    expect(page.locator("#id_novo_ate_error")).to_have_text("")
    expect(page.get_by_role("link", name="Ana Beatriz Souza")).to_be_visible()
    page.get_by_role("button", name="Mostrar os dados").click()
    expect(page.get_by_text("ana@example.com")).to_be_visible()
    page.locator("#pessoas summary").click()
    page.get_by_label("Cidade").check()
    page.get_by_role("button", name="Mostrar estas colunas").click()
    expect(page.get_by_role("cell", name="Curitiba").first).to_be_visible()
    page.get_by_role("link", name="Levar a lista").click()
    page.get_by_label("Motivo").fill("convite")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Gerar o arquivo").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    page.goto(f"{reverse('segments:search')}?sexo=F")
    page.get_by_text("Salvar como segmento").click()
    page.locator("#segmento_nome").fill("Mulheres da loja")
    page.locator("#segmento_nome").press("Enter")
    page.wait_for_url(lambda url: "pesquisa" not in url)
    assert Segment.objects.filter(name="Mulheres da loja").exists()


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desktop", "light")])
def test_the_search_without_a_script_and_on_a_phone(
    people: Cast, open_as: OpenAs, axe: Callable[[Page], None], size: str, scheme: str
) -> None:
    page = open_as(people.lucia, size=size, scheme=scheme, scripts=size == "phone")
    page.goto(f"{reverse('segments:search')}?com_compras=on")
    assert heading(page) == "3 pessoas"
    if size == "phone":
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, "the page scrolls sideways"
        assert page.locator("#pesquisa").is_hidden()
        page.get_by_label("Mostrar as condições").check()
        assert page.locator("#pesquisa").is_visible()
    else:
        page.locator("summary", has_text="Sexo").click()
        page.get_by_label("feminino").check()
        page.get_by_role("button", name="Pesquisar").click()
        assert heading(page) == "2 pessoas"
