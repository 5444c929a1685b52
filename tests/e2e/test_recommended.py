"""The tab Produtos recomendados in a browser: its lists at both sizes, and a conversation about a product."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from recompra.customers.models import ContactAttempt
from recompra.warehouse.engine import engine
from tests.cast import Cast
from tests.customers.offers import look_at


@pytest.fixture
def looked_at(live_shop: Cast, warehouse: str, today: dt.date) -> Cast:
    """The shop, and what is computed of its products."""
    look_at(engine(warehouse), today)
    return live_shop


@pytest.mark.parametrize(
    ("size", "scheme", "scripts"),
    [("desktop", "light", True), ("phone", "dark", True), ("phone", "light", False)],
)
def test_the_seller_talks_about_a_product_that_is_new_to_ana(
    looked_at: Cast,
    open_as: Callable[..., Page],
    axe: Callable[[Page], None],
    faults: list[str],
    *,
    size: str,
    scheme: str,
    scripts: bool,
) -> None:
    page = open_as(looked_at.lucia, size=size, scheme=scheme, scripts=scripts)
    page.context.route("https://wa.me/**", lambda route: route.fulfill(status=200, body="WhatsApp"))
    page.goto(reverse("customers:recommended", args=[looked_at.ana.public_id]))
    expect(page.locator("#lista-personal")).to_contain_text("Bolsa de couro")
    expect(page.locator("#lista-personal")).to_contain_text("levou 2 vezes")
    popular = page.locator("#lista-popular")
    expect(popular).to_contain_text("2 clientes levaram nos últimos 365 dias")
    assert page.viewport_size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    if scripts:
        axe(page)
    page.get_by_role("navigation", name="Listas de produtos").get_by_role(
        "link", name="Mais populares"
    ).click()
    expect(popular).to_be_in_viewport()
    button = popular.get_by_role("button", name="Chamar no WhatsApp sobre Casaco de lã")
    button.focus()
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    opened.value.wait_for_url("https://wa.me/**")
    assert "Casaco%20de%20l%C3%A3" in opened.value.url
    assert ContactAttempt.objects.filter(customer=looked_at.ana, staff=looked_at.lucia).count() == 1
    faults[:] = [fault for fault in faults if "https://wa.me/" not in fault]
