"""The keys of the API in a real browser: made, used by another system, revoked."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from recompra.accounts.api_keys.issue import issue, revoke
from tests.cast import Cast


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_the_pages_of_the_keys_have_no_accessibility_finding(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str, scheme: str
) -> None:
    page = open_as(live_shop.otavio, size=size, scheme=scheme)
    page.goto("/equipe/chaves/")
    axe(page)
    erp, _secret = issue(
        live_shop.otavio, "ERP", ["customers:read", "metrics:read"], stores=[live_shop.centro]
    )
    bi, _secret = issue(live_shop.otavio, "BI", ["metrics:read"])
    revoke(live_shop.otavio, bi)
    for address in ("/equipe/chaves/", "/equipe/chaves/nova/", f"/equipe/chaves/{erp.pk}/revogar/"):
        page.goto(address)
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{address} scrolls sideways"


def test_without_script_otavio_makes_a_key_a_system_uses_it_and_he_revokes_it(
    live_shop: Cast, open_as: Callable[..., Page]
) -> None:
    owner = open_as(live_shop.otavio, scripts=False)
    owner.goto("/")
    owner.get_by_role("link", name="Equipe", exact=True).click()
    owner.get_by_role("link", name="Chaves da API", exact=True).click()
    owner.get_by_role("link", name="Criar chave").click()
    owner.get_by_label("Qual sistema vai usar").fill("BI")
    owner.get_by_label("Ler métricas").check()
    owner.get_by_role("button", name="Criar a chave").click()
    secret = owner.get_by_label("Chave", exact=True).input_value()
    here = owner.url.partition("/equipe/")[0]

    def sales() -> httpx.Response:
        bearer = {"Authorization": f"Bearer {secret}"}
        return httpx.get(f"{here}/api/metrics/sales_totals", params={"since": "2000-01-01"}, headers=bearer)

    assert sales().json()["rows"][0]["net"] == "3504.90"
    owner.get_by_role("link", name="Voltar às chaves").click()
    expect(owner.get_by_role("row", name="BI")).to_contain_text("Ler métricas")
    owner.get_by_role("link", name="Revogar").click()
    owner.get_by_role("button", name="Revogar").click()
    expect(owner.get_by_role("row", name="BI")).to_contain_text("revogada")
    assert sales().status_code == 401
