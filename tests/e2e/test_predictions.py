"""Risk, value and next purchase on a customer's page, and the shop's choices about them, in a browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from recompra.predictions.models import PredictionRefresh, PredictionSettings
from tests.cast import Cast
from tests.predictions import stage


@pytest.mark.parametrize(
    ("size", "scheme", "scripts"),
    [("desktop", "light", True), ("phone", "dark", True), ("phone", "light", False)],
)
def test_the_manager_reads_what_ana_will_do_and_chooses_another_horizon(
    live_shop: Cast,
    today: dt.date,
    open_as: Callable[..., Page],
    axe: Callable[[Page], None],
    faults: list[str],
    *,
    size: str,
    scheme: str,
    scripts: bool,
) -> None:
    stage.publish(today)
    page = open_as(live_shop.marta, size=size, scheme=scheme, scripts=scripts)
    page.goto(reverse("customers:detail", args=[live_shop.ana.public_id]))
    risk = page.get_by_role("region", name="Risco de perda")
    expect(risk.get_by_role("img", name="Risco de perda: 60%, risco médio")).to_be_visible()
    expect(risk.get_by_role("img", name="Última compra: aumenta o risco")).to_be_visible()
    expect(risk.get_by_role("listitem")).to_have_count(5)
    expect(page.get_by_role("table", name="Gasto previsto").get_by_role("row")).to_have_count(4)
    expect(page.get_by_role("region", name="O momento certo")).to_contain_text("Próxima compra provável")
    assert page.viewport_size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    if scripts:
        axe(page)
    risk.get_by_role("link", name="Como é feito").click()
    expect(page.get_by_role("heading", name="Como as previsões são feitas")).to_be_visible()
    horizon = page.get_by_label("Horizonte do risco de perda, em dias")
    horizon.fill("45")
    horizon.press("Enter")
    expect(page.get_by_role("row", name="Marta")).to_contain_text("45")
    if scripts:
        axe(page)
    assert PredictionSettings.objects.get().horizon_days == 45
    assert PredictionRefresh.objects.get().reason == "choice"
