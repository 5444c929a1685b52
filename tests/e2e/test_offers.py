"""*Quem comprar o quê* in a browser: from a segment to a product, to a person, to a conversation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pyarrow as pa
import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from recompra.customers.models import ContactAttempt
from recompra.segments.models import Segment
from recompra.segments.rule.read import read
from recompra.segments.rule.write import as_json
from recompra.warehouse.dialect import answer_schema
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES
from tests.cast import Cast
from tests.customers.offers import look_at
from tests.segments.stage import publish_people
from tests.segments.test_offers import OFFERS


@pytest.fixture
def offered(live_shop: Cast, warehouse: str, today: dt.date) -> Cast:
    look_at(engine(warehouse), today)
    content = pa.Table.from_pylist(OFFERS, schema=answer_schema(TABLES["offers"]))
    engine(warehouse).replace("offers", content)
    publish_people()
    Segment.objects.create(name="Todo mundo", rule=as_json(read({"rules": []})))
    return live_shop


@pytest.mark.parametrize(
    ("size", "scheme", "scripts"),
    [("desktop", "light", True), ("phone", "dark", True), ("phone", "light", False)],
)
def test_the_owner_goes_from_a_segment_to_a_product_and_writes_to_ana(
    offered: Cast,
    open_as: Callable[..., Page],
    axe: Callable[[Page], None],
    faults: list[str],
    *,
    size: str,
    scheme: str,
    scripts: bool,
) -> None:
    page = open_as(offered.otavio, size=size, scheme=scheme, scripts=scripts)
    page.context.route("https://wa.me/**", lambda route: route.fulfill(status=200, body="WhatsApp"))
    segment = Segment.objects.get(name="Todo mundo")
    page.goto(reverse("segments:segment", args=[segment.public_id]))
    page.get_by_role("link", name="O que oferecer").click()
    expect(page.get_by_role("heading", name="O que oferecer: Todo mundo")).to_be_visible()
    expect(page.locator("#pessoas")).to_contain_text("levou 3 vezes, a última há 10 dias")
    assert page.viewport_size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    if scripts:
        axe(page)
    page.get_by_label("Produto: nome ou código").fill("casaco")
    page.get_by_role("button", name="Filtrar").click()
    page.get_by_label("Produtos encontrados").get_by_role("link", name="Casaco de lã").click()
    expect(page.get_by_role("heading", name="A quem oferecer Casaco de lã")).to_be_visible()
    people = page.locator("#pessoas tbody tr")
    expect(people).to_have_count(3)
    expect(people.first).to_contain_text("Bruno")
    with page.context.expect_page() as opened:
        people.filter(has_text="Ana Beatriz").get_by_role("button", name="WhatsApp").click()
    opened.value.wait_for_url("https://wa.me/**")
    assert "Casaco%20de%20l%C3%A3" in opened.value.url
    assert ContactAttempt.objects.filter(customer=offered.ana, staff=offered.otavio).count() == 1
