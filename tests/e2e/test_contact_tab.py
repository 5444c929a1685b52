"""The tab *Contato* in a real browser: an attendant's corrections, notes and mentions, a company's data."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from recompra.accounts.models import AccessLog
from recompra.customers.models import CompanyRecord, ContactPoint, Customer, Note
from recompra.customers.notes import write as notes
from tests.cast import Cast
from tests.customers.outside import BAKERY_CNPJ

Open = Callable[..., Page]


def tab(customer: Customer) -> str:
    return reverse("customers:contact", args=[customer.public_id])


def bakery_of(cast: Cast) -> Customer:
    """Bruno's record, made a company that stands in the published files."""
    Customer.objects.filter(pk=cast.bruno.pk).update(cpf=None, cnpj=BAKERY_CNPJ, name="Padaria Central Ltda")
    CompanyRecord.objects.create(
        customer=cast.bruno,
        cnpj=BAKERY_CNPJ,
        found={"name": "PADARIA CENTRAL LTDA", "standing": "02", "phones": ["1132101234"]},
    )
    return Customer.objects.get(pk=cast.bruno.pk)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_saulo_corrects_prefers_and_removes_without_leaving_the_tab(
    live_shop: Cast, open_as: Open, faults: list[str], size: str
) -> None:
    page = open_as(live_shop.saulo, size=size)
    page.goto(tab(live_shop.ana))
    contacts = page.locator("#contato")
    contacts.get_by_text("Adicionar telefone ou e-mail").click()
    contacts.get_by_label("Telefone com DDD, ou e-mail").fill("98765-1111")
    contacts.get_by_role("button", name="Adicionar").click()
    expect(contacts.get_by_text("Falta o DDD")).to_be_visible()
    faults[:] = [fault for fault in faults if "422" not in fault]
    contacts.get_by_label("Telefone com DDD, ou e-mail").fill("(41) 98765-1111")
    contacts.get_by_role("button", name="Adicionar").click()
    expect(contacts.get_by_text("Contato adicionado.")).to_be_visible()
    contacts.get_by_role("button", name="Preferir celular (41) 98765-1111", exact=True).click()
    expect(contacts.locator("li").filter(has_text="98765-1111")).to_contain_text("preferido")
    contacts.get_by_role("link", name="Corrigir e-mail ana@example.com").click()
    contacts.get_by_label("Telefone com DDD, ou e-mail").first.fill("ana.souza@example.org")
    contacts.get_by_role("button", name="Salvar").click()
    expect(contacts.get_by_text("ana.souza@example.org")).to_be_visible()
    contacts.get_by_role("link", name="Remover celular (41) 98765-4321").click()
    contacts.get_by_role("button", name="Remover").click()
    expect(contacts.get_by_text("Contato removido.")).to_be_visible()
    assert page.url.endswith(tab(live_shop.ana))
    kept = ContactPoint.objects.filter(customer=live_shop.ana).values_list("value", flat=True)
    assert set(kept) == {"5541987651111", "ana.souza@example.org"}


def test_a_note_calls_marta_who_marks_it_seen(live_shop: Cast, open_as: Open) -> None:
    page = open_as(live_shop.saulo)
    page.goto(tab(live_shop.ana))
    page.get_by_label("Nota", exact=True).fill("Pediu catálogo de Natal. @Marta, pode mandar?")
    page.get_by_label("Tipo de nota").first.select_option("Visita".lower())
    page.get_by_role("button", name="Guardar nota").click()
    expect(page.get_by_text("chamou: Marta")).to_be_visible()
    manager = open_as(live_shop.marta)
    manager.goto(reverse("customers:list"))
    manager.get_by_role("link", name=re.compile("Menções")).first.click()
    expect(manager.locator("main")).to_contain_text("Pediu catálogo de Natal")
    manager.get_by_role("button", name="Vista", exact=True).click()
    expect(manager.get_by_text("Tudo visto")).to_be_visible()


