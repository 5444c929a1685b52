"""Saulo finds Ana twice, makes one of the two, and gives both back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from recompra.customers.models import ContactPoint, Customer, Duplicate, Merge
from tests.cast import Cast


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_saulo_unites_ana_and_takes_it_back(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str
) -> None:
    again = Customer.objects.create(name="Ana B. Souza", name_key="ana b souza", rg="12.345.678-9")
    ContactPoint.objects.create(customer=again, kind="mobile", value="5541987654321", match_key="8765432141")
    Duplicate.objects.create(
        first=live_shop.ana, second=again, score=93, reasons=["same_phone", "same_last", "other_cpf"]
    )
    page = open_as(live_shop.saulo, size=size, scheme="dark" if size == "phone" else "light")
    page.goto(reverse("customers:duplicates"))
    expect(page.get_by_text("mesmo telefone")).to_be_visible()
    axe(page)
    page.get_by_role("link", name=re.compile("Ana B. Souza")).click()
    expect(page.get_by_role("heading", name="Uma pessoa ou duas?")).to_be_visible()
    axe(page)
    page.get_by_role("radio", name="Ana B. Souza").check()
    page.get_by_role("button", name="Unir").click()
    expect(page.get_by_text("Unidos em um só")).to_be_visible()
    live_shop.ana.refresh_from_db()
    assert (live_shop.ana.name, live_shop.ana.rg) == ("Ana B. Souza", "12.345.678-9")
    page.get_by_role("link", name="Unidos").click()
    page.get_by_role("button", name="Desfazer").click()
    page.get_by_role("dialog").get_by_role("button", name="Confirmar").click()
    expect(page.get_by_text("Os dois cadastros voltaram")).to_be_visible()
    live_shop.ana.refresh_from_db()
    assert (live_shop.ana.name, live_shop.ana.rg) == ("Ana Beatriz Souza", "")
    assert Merge.objects.get().undone_by == live_shop.saulo
