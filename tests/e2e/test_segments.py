"""Segments in the browser: built by hand and by keys alone, without a script, explained, edited by two."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from recompra.segments.models import Segment
from recompra.segments.rule.read import read
from recompra.segments.rule.write import as_json
from tests.cast import Cast
from tests.segments.stage import publish_people

SPENT = {"match": "all", "rules": [{"field": "ltv", "op": "at_least", "value": 700}]}


@pytest.fixture
def people(live_shop: Cast, tmp_path: Path) -> Cast:
    """The shop, with its people published for segments."""
    publish_people(tmp_path)
    return live_shop


def big_spenders(people: Cast) -> Segment:
    return Segment.objects.create(
        name="Gastam bem", rule=as_json(read(SPENT)), created_by=people.marta, updated_by=people.marta
    )


def counts(page: Page, people: str) -> None:
    expect(page.locator("#resultado .big")).to_have_text(people)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_marta_builds_a_segment_and_reads_who_is_in_it(
    people: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str
) -> None:
    page = open_as(people.marta, size=size)
    page.goto(reverse("segments:list"))
    page.get_by_role("link", name="Novo segmento").first.click()
    counts(page, "4")
    page.get_by_role("button", name="Adicionar condição").click()
    page.get_by_label("Buscar nos campos").press_sequentially("gasto acum")
    expect(page.get_by_role("button", name="Ticket médio", exact=True)).to_be_hidden()
    axe(page)
    page.get_by_role("button", name="Gasto acumulado (LTV)").click()
    expect(page.get_by_text("Condição 1: falta um número.")).to_be_visible()
    page.get_by_label("valor", exact=True).fill("700")
    page.get_by_label("valor", exact=True).press("Tab")
    counts(page, "3")
    expect(page.get_by_text("Condição 1: falta um número.")).to_be_hidden()
    expect(page.locator("#resultado")).to_contain_text("R$ 700,00")
    page.get_by_role("button", name="Adicionar condição").click()
    page.get_by_role("button", name="Não comprou", exact=True).click()
    page.get_by_label("período").select_option("last_days")
    page.get_by_label("quantos dias, contando hoje").fill("90")
    page.get_by_label("quantos dias, contando hoje").press("Tab")
    counts(page, "1")  # Bruno, whose last purchase is 260 days ago
    axe(page)
    page.get_by_role("link", name="Por quê? Bruno Álvares Lima").click()
    expect(page.get_by_role("heading", name="Por que Bruno Álvares Lima está aqui")).to_be_visible()
    expect(page.locator("#por-que")).to_contain_text("R$ 1.900,00")
    axe(page)
    page.reload()
    counts(page, "1")  # the draft is kept
    page.get_by_label("Nome").fill("Sumidos de valor")
    page.get_by_role("button", name="Salvar segmento").click()
    expect(page.get_by_role("heading", name="Sumidos de valor")).to_be_visible()
    axe(page)
    width = page.viewport_size
    assert width is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= width["width"]
    saved = Segment.objects.get(name="Sumidos de valor")
    assert saved.rule["rules"][1] == {
        "did": "bought", "measure": "orders", "op": "never", "period": {"last_days": 90}
    }  # fmt: skip


def test_the_keyboard_alone_builds_moves_and_removes(people: Cast, open_as: Callable[..., Page]) -> None:
    page = open_as(people.marta)
    page.goto(reverse("segments:new"))
    page.get_by_role("button", name="Adicionar condição").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Buscar nos campos")).to_be_focused()
    page.keyboard.type("ticket")
    ticket = page.get_by_role("button", name="Ticket médio", exact=True)
    expect(page.get_by_role("button", name="Idade", exact=True)).to_be_hidden()
    for _tab in range(3):  # past the list itself, which scrolls
        if not ticket.evaluate("button => button === document.activeElement"):
            page.keyboard.press("Tab")
    expect(ticket).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#n2-op")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("400")
    page.keyboard.press("Tab")
    counts(page, "2")  # Bruno 950, Davi 780
    page.get_by_role("button", name="Adicionar grupo").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#n3")).to_be_visible()
    page.locator("#n2-a").focus()
    page.keyboard.press("Alt+Shift+ArrowRight")
    expect(page.locator("#n3 #n2")).to_be_visible()
    expect(page.locator("#n2-a")).to_be_focused()
    expect(page.locator("#n2 .place")).to_have_text("1.1")
    page.keyboard.press("Alt+Shift+ArrowLeft")
    expect(page.locator("#n3 #n2")).to_be_hidden()
    expect(page.locator("#n2 .place")).to_have_text("2")
    page.keyboard.press("Alt+Shift+ArrowUp")
    expect(page.locator("#n2 .place")).to_have_text("1")
    expect(page.locator("#n2-a")).to_have_value("400")
    page.keyboard.press("Alt+Shift+Delete")
    expect(page.locator("#n2")).to_be_hidden()
    expect(page.locator("#n3-remove")).to_be_focused()
    page.get_by_role("button", name="Desfazer").click()
    expect(page.locator("#n2-a")).to_have_value("400")


def test_a_key_counts_from_the_moment_in_which_the_rule_appears(
    people: Cast, open_as: Callable[..., Page]
) -> None:
    page = open_as(people.marta)
    page.goto(reverse("segments:new"))
    for field in ("Ticket médio", "Idade"):
        page.get_by_role("button", name="Adicionar condição").click()
        page.get_by_role("button", name=field, exact=True).click()
    expect(page.locator("#n3-op")).to_be_focused()
    page.evaluate(
        """() => document.addEventListener("htmx:afterSwap", () => queueMicrotask(() =>
            document.activeElement.dispatchEvent(new KeyboardEvent(
                "keydown", {key: "Delete", altKey: true, shiftKey: true, bubbles: true}))), {once: true})"""
    )
    page.keyboard.press("Alt+Shift+ArrowUp")
    expect(page.locator("#n3")).to_be_hidden()
    expect(page.locator("#n2-remove")).to_be_focused()


def test_without_a_script_each_button_sends_the_form(people: Cast, open_as: Callable[..., Page]) -> None:
    page = open_as(people.marta, scripts=False)
    page.goto(reverse("segments:new"))
    page.get_by_role("button", name="Adicionar condição").click()
    page.get_by_role("button", name="Sexo", exact=True).click()
    page.get_by_label("feminino").check()
    page.get_by_label("Nome").fill("Mulheres")
    page.get_by_label("Nome").press("Enter")
    counts(page, "2")
    expect(page.locator("#resultado")).to_contain_text("Mulheres.")
    page.get_by_role("button", name="Adicionar grupo").click()
    page.get_by_role("button", name=re.compile("^Mover para dentro do grupo vizinho: 1")).click()
    expect(page.locator("#n3 #n2")).to_be_visible()
    page.get_by_role("button", name="Salvar segmento").click()
    expect(page.get_by_role("heading", name="Mulheres")).to_be_visible()


def test_a_word_of_the_shop_is_suggested_and_chosen(people: Cast, open_as: Callable[..., Page]) -> None:
    page = open_as(people.marta)
    page.goto(reverse("segments:new"))
    page.get_by_role("button", name="Adicionar condição").click()
    page.get_by_role("button", name="Comprou", exact=True).click()
    page.get_by_label("restringir o produto por").select_option("brand")
    word = page.get_by_role("combobox", name="Marca")
    expect(page.locator("datalist option[value=Aurora]")).to_be_attached()
    word.fill("Aurora")
    word.press("Tab")
    expect(page.get_by_role("button", name="Tirar: Aurora")).to_be_visible()
    counts(page, "1")  # Ana alone bought Aurora


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_pages_of_segments_are_accessible(
    people: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str, scheme: str
) -> None:
    saved = big_spenders(people)
    page = open_as(people.otavio, size=size, scheme=scheme)
    for address in (
        reverse("segments:list"),
        reverse("segments:segment", args=[saved.public_id]),
        reverse("segments:edit", args=[saved.public_id]),
        reverse("segments:bring_in"),
        reverse("segments:export_list"),
        reverse("segments:why_search", args=["novo"]),
        reverse("segments:why", args=[str(saved.public_id), people.carla.public_id]),
    ):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        axe(page)
        width = page.viewport_size
        assert width is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], address


def test_two_people_edit_one_segment_and_nothing_is_lost(
    people: Cast, open_as: Callable[..., Page], faults: list[str]
) -> None:
    saved = big_spenders(people)
    address = reverse("segments:edit", args=[saved.public_id])
    marta, otavio = open_as(people.marta), open_as(people.otavio)
    marta.goto(address)
    otavio.goto(address)
    marta.get_by_label("valor", exact=True).fill("800")
    otavio.get_by_label("Nome").fill("Gastam muito bem")
    marta.get_by_role("button", name="Salvar segmento").click()
    expect(marta.get_by_text("Salvo.")).to_be_visible()
    otavio.get_by_role("button", name="Salvar segmento").click()
    told = otavio.get_by_role("alert")
    expect(told).to_contain_text("Marta salvou este segmento")
    expect(told).to_contain_text("Mudou: as condições.")
    expect(told).to_contain_text("R$ 800,00")
    expect(otavio.get_by_label("Nome")).to_have_value("Gastam muito bem")
    assert all("422" in one for one in faults)
    faults.clear()
    otavio.get_by_role("button", name="Salvar o meu como novo segmento").click()
    expect(otavio.get_by_role("heading", name="Gastam muito bem")).to_be_visible()
    assert {(one.name, one.rule["rules"][0]["value"]) for one in Segment.objects.all()} == {
        ("Gastam bem", 800),
        ("Gastam muito bem", 700),
    }
