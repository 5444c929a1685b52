"""The account pages in a real browser: accessible in both themes and sizes, and working without script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from recompra.accounts import audit, first_run, invitations
from recompra.accounts.roles import Role
from tests.cast import PASSWORD, Cast

OWN = ("/conta/", "/conta/senha/", "/conta/sessoes/", "/conta/segundo-fator/")
TEAM = ("/equipe/", "/equipe/?busca=ninguém", "/equipe/convidar/", "/equipe/acessos/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_account_and_team_pages_have_no_accessibility_finding(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str, scheme: str
) -> None:
    invitations.invite(live_shop.otavio, "nilo@loja.example", Role.SELLER, [live_shop.centro])
    audit.record(live_shop.saulo, "reveal", customer_id=live_shop.ana.pk, fields=["cpf"], reason="retorno")
    page = open_as(live_shop.otavio, size=size, scheme=scheme)
    person = f"/equipe/{live_shop.lucia.pk}/"
    for address in (*OWN, *TEAM, person, f"{person}desligar/"):
        page.goto(address)
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{address} scrolls sideways"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_before_the_log_in_have_no_accessibility_finding(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], scheme: str
) -> None:
    _invitation, token = invitations.invite(live_shop.otavio, "nilo@loja.example", Role.SAC, [])
    page = open_as(size="phone", scheme=scheme)
    for address in ("/entrar/", "/entrar/desligado/", f"/convite/{token}/"):
        page.goto(address)
        axe(page)


def test_without_script_otavio_invites_nilo(live_shop: Cast, open_as: Callable[..., Page]) -> None:
    owner = open_as(live_shop.otavio, scripts=False)
    owner.goto("/equipe/")
    owner.get_by_role("link", name="Convidar").click()
    owner.get_by_label("E-mail").fill("nilo@loja.example")
    owner.get_by_label("Função").select_option("sac")
    owner.get_by_role("button", name="Criar o convite").click()
    link = owner.get_by_label("Link", exact=True).input_value()
    nilo = open_as(scripts=False)
    nilo.goto(re.sub(r"^http://[^/]+", "", link))
    nilo.get_by_label("Seu nome").fill("Nilo")
    nilo.get_by_label("Senha", exact=True).fill(PASSWORD)
    nilo.get_by_label("Senha, mais uma vez").fill(PASSWORD)
    nilo.get_by_role("button", name="Entrar na equipe").click()
    nilo.goto("/conta/")
    expect(nilo.get_by_role("heading", name="Nilo")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_otavio_signs_in_by_the_form(live_shop: Cast, open_as: Callable[..., Page], scripts: bool) -> None:
    page = open_as(scripts=scripts)
    page.goto("/clientes/")
    for password in ("não é esta", PASSWORD):
        page.get_by_label("E-mail").fill(live_shop.otavio.email)
        page.get_by_label("Senha", exact=True).fill(password)
        page.get_by_role("button", name="Entrar").click()
        if password != PASSWORD:
            expect(page.get_by_text("E-mail e senha não conferem")).to_be_visible()
    expect(page).to_have_url(re.compile("/clientes/$"))
    expect(page.get_by_role("link", name=re.compile("Ana Beatriz Souza")).first).to_be_visible()


def test_the_second_factor_is_switched_on_with_the_picture_in_view(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = open_as(live_shop.otavio)
    page.goto("/conta/segundo-fator/ligar/")
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continuar").click()
    expect(page.get_by_role("img", name="Código QR")).to_be_visible()
    axe(page)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_first_run_has_no_accessibility_finding_and_leads_inside(
    transactional_db: None, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str
) -> None:
    code = first_run.issue_code()
    page = open_as(size=size)
    page.goto("/")
    axe(page)
    page.get_by_label("Código de instalação").fill(code)
    page.get_by_label("Seu nome").fill("Otávio")
    page.get_by_label("Seu e-mail").fill("otavio@loja.example")
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_label("Senha, mais uma vez").fill(PASSWORD)
    page.get_by_role("button", name="Criar o proprietário").click()
    page.wait_for_url(lambda url: "/comecar/" not in url)
