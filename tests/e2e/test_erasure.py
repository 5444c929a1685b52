"""Denise answers a letter: takes Carla's dossier, then erases her and keeps the receipt."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from recompra.customers.models import Customer
from recompra.privacy.models import Erasure
from recompra.privacy.requests import handle as requests
from recompra.work.drain import drain
from tests.cast import Cast


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_the_officer_answers_a_request_for_deletion(
    live_shop: Cast,
    open_as: Callable[..., Page],
    axe: Callable[[Page], None],
    faults: list[str],
    tmp_path: Path,
    size: str,
    scheme: str,
) -> None:
    carla = live_shop.carla
    asked = requests.open_request("deletion", channel="letter", by=live_shop.denise, customer=carla)
    requests.identify(asked, "document", by=live_shop.denise)
    page = open_as(live_shop.denise, size=size, scheme=scheme)

    page.goto(f"/privacidade/solicitacoes/{asked.protocol}/")
    page.get_by_role("link", name="Abrir o dossiê").click()
    page.get_by_role("heading", name=f"Dossiê: {carla.name}").wait_for()
    axe(page)
    picture(page, tmp_path, f"dossie-{size}-{scheme}")
    page.get_by_label("Arquivo", exact=True).select_option("json")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Baixar arquivo").click()
    assert json.loads(Path(taken.value.path()).read_text())["subject"]["public_id"] == str(carla.public_id)

    page.goto(f"/privacidade/solicitacoes/{asked.protocol}/")
    page.get_by_role("link", name="Eliminar os dados").click()
    page.get_by_label("Digite ELIMINAR para confirmar").fill("eliminr")
    page.get_by_role("button", name="Eliminar para sempre").click()
    page.get_by_text("Digite a palavra ELIMINAR como está escrita.").wait_for()
    faults[:] = [fault for fault in faults if "422" not in fault]  # the browser's word for our "no"
    axe(page)
    picture(page, tmp_path, f"eliminar-{size}-{scheme}")
    page.get_by_label("Digite ELIMINAR para confirmar").fill("eliminar")
    page.get_by_role("button", name="Eliminar para sempre").click()
    page.get_by_role("heading", name="Eliminação em andamento").wait_for()
    picture(page, tmp_path, f"andamento-{size}-{scheme}")
    drain(Erasure, raising=True)
    page.get_by_role("heading", name="Recibo de eliminação").wait_for()
    axe(page)
    picture(page, tmp_path, f"recibo-{size}-{scheme}")
    assert not Customer.objects.filter(pk=carla.pk).exists()
    page.goto("/privacidade/eliminacoes/")
    page.get_by_role("link", name=str(Erasure.objects.get().uid)[:8]).wait_for()
    axe(page)
    picture(page, tmp_path, f"eliminacoes-{size}-{scheme}")


def picture(page: Page, folder: Path, name: str) -> None:
    """What the page looks like, for whoever wants to see it (pytest keeps the last runs' folders)."""
    page.screenshot(path=folder / f"{name}.png", full_page=True)
