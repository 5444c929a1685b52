"""An attendant's whole call: find by phone, confirm, correct, note, block; two attendants at one record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from recompra.customers.models import Change, ContactPoint, Customer, Note
from recompra.privacy.models import Block
from recompra.privacy.permission import may
from tests.cast import Cast

NOT_SAVED = "Failed to load resource: the server responded with a status of 422"


class Hand:
    """Counts what the attendant clicks, to put the cursor into a field included."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def write(self, where: Locator, text: str) -> None:
        self.click(where)
        where.press("Control+A")
        where.press_sequentially(text)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_saulo_s_call_with_bruno_takes_under_ten_clicks(
    live_shop: Cast, open_as: Callable[..., Page], size: str
) -> None:
    page, hand = open_as(live_shop.saulo, size=size), Hand()
    page.goto(reverse("customers:list"))
    hand.write(page.get_by_role("searchbox"), "(11) 97654-3210")
    hand.click(page.locator(".rows .row").filter(has_text="Bruno Álvares Lima"))
    expect(page.get_by_role("heading", name="Bruno Álvares Lima")).to_be_visible()

    hand.click(page.get_by_role("link", name="Corrigir cadastro"))
    expect(page.get_by_label("CPF")).to_have_value("111.444.777-35")
    hand.write(page.get_by_label("E-mail"), "bruno.lima@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Salvo.")).to_be_visible()

    hand.click(page.get_by_role("link", name="Contato"))
    hand.write(page.get_by_role("textbox", name="Nota"), "Ligou: não quer mais ofertas.")
    hand.click(page.get_by_role("button", name="Guardar nota"))
    expect(page.get_by_text("Ligou: não quer mais ofertas.")).to_be_visible()

    hand.click(page.get_by_role("button", name="Bloquear", exact=True))
    hand.click(page.get_by_role("button", name="Bloquear agora"))
    page.wait_for_load_state("networkidle")

    assert hand.clicks < 10
    assert ContactPoint.objects.get(customer=live_shop.bruno, kind="email").value == "bruno.lima@example.com"
    assert Change.objects.get(names=",email,").by == live_shop.saulo
    assert Note.objects.get().author == live_shop.saulo
    assert [block.function for block in Block.objects.all()] == ["campaigns"]
    assert not may(Customer.objects.get(pk=live_shop.bruno.pk), "campaign", "email").allowed
    page.goto(reverse("customers:detail", args=[live_shop.bruno.public_id]))
    story = page.get_by_role("region", name="Linha do tempo")
    for told in ("Cadastro corrigido", "bruno.lima@example.com", "Ligou: não quer mais ofertas."):
        expect(story).to_contain_text(told)


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_two_attendants_at_one_record_lose_nothing(
    live_shop: Cast, open_as: Callable[..., Page], faults: list[str], size: str, scripts: bool
) -> None:
    address = reverse("customers:amend", args=[live_shop.ana.public_id])
    saulo, otavio = (open_as(who, size=size, scripts=scripts) for who in (live_shop.saulo, live_shop.otavio))
    for page in (saulo, otavio):
        page.goto(address)
    otavio.get_by_label("Cidade").fill("Londrina")
    otavio.get_by_label("E-mail").fill("nova@example.com")
    otavio.get_by_role("button", name="Salvar").click()
    saulo.get_by_label("Cidade").fill("Maringá")
    saulo.get_by_label("RG").fill("MG-14.555")
    saulo.get_by_role("button", name="Salvar").click()
    expect(saulo.get_by_text("Outra pessoa alterou este cadastro enquanto isso")).to_be_visible()
    told = saulo.get_by_role("row").filter(has_text="Cidade")
    for words in ("Curitiba", "Londrina", "Otávio", "Maringá"):
        expect(told).to_contain_text(words)
    told.get_by_role("button", name="Usar o que está salvo").click()
    expect(saulo.get_by_label("Cidade")).to_have_value("Londrina")
    expect(saulo.get_by_label("RG")).to_have_value("MG-14.555")
    expect(saulo.get_by_label("E-mail")).to_have_value("nova@example.com")
    saulo.get_by_role("button", name="Salvar").click()
    expect(saulo.get_by_text("Salvo.")).to_be_visible()
    ana = Customer.objects.get(pk=live_shop.ana.pk)
    assert (ana.city, ana.rg, ana.rg_key) == ("Londrina", "MG-14.555", "MG14555")
    faults[:] = [fault for fault in faults if not fault.startswith(NOT_SAVED)]


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_new_record_is_asked_about_then_corrected_then_taken_back(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], faults: list[str], size: str
) -> None:
    page = open_as(live_shop.saulo, size=size)
    page.goto(reverse("customers:list"))
    page.get_by_role("link", name="Novo cadastro").click()
    page.get_by_label("Nome").fill("Elisa <b>Prado</b> 🌻")
    page.get_by_label("Celular").fill("(41) 98765-4321")
    page.get_by_label("Data de nascimento").fill("31/02/1990")
    axe(page)
    page.get_by_role("button", name="Cadastrar").click()
    expect(page.get_by_text("Escreva o dia como dd/mm/aaaa")).to_be_visible()
    page.get_by_label("Data de nascimento").fill("28/02/1990")
    page.get_by_role("button", name="Cadastrar").click()
    expect(page.get_by_role("link", name="Ana Beatriz Souza")).to_be_visible()
    expect(page.get_by_text("mesmo celular")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Cadastrar assim mesmo").click()
    expect(page.get_by_role("heading", name="Elisa <b>Prado</b> 🌻")).to_be_visible()
    page.get_by_role("link", name="Corrigir cadastro").click()
    page.get_by_label("Cidade").fill("Curitiba")
    page.get_by_role("button", name="Salvar").click()
    page.get_by_role("link", name="Histórico de alterações").click()
    axe(page)
    page.get_by_role("link", name="Desfazer").click()
    page.get_by_role("button", name="Desfazer").click()
    expect(page.get_by_text("A alteração foi desfeita.")).to_be_visible()
    assert Customer.objects.get(name_key__startswith="elisa").city == ""
    faults[:] = [fault for fault in faults if not fault.startswith(NOT_SAVED)]
