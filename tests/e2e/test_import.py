"""Importing a file, from the drop zone to the result, as the owner meets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from recompra.ingest.models import ImportRun, Publication
from recompra.work.drain import drain
from tests.cast import Cast

HEADER = "pedido;item;data;cliente_id;nome;sku;produto;qtd;preco;loja"
GOOD = [
    f"{n};1;{n % 27 + 1:02d}/10/2024;C{n};Cliente {n};S{n % 5};Camisa {n % 5};1;{n},90;Centro"
    for n in range(1, 60)
]
BAD = "999;1;13/10/2024;C999;Bruno Lima;S1;Camisa;1;dez;Centro"


def sales(folder: Path, *lines: str, name: str = "vendas.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return path


def give(page: Page, path: Path, *, review: bool = False) -> None:
    page.goto(reverse("ingest:start"))
    page.get_by_label("Escolha os arquivos").set_input_files(path)
    if review:
        page.get_by_label("Mostrar as colunas antes de importar").check()
    page.get_by_role("button", name="Importar", exact=True).click()
    page.wait_for_url(re.compile(r"/importar/\d+/$"))


def work() -> None:
    drain(ImportRun, Publication, raising=False)


def assert_it_fits(page: Page) -> None:
    width = page.viewport_size
    assert width is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], (
        f"{page.url} scrolls sideways"
    )


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_a_file_goes_in_and_what_came_of_it_is_shown(
    live_shop: Cast,
    open_as: Callable[..., Page],
    axe: Callable[[Page], None],
    tmp_path: Path,
    size: str,
    scheme: str,
) -> None:
    page = open_as(live_shop.otavio, size=size, scheme=scheme)
    give(page, sales(tmp_path, *GOOD, BAD))
    expect(page.get_by_role("status").first).to_contain_text("Aguardando a vez")
    expect(page.get_by_role("button", name="Cancelar")).to_be_visible()
    axe(page)
    assert_it_fits(page)
    work()
    expect(page.locator("main")).to_contain_text("Linhas lidas")  # the page follows by itself
    expect(page.locator("main")).to_contain_text("Importada")
    expect(page.get_by_role("link", name=re.compile("lido como número"))).to_be_visible()
    axe(page)
    assert_it_fits(page)
    page.get_by_role("link", name=re.compile("lido como número")).click()
    expect(page.locator("main")).to_contain_text("Linha 61")
    expect(page.locator("main")).to_contain_text("Bruno Lima")
    axe(page)
    assert_it_fits(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    assert "Bruno Lima" in Path(taken.value.path()).read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_order_of_the_dates_is_asked_and_answered(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], tmp_path: Path, size: str
) -> None:
    page = open_as(live_shop.otavio, size=size)
    give(page, sales(tmp_path, "1;1;02/10/2024;C1;Ana Souza;S1;Camisa;1;10,00;Centro"))
    work()
    expect(page.get_by_role("heading", name=re.compile("o que vem primeiro"))).to_be_visible()
    axe(page)
    assert_it_fits(page)
    page.get_by_label("Dia, depois mês").check()
    page.get_by_role("button", name="Continuar").click()
    work()
    expect(page.locator("main")).to_contain_text("Linhas lidas")
    expect(page.locator("main")).to_contain_text("Importada")
    expect(page.locator("main")).to_contain_text("02/10/2024")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_columns_are_shown_and_mended_before_anything_goes_in(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], tmp_path: Path, size: str
) -> None:
    path = tmp_path / "caixa.csv"
    path.write_text("Dt. Mov.;Vlr Mov;Quem\n13/01/2024;5,00;7\n", encoding="utf-8")
    page = open_as(live_shop.otavio, size=size)
    give(page, path, review=True)
    work()
    expect(page.get_by_role("heading", name="O que é cada coluna?")).to_be_visible()
    axe(page)
    assert_it_fits(page)
    page.get_by_label("Dt. Mov.").select_option("ordered_at")
    page.get_by_label("Vlr Mov").select_option("line_total")
    page.get_by_label("Quem").select_option("customer_id")
    page.get_by_role("button", name="Continuar").click()
    work()
    expect(page.locator("main")).to_contain_text("Linhas lidas")
    expect(page.locator("main")).to_contain_text("5,00")


def test_an_import_is_cancelled_after_a_question(
    live_shop: Cast, open_as: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_as(live_shop.otavio)
    give(page, sales(tmp_path, *GOOD))
    page.get_by_role("button", name="Cancelar").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Cancelar|Sim|Confirmar")).last.click()
    work()
    expect(page.locator("main")).to_contain_text("nada dela ficou")


def test_a_hopeless_file_is_told_in_a_sentence(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], tmp_path: Path
) -> None:
    page = open_as(live_shop.otavio, size="phone")
    give(page, sales(tmp_path))
    work()
    expect(page.locator("main")).to_contain_text("nenhuma linha")
    axe(page)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_all_of_it_works_without_scripts(
    live_shop: Cast, open_as: Callable[..., Page], tmp_path: Path, size: str
) -> None:
    page = open_as(live_shop.otavio, size=size, scripts=False)
    give(
        page,
        sales(tmp_path, "1;1;02/10/2024;C1;Ana Souza;S1;Camisa;1;10,00;Centro", BAD.replace("13/", "12/")),
    )
    expect(page.get_by_role("status").first).to_contain_text("Aguardando a vez")
    work()
    page.get_by_role("link", name="Recarregue para ver o andamento.").click()
    page.get_by_label("Dia, depois mês").check()
    page.get_by_role("button", name="Continuar").click()
    work()
    page.reload()
    expect(page.locator("main")).to_contain_text("Linhas lidas")
    page.get_by_role("link", name=re.compile("lido como número")).click()
    expect(page.locator("main")).to_contain_text("Bruno Lima")