def test_a_note_is_pinned_edited_deleted_and_brought_back(live_shop: Cast, open_as: Open) -> None:
    notes.write(live_shop.ana, "primeira", "visit", by=live_shop.saulo)
    notes.write(live_shop.ana, "segunda", "other", by=live_shop.saulo)
    page = open_as(live_shop.saulo)
    page.goto(tab(live_shop.ana))
    first = page.locator(".note").filter(has_text="primeira")
    first.get_by_role("button", name="Fixar nota no topo").click()
    expect(page.locator(".note").first).to_contain_text("primeira")
    page.locator(".note").first.get_by_role("link", name="Editar nota").click()
    page.locator(".note textarea").fill("primeira, corrigida")
    page.get_by_role("button", name="Salvar").click()
    note = page.locator(".note").first
    expect(note).to_contain_text("primeira, corrigida")
    note.get_by_role("link", name=re.compile("editada em")).click()
    expect(note).to_contain_text("Como era antes")
    note.get_by_role("button", name="Apagar nota").click()
    expect(note).to_contain_text("Nota apagada")
    note.get_by_role("button", name="Desfazer").click()
    expect(note).to_contain_text("primeira, corrigida")
    assert Note.objects.filter(deleted_at=None).count() == 2


def test_dona_lucia_sees_masks_and_reveals_once(live_shop: Cast, open_as: Open) -> None:
    notes.write(live_shop.ana, "Número novo: 41 99999-1234", "contact", by=live_shop.saulo)
    page = open_as(live_shop.lucia, size="phone")
    page.goto(tab(live_shop.ana))
    expect(page.locator("main")).not_to_contain_text("98765-4321")
    page.get_by_role("button", name="Mostrar sem máscara").click()
    expect(page.locator("main")).to_contain_text("98765-4321")
    expect(page.locator("main")).to_contain_text("99999-1234")
    assert AccessLog.objects.filter(action="reveal").count() == 1
    page.reload()
    expect(page.locator("main")).not_to_contain_text("98765-4321")


def test_public_data_of_a_company_are_shown_before_they_are_kept(live_shop: Cast, open_as: Open) -> None:
    bakery = bakery_of(live_shop)
    page = open_as(live_shop.saulo)
    page.goto(tab(bakery))
    page.get_by_role("button", name="Buscar dados públicos").click()
    expect(page.get_by_text("Situação: Ativa")).to_be_visible()
    assert not bakery.contact_points.filter(origin="receita").exists()
    page.get_by_label("Telefone fixo: (11) 3210-1234").check()
    page.get_by_role("button", name="Guardar o que escolhi").click()
    expect(page.locator("#contato")).to_contain_text("a confirmar")
    assert bakery.contact_points.get(origin="receita").use == "service"


def test_people_and_addresses_of_a_company_without_a_script(live_shop: Cast, open_as: Open) -> None:
    bakery = bakery_of(live_shop)
    page = open_as(live_shop.saulo, scripts=False)
    page.goto(tab(bakery))
    page.get_by_text("Adicionar pessoa").click()
    page.get_by_label("Nome", exact=True).fill("Joana Prado")
    page.locator("#pessoas").get_by_role("button", name="Adicionar").click()
    expect(page.locator("#pessoas")).to_contain_text("Joana Prado")
    page.get_by_text("Adicionar endereço").click()
    page.get_by_label("Rua").fill("Rua Augusta")
    page.locator("#enderecos").get_by_role("button", name="Adicionar").click()
    expect(page.locator("#enderecos")).to_contain_text("Rua Augusta")
    page.locator("#enderecos").get_by_role("link", name="Remover endereço").click()
    page.locator("#enderecos").get_by_role("button", name="Remover").click()
    expect(page.locator("main")).to_contain_text("Endereço removido.")


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_tab_is_accessible_and_never_wider_than_the_screen(
    live_shop: Cast, open_as: Open, axe: Callable[[Page], None], size: str, scheme: str
) -> None:
    long = "a" * 300 + " 🕯️ " + "<b>não</b>"
    notes.pin(notes.write(live_shop.bruno, long, "complaint", by=live_shop.saulo), True)
    bakery = bakery_of(live_shop)
    page = open_as(live_shop.saulo, size=size, scheme=scheme)
    page.goto(tab(bakery))
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(reverse("customers:mentions"))
    axe(page)
