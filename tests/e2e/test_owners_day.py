"""The owner's day: sees who the champions are, opens one, calls her on WhatsApp."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from recompra.customers.models import ContactAttempt
from tests.cast import Cast


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_otavio_goes_from_the_panel_to_the_person_at_risk(
    live_shop: Cast, open_as: Callable[..., Page], size: str
) -> None:
    page = open_as(live_shop.otavio, size=size)
    page.goto(reverse("dashboards:panel"))
    card = (
        page.locator("article, section, li")
        .filter(has=page.get_by_role("heading", name="Risco de perda"))
        .last
    )
    expect(card).to_contain_text("R$")
    card.get_by_role("link").first.click()
    expect(page.get_by_role("link", name=re.compile("Bruno Álvares Lima")).first).to_be_visible()
    page.get_by_role("link", name=re.compile("Bruno Álvares Lima")).first.click()
    expect(page.get_by_role("heading", name="Bruno Álvares Lima")).to_be_visible()
    expect(page).to_have_url(re.compile(str(live_shop.bruno.public_id)))


def test_otavio_calls_davi_on_whatsapp_and_the_attempt_is_logged(
    live_shop: Cast, open_as: Callable[..., Page], faults: list[str]
) -> None:
    page = open_as(live_shop.otavio)
    page.context.route("https://wa.me/**", lambda route: route.fulfill(status=200, body="WhatsApp"))
    page.goto(reverse("customers:detail", args=[live_shop.davi.public_id]))
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Chamar no WhatsApp").click()
    opened.value.wait_for_url(re.compile(r"^https://wa\.me/5571954321098\?text="))
    attempt = ContactAttempt.objects.get()
    assert (attempt.customer_id, attempt.staff_id, attempt.channel) == (
        live_shop.davi.pk,
        live_shop.otavio.pk,
        "whatsapp",
    )
    faults[:] = [fault for fault in faults if "https://wa.me/" not in fault]


def test_who_asked_not_to_be_contacted_cannot_be_called(
    live_shop: Cast, open_as: Callable[..., Page]
) -> None:
    page = open_as(live_shop.otavio)
    page.goto(reverse("customers:detail", args=[live_shop.carla.public_id]))
    expect(page.get_by_role("button", name="Chamar no WhatsApp")).to_be_disabled()
    expect(page.locator("main")).to_contain_text("Pediu para não receber contato.")


def test_a_cell_of_the_matrix_filters_the_list_by_keyboard(
    live_shop: Cast, open_as: Callable[..., Page]
) -> None:
    page = open_as(live_shop.otavio)
    page.goto(reverse("dashboards:panel"))
    cell = page.locator(".mx td a").filter(has_text=re.compile(r"^\s*1\b")).first
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".rows .row")).to_have_count(1)


def test_search_by_phone_in_the_way_people_write_it(live_shop: Cast, open_as: Callable[..., Page]) -> None:
    page = open_as(live_shop.otavio)
    page.goto(reverse("customers:list"))
    box = page.get_by_role("searchbox")
    for typed in (
        "(41) 98765-4321",
        "4187654321",
        "8765-4321",
        "529.982.247-25",
        "ana@example.com",
        "ana souza",
    ):
        box.fill(typed)
        page.keyboard.press("Enter")
        expect(page.locator(".rows .row")).to_have_count(1)
        expect(page.locator(".rows .row")).to_contain_text("Ana Beatriz Souza")
        assert typed not in page.url
    box.fill("ninguém com este nome")
    page.keyboard.press("Enter")
    expect(page.locator(".rows .row")).to_have_count(0)


def test_every_page_works_without_scripts(live_shop: Cast, open_as: Callable[..., Page]) -> None:
    page = open_as(live_shop.otavio, scripts=False)
    page.goto(reverse("customers:list"))
    page.get_by_role("link", name=re.compile("Ana Beatriz Souza")).first.click()
    expect(page.get_by_role("heading", name="Ana Beatriz Souza")).to_be_visible()
    page.goto(reverse("customers:list"))
    page.get_by_role("searchbox").fill("bruno")
    page.keyboard.press("Enter")
    expect(page.locator(".rows .row")).to_have_count(1)


def test_a_chart_is_walked_by_keyboard(live_shop: Cast, open_as: Callable[..., Page]) -> None:
    page = open_as(live_shop.otavio)
    page.goto(reverse("customers:detail", args=[live_shop.ana.public_id]))
    page.locator("[data-chart]").first.focus()
    page.keyboard.press("End")
    expect(page.locator("#tip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#tip")).to_be_hidden()


def test_back_asks_the_server_and_nothing_of_a_person_stays_in_the_browser(
    live_shop: Cast, open_as: Callable[..., Page]
) -> None:
    page = open_as(live_shop.otavio)
    page.goto(reverse("customers:list"))
    for name in ("Ana Beatriz Souza", "Bruno Álvares Lima"):
        page.get_by_role("link", name=re.compile(name)).first.click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Ana Beatriz Souza")).to_be_visible()
    kept = page.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")
    assert "Ana" not in kept
    assert "Bruno" not in kept
