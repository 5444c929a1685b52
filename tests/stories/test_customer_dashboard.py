"""Every figure of the customer dashboard, read from the page, is what a plain count in Python comes to: over
the twelve orders, and over a shop of the demonstration."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from recompra.accounts.roles import Role
from recompra.customers.models import Membership, Refresh
from recompra.demo.files import write
from recompra.demo.shop import Shop
from recompra.theme.formats import brl, month, num, pct
from recompra.work.drain import drain
from tests.cast import Cast, staff
from tests.dashboards import counted
from tests.dashboards.counted import Sold
from tests.dashboards.read import HOME, figures, page, people_link, rows
from tests.dashboards.shown_people import publish_people
from tests.ingest.bring import brought

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Any], Client]
YEAR = dt.timedelta(days=364)


def plain(told: str) -> str:
    return told.replace("\u00a0", " ").replace("\u2212", "-")


def share(part: int | Decimal, whole: int | Decimal) -> str:
    return plain(pct((Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"))))


@pytest.fixture
def twelve(shop: Cast) -> Cast:
    """The shop, its loyalty club, and what segments know of everybody."""
    for who, tier in ((shop.ana, "Ouro"), (shop.bruno, "Ouro"), (shop.carla, "Prata")):
        Membership.objects.create(customer=who, program="Clube", tier=tier)
    publish_people()
    return shop


def hold(
    client: Client, sold: list[Sold], since: dt.date, until: dt.date, query: str = "", store: str = ""
) -> None:
    """All figures that come from sales are those of the plain counts."""
    business(client, sold, since, until, query, store)
    if not store:
        identified(client, sold, since, until, query)
        frequency(client, sold, since, until, query)


def business(
    client: Client, sold: list[Sold], since: dt.date, until: dt.date, query: str, store: str
) -> None:
    expected = counted.business(sold, since, until, store)
    found = figures(page(client, f"{HOME}negocio/{query}"))
    assert found["Ticket médio"][0] == plain(brl(expected.aov))
    assert found["Frequência de compra"][0] == plain(num(Decimal(expected.orders) / expected.buyers, 2))
    assert found["LTV médio"][0] == plain(brl(expected.mean_ltv))
    assert found["Taxa de recompra"][0] == share(expected.repeaters, expected.buyers)


def identified(client: Client, sold: list[Sold], since: dt.date, until: dt.date, query: str) -> None:
    expected = counted.identified(sold, since, until)
    shown = page(client, f"{HOME}identificadas/{query}")
    found = rows(shown)
    for store, (sales, known, value) in expected.items():
        assert found[store][:3] == [plain(num(sales)), plain(num(known)), share(known, sales)]
        assert found[store][4] == plain(brl(value))
    assert set(found) == {"Loja", *expected, "Total"}
    all_sales, all_known = (sum(part[place] for part in expected.values()) for place in (0, 1))
    assert figures(shown)["Vendas com cliente identificado"][0] == share(int(all_known), int(all_sales))
    assert figures(shown)["Vendas sem cliente identificado"][0] == plain(num(int(all_sales - all_known)))


def frequency(client: Client, sold: list[Sold], since: dt.date, until: dt.date, query: str) -> None:
    shown = page(client, f"{HOME}frequencia/{query}")
    expected = counted.per_month(sold, since, until)
    found = rows(shown)
    del found["Intervalo"]
    assert set(found) == {plain(month(first)) for first in expected}
    for first, (buyers, new, sales) in expected.items():
        told = [plain(num(each)) for each in (buyers, new, buyers - new, sales)]
        assert found[plain(month(first))][:4] == told
    often = counted.times(sold, since, until)
    everybody = sum(often.values())
    assert figures(shown)["Clientes que compraram"][0] == plain(num(everybody))
    for words, buyers in often.items():
        assert f"{words}: clientes: {plain(num(buyers))}, {share(buyers, everybody)}" in shown


def test_the_figures_of_the_twelve_orders(twelve: Cast, client_for: ClientFor, today: dt.date) -> None:
    client, sold = client_for(twelve.otavio), counted.of_the_twelve(today)
    hold(client, sold, today - YEAR, today)
    since = today - dt.timedelta(days=29)
    hold(client, sold, since, today, "?periodo=30d")
    since, until = today - dt.timedelta(days=420), today - dt.timedelta(days=35)
    hold(client, sold, since, until, f"?periodo=datas&de={since}&ate={until}")
    hold(client, sold, today - YEAR, today, f"?loja={twelve.centro.pk}", "Loja Centro")


def test_the_value_of_the_sales_of_the_people_found(
    twelve: Cast, client_for: ClientFor, today: dt.date
) -> None:
    expected = counted.business(counted.of_the_twelve(today), today - YEAR, today)
    shown = page(client_for(twelve.otavio), f"{HOME}valor/")
    found = figures(shown)
    assert found["Valor médio por venda"] == (plain(brl(expected.aov)), f"{expected.orders} vendas")
    assert found["Média por cliente que comprou"][0] == plain(brl(expected.per_buyer))
    assert found["Média por pessoa encontrada"][0] == plain(brl(expected.per_buyer))  # all four bought
    assert rows(shown)["Total"][0] == str(expected.orders)


def test_the_tiers_of_the_club(twelve: Cast, client_for: ClientFor) -> None:
    client = client_for(twelve.otavio)
    shown = page(client, f"{HOME}categorias/")
    assert figures(shown)["Participantes"][0] == "3"
    assert "Ouro: participantes: 2, 67%" in shown
    assert "Prata: participantes: 1, 33%" in shown
    listed = page(client, people_of_tier(shown, "Ouro"))
    assert "Ana Beatriz Souza" in listed
    assert "Bruno Álvares Lima" in listed
    assert "Carla Nogueira" not in listed


def people_of_tier(shown: str, tier: str) -> str:
    found = re.search(rf'<a href="([^"]+)">Clube</a></th><td>{tier}', shown)
    assert found
    return found[1]


def test_the_people_found_and_only_those_of_a_segment(
    twelve: Cast, client_for: ClientFor, today: dt.date
) -> None:
    client = client_for(twelve.otavio)
    shown = page(client, f"{HOME}clientes/")
    assert figures(shown)["Clientes encontrados"][0] == "4"
    twelve.ana.refresh_from_db()
    mine = twelve.ana.standing.segment
    named = {1001: twelve.ana, 1002: twelve.bruno, 1003: twelve.carla, 1004: twelve.davi}
    same = {key for key, who in named.items() if who.standing.segment == mine}
    only = page(client, f"{HOME}clientes/?segmento={mine}")
    assert figures(only)["Clientes encontrados"][0] == str(len(same))
    theirs = [one for one in counted.of_the_twelve(today) if one.who in same]
    expected = counted.business(theirs, today - YEAR, today)
    found = figures(page(client, f"{HOME}negocio/?segmento={mine}"))
    assert found["Ticket médio"][0] == plain(brl(expected.aov))
    assert found["LTV médio"][0] == plain(brl(expected.mean_ltv))


def test_a_manager_of_one_store_sees_that_store_alone(
    twelve: Cast, client_for: ClientFor, today: dt.date
) -> None:
    twelve.marta.stores.set([twelve.online])
    client = client_for(twelve.marta)
    sold = [one for one in counted.of_the_twelve(today) if one.store == "Loja Online"]
    hold(client, sold, today - YEAR, today)
    assert set(rows(page(client, f"{HOME}identificadas/"))) == {"Loja", "Loja Online", "Total"}
    for code in ("", "negocio/", "identificadas/", "clientes/"):
        assert client.get(f"{HOME}{code}?loja={twelve.centro.pk}").status_code == 404
    shown = page(client, f"{HOME}clientes/")
    assert figures(shown)["Clientes encontrados"][0] == "1"  # Davi; the others prefer Centro
    listed = page(client, people_link(shown, "Clientes encontrados"))
    assert "Davi Peixoto" in listed
    assert "Ana Beatriz" not in listed


@pytest.mark.parametrize("seed", [3])
def test_the_figures_of_a_demonstration_shop(
    db: None, warehouse: str, client_for: ClientFor, today: dt.date, tmp_path: Path, seed: int
) -> None:
    made = write(Shop(150, seed, today, days=800), tmp_path / "demo")
    run = brought(made.sales)
    assert run.report["quarantined"] == 0
    drain(Refresh)
    publish_people()
    client, sold = client_for(staff("Otávio", Role.OWNER)), counted.of_the_file(made.sales)
    hold(client, sold, today - YEAR, today)
    hold(client, sold, today - dt.timedelta(days=89), today, "?periodo=90d")
    found = figures(page(client, f"{HOME}clientes/"))
    assert found["Clientes encontrados"][0] == num(counted.registered(made.sales))
