"""Takes the pictures of docs/screenshots: `make demo` in one terminal, in another
`python -m tests.e2e.screenshots http://127.0.0.1:8000 PASSWORD`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.e2e.chromium import CHROMIUM, FLAGS, SIZES

TABS = {"contato": "Contato", "recomendados": "Produtos recomendados", "mais-comprados": "Mais comprados"}
PAGES = {
    "dashboard": "/painel/clientes/",
    "importar": "/importar/",
    "cadastro": "/clientes/novo/",
    "duplicados": "/clientes/duplicados/",
    "bloqueios": "/privacidade/bloqueios/",
    "solicitacoes": "/privacidade/",
    "segmentos": "/segmentos/",
    "segmento-novo": "/segmentos/novo/?em=1",
}
OUT = Path(__file__).resolve().parents[2] / "docs" / "screenshots"


def first_champion(page: Page) -> None:
    page.goto("/clientes/")
    page.locator(".rows a.row").nth(2).click()
    page.get_by_text("RFV em palavras").wait_for()


def each_tab(page: Page, size: str, scheme: str) -> None:
    """The customer's tabs beside the overview."""
    for name, title in TABS.items():
        page.get_by_role("navigation", name="Abas do cliente").get_by_role("link", name=title).click()
        page.locator(".tabs [aria-current=page]").get_by_text(title).wait_for()
        page.screenshot(path=OUT / f"clientes-{name}-{size}-{scheme}.png")


def sign_in(page: Page, password: str) -> None:
    page.goto("/entrar/")
    page.get_by_label("E-mail").fill("otavio@example.com")
    page.get_by_label("Senha", exact=True).fill(password)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url(re.compile("^(?!.*entrar)"))


def main(address: str, password: str) -> None:
    """Painel, Clientes with its tabs and PAGES, at both sizes in both themes."""
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for size, viewport in SIZES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport=viewport,
                    color_scheme=scheme,
                    locale="pt-BR",
                    base_url=address,
                    reduced_motion="reduce",
                )
                page = context.new_page()
                sign_in(page, password)
                page.goto("/painel/")
                page.screenshot(path=OUT / f"painel-{size}-{scheme}.png")
                first_champion(page)
                page.screenshot(path=OUT / f"clientes-{size}-{scheme}.png")
                each_tab(page, size, scheme)
                for name, place in PAGES.items():
                    page.goto(place)
                    page.screenshot(path=OUT / f"{name}-{size}-{scheme}.png")
                context.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
