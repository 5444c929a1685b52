"""Takes the pictures of docs/screenshots: `make demo` in one terminal and, once the worker has predicted, in
another `python -m tests.e2e.screenshots http://127.0.0.1:8000 PASSWORD [name ...]` (no name: all of them)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.chromium import CHROMIUM, FLAGS, SIZES

OUT = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
SETTLED = "() => !document.querySelector('main [aria-busy=true]')"
Scene = Callable[[Page], None]


def at(place: str, page: Page) -> None:
    """A page by its address, once each of its pieces has come."""
    page.goto(place)
    page.wait_for_function(SETTLED)


def customer(page: Page, tab: str = "", card: str = "") -> None:
    """The third of those who spent most: the overview, down to a `card` of it, or one of the tabs."""
    page.goto("/clientes/")
    page.locator(".rows a.row").nth(2).click()
    page.get_by_text("RFV em palavras").wait_for()
    if tab:
        page.get_by_role("navigation", name="Abas do cliente").get_by_role("link", name=tab).click()
        page.locator(".tabs [aria-current=page]").get_by_text(tab).wait_for()
    page.wait_for_function(SETTLED)
    if card:
        page.get_by_role("heading", name=card).first.evaluate("title => title.scrollIntoView()")


def first(place: str, row: str, page: Page) -> None:
    """What the first link of a list leads to."""
    at(place, page)
    page.locator(row).first.click()
    page.wait_for_load_state()
    page.wait_for_function(SETTLED)


SCENES: dict[str, Scene] = {
    "painel": partial(at, "/painel/"),
    "dashboard": partial(at, "/painel/clientes/"),
    "analises": partial(at, "/painel/analises/migracao/"),
    "analises-cortes": partial(at, "/painel/analises/teste-dos-cortes/"),
    "analises-precisao": partial(at, "/painel/analises/precisao/"),
    "analises-modelos": partial(at, "/painel/analises/modelos/"),
    "clientes": customer,
    "clientes-previsao": partial(customer, card="Risco de perda"),
    "clientes-contato": partial(customer, tab="Contato"),
    "clientes-recomendados": partial(customer, tab="Produtos recomendados"),
    "clientes-mais-comprados": partial(customer, tab="Mais comprados"),
    "chamar": partial(at, "/chamar/"),
    "pesquisa": partial(at, "/segmentos/pesquisa/?online=sim&sem_comprar_de=90"),
    "segmentos": partial(at, "/segmentos/"),
    "segmento": partial(first, "/segmentos/", "main .table tbody th a"),
    "segmento-novo": partial(at, "/segmentos/novo/?em=1"),
    "importar": partial(at, "/importar/"),
    "cadastro": partial(at, "/clientes/novo/"),
    "duplicados": partial(at, "/clientes/duplicados/"),
    "duplicado": partial(first, "/clientes/duplicados/", "main .pairs a"),
    "bloqueios": partial(at, "/privacidade/bloqueios/"),
    "solicitacoes": partial(at, "/privacidade/"),
}


def sign_in(page: Page, password: str) -> None:
    page.goto("/entrar/")
    page.get_by_label("E-mail").fill("otavio@example.com")
    page.get_by_label("Senha", exact=True).fill(password)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url(re.compile("^(?!.*entrar)"))


def look(browser: Browser, address: str, password: str, names: Collection[str]) -> None:
    """Each scene at both sizes in both themes."""
    for size, viewport in SIZES.items():
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport=viewport, color_scheme=scheme, locale="pt-BR", base_url=address,
                reduced_motion="reduce",
            )  # fmt: skip
            context.set_default_timeout(120_000)
            page = context.new_page()
            sign_in(page, password)
            for name in names:
                SCENES[name](page)
                page.screenshot(path=OUT / f"{name}-{size}-{scheme}.png")
            context.close()


def main(address: str, password: str, *names: str) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        look(browser, address, password, names or SCENES)


if __name__ == "__main__":
    main(*sys.argv[1:])
