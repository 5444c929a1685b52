"""The pages of privacy in a real browser: a request from the call to the answer, with and without script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from recompra.privacy.incidents import register as incidents
from recompra.privacy.models import Operator, PrivacyRequest, RetentionRun
from recompra.privacy.requests import handle as requests
from recompra.privacy.retention import clear as retention
from recompra.work.drain import drain
from tests.cast import Cast

TOMORROW = dt.timedelta(days=1)


def filled(shop: Cast) -> list[str]:
    """Every page of this part, with something in it."""
    today = timezone.localdate()
    late = requests.open_request(
        "access", channel="email", by=shop.saulo, name="Élcio Prado", contact="elcio@example.com",
        received_on=today - dt.timedelta(days=17), asked="Quero saber o que vocês têm sobre mim.",
    )  # fmt: skip
    near = requests.open_request(
        "deletion", channel="phone", by=shop.saulo, customer=shop.carla, received_on=today - 11 * TOMORROW
    )
    requests.identify(near, "known_contact", by=shop.saulo)
    requests.settle(near, "partly", by=shop.denise, refusal="legal_duty")
    done = requests.open_request("revocation", channel="whatsapp", by=shop.saulo, customer=shop.bruno)
    requests.settle(done, "fulfilled", by=shop.denise)
    requests.answer(done, by=shop.denise, how="WhatsApp")
    lost = incidents.open_incident(
        "device", "Notebook furtado com lista de clientes", by=shop.denise,
        known_at=timezone.now() - dt.timedelta(hours=3),
    )  # fmt: skip
    Operator.objects.create(name="Carteiro Inc.", purpose="envio de e-mail", country="US")
    retention.start_dry("attempts", by=shop.denise)
    drain(RetentionRun)
    retention.hold(shop.ana, "processo em curso", by=shop.denise)
    pages = [
        ("privacy:requests", ()),
        ("privacy:request_new", ()),
        ("privacy:request_customer", (shop.ana.public_id,)),
        ("privacy:request", (late.protocol,)),
        ("privacy:request", (near.protocol,)),
        ("privacy:request", (done.protocol,)),
        ("privacy:request_letter", (near.protocol,)),
        ("privacy:requests_export", ()),
        ("privacy:incidents", ()),
        ("privacy:incident_new", ()),
        ("privacy:incident", (lost.number,)),
        ("privacy:incident_letter", (lost.number, "anpd")),
        ("privacy:retention", ()),
        ("privacy:hold", (shop.bruno.public_id,)),
        ("privacy:record", ()),
        ("privacy:shop", ()),
        ("privacy:operator_new", ()),
    ]
    return [reverse(name, args=args) for name, args in pages]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_pages_of_requests_have_no_accessibility_finding(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str, scheme: str
) -> None:
    addresses = filled(live_shop)
    page = open_as(live_shop.denise, size=size, scheme=scheme)
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{address} scrolls sideways"


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_carla_calls_and_denise_answers(
    live_shop: Cast, open_as: Callable[..., Page], size: str, scripts: bool
) -> None:
    saulo = open_as(live_shop.saulo, size=size, scripts=scripts)
    saulo.goto(reverse("customers:detail", args=[live_shop.carla.public_id]))
    saulo.get_by_role("link", name="Solicitação LGPD").click()
    saulo.get_by_label("O que a pessoa pede").select_option("access")
    saulo.get_by_label("Como chegou").select_option("phone")
    saulo.get_by_label("Nas palavras da pessoa").fill("Quero saber o que vocês guardam.")
    saulo.get_by_role("button", name="Abrir a solicitação").click()
    found = PrivacyRequest.objects.get()
    expect(saulo.get_by_role("status").first).to_contain_text(found.protocol)
    saulo.get_by_label("Identidade conferida por").select_option("known_contact")
    saulo.get_by_role("button", name="Registrar a conferência").click()
    expect(saulo.get_by_text("ligação ou mensagem a um contato já cadastrado").first).to_be_visible()

    denise = open_as(live_shop.denise, size=size, scripts=scripts)
    denise.goto(reverse("privacy:requests"))
    denise.get_by_role("link", name=found.protocol).click()
    expect(denise.get_by_role("link", name="Abrir o dossiê")).to_be_visible()
    denise.get_by_role("combobox", name="Resultado").select_option("fulfilled")
    denise.get_by_role("button", name="Decidir e redigir a carta").click()
    letter = denise.get_by_role("textbox", name="Carta", exact=True)
    assert found.protocol in letter.input_value()
    denise.get_by_label("Como foi enviada").fill("e-mail")
    denise.get_by_role("button", name="Marcar como respondida").click()
    if scripts:
        denise.get_by_role("dialog").get_by_role("button", name="Confirmar").click()
    expect(denise.get_by_text("A solicitação foi respondida e encerrada.")).to_be_visible()
    found.refresh_from_db()
    assert not found.is_open


def test_the_list_is_searched_while_typing_and_filtered(
    live_shop: Cast, open_as: Callable[..., Page]
) -> None:
    filled(live_shop)
    page = open_as(live_shop.denise)
    page.goto(reverse("privacy:requests"))
    expect(page.get_by_text("1 solicitação está atrasada.")).to_be_visible()
    page.get_by_placeholder("Protocolo, nome, contato ou CPF").fill("elcio")
    expect(page.locator("#solicitacoes tbody tr")).to_have_count(1)
    page.goto(reverse("privacy:requests"))
    page.get_by_label("Situação").select_option("respondidas")
    expect(page.locator("#solicitacoes tbody tr")).to_have_count(1)
    assert "situacao=respondidas" in page.url
