"""Who comes back to which store, how soon new customers buy again, cohorts, and the way from visit to
purchase: every figure, read from the page, is what a plain count in Python comes to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client

from recompra.accounts.roles import Role
from recompra.customers.models import Refresh
from recompra.demo.files import write
from recompra.demo.shop import Shop
from recompra.theme.formats import brl, dshort, month, num, pct
from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.engine import LoadBatch, engine
from recompra.warehouse.schema import TABLES
from recompra.work.drain import drain
from tests import twelve_orders
from tests.analytics import slow_figures
from tests.cast import Cast, staff
from tests.dashboards import counted
from tests.dashboards.read import HOME, figures, page, people_link, rows
from tests.dashboards.shown_people import publish_people
from tests.ingest.bring import brought

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Any], Client]
Row = dict[str, Any]
YEAR, DAYS = dt.timedelta(days=364), 90


def plain(told: str) -> str:
    return told.replace("\u00a0", " ").replace("\u2212", "-")


def share(value: Decimal | Fraction | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, Fraction):
        return plain(pct(slow_figures.ratio(value.numerator, value.denominator)))
    return plain(pct(value))


def orders_of_the_file(path: Path) -> list[Row]:
    """The orders of a demonstration shop, as `slow_figures` reads them; stores by their names."""
    return [
        {
            "customer_key": one.who,
            "store_key": one.store,
            "kind": "return" if one.is_return else "sale",
            "is_cancelled": False,
            "ordered_on": one.day,
            "net": one.net,
        }
        for one in counted.of_the_file(path)
    ]


@pytest.fixture
def twelve(shop: Cast) -> Cast:
    publish_people()
    return shop


@pytest.fixture
def orders(twelve: Cast, today: dt.date) -> list[Row]:
    """The twelve orders, stores by their names."""
    names = {twelve_orders.CENTRO: "Loja Centro", twelve_orders.ONLINE: "Loja Online"}
    return [row | {"store_key": names[row["store_key"]]} for row in twelve_orders.tables(today)["orders"]]


def hold_returns(
    client: Client, orders: list[Row], since: dt.date, today: dt.date, query: str = "", store: str = ""
) -> None:
    """The table per store, by date of sale and by date of return."""
    for way, word in (("sale", ""), ("return", "por=retorno")):
        people = slow_figures.returned_people(orders, since, today, today, way, DAYS)
        expected = {
            row["store_key"]: row
            for row in slow_figures.store_returns(people, today, way, DAYS)
            if store in ("", row["store_key"])
        }
        found = rows(page(client, f"{HOME}retorno/?{query}&{word}"))
        del found["Loja"], found["Total"]
        assert set(found) == set(expected)
        for name, row in expected.items():
            counts = ("buyers", "came_back", "same_store", "waiting", "known", "known_back")
            middle = "–" if row["median_days"] is None else num(row["median_days"], 2)
            told = [plain(num(row[column])) for column in counts]
            assert found[name] == [*told, share(row["rate"]), plain(middle)], (name, way)


def hold_second_purchase(client: Client, orders: list[Row], since: dt.date, today: dt.date) -> None:
    people = slow_figures.second_purchase(orders, since, today, today)
    shown = page(client, f"{HOME}segunda-compra/?periodo=datas&de={since}&ate={today}")
    found = figures(shown)
    assert found["Novos clientes"][0] == plain(num(len(people)))
    assert found["Compraram de novo"][0] == plain(num(sum(back for _days, back in people)))
    told = rows(shown)
    for days in (7, 30, 90, 180, 365):
        expected = slow_figures.kaplan_meier(people, days)
        longer = sum(at > days for at, _back in people)
        assert told[f"{days} dias"] == [share(expected), plain(num(longer))]


def hold_cohorts(client: Client, orders: list[Row], since: dt.date, today: dt.date) -> None:
    expected: dict[str, list[str]] = {}
    for row in slow_figures.cohorts(orders, since, today, today):
        line = expected.setdefault(plain(month(row["cohort_on"])), [plain(num(row["customers"]))])
        if 0 < row["month"] <= 24:
            line.append(share(row["share"]))
    found = rows(page(client, f"{HOME}coortes/?periodo=datas&de={since}&ate={today}"))
    heading = found.pop("Primeira compra")
    assert {name: line[: len(expected[name])] for name, line in found.items()} == expected
    assert {len(line) for line in found.values()} == {len(heading)}
    assert all(cell == "–" for name, line in found.items() for cell in line[len(expected[name]) :])


def test_the_twelve_orders(twelve: Cast, orders: list[Row], client_for: ClientFor, today: dt.date) -> None:
    client = client_for(twelve.otavio)
    since = today - dt.timedelta(days=420)
    hold_returns(client, orders, today - YEAR, today)
    hold_returns(client, orders, since, today, f"periodo=datas&de={since}&ate={today}")
    hold_second_purchase(client, orders, since, today)
    hold_cohorts(client, orders, since, today)


def test_of_one_store_the_return_to_the_other_still_counts(
    twelve: Cast, orders: list[Row], client_for: ClientFor, today: dt.date
) -> None:
    """Ana bought online, and came back to Centro: who looks at the online shop alone sees that she did."""
    client, query = client_for(twelve.otavio), f"loja={twelve.online.pk}"
    hold_returns(client, orders, today - YEAR, today, query, "Loja Online")
    shown = page(client, f"{HOME}retorno/?{query}")
    assert figures(shown)["Voltaram"][0] == "1"
    assert figures(shown)["À mesma loja"][0] == "0"
    listed = page(client, people_link(shown, "Loja Online"))
    assert "Ana Beatriz Souza" in listed


def test_who_came_back_is_listed_with_purchase_return_and_values(
    twelve: Cast, client_for: ClientFor, today: dt.date
) -> None:
    client = client_for(twelve.otavio)
    shown = page(client, f"{HOME}retorno/?loja={twelve.online.pk}")
    listed = page(client, people_link(shown, "Voltaram"))
    assert "Bruno" not in listed
    assert "1 pessoa" in listed
    cells = dict(re.findall(r'<td data-label="([^"]+)"[^>]*>([^<]*)</td>', listed))
    assert cells["CPF / CNPJ"].strip("–")
    told = {
        "Comprou em": dshort(today - dt.timedelta(days=100)),
        "Na loja": "Loja Online",
        "Valor desse dia": brl(Decimal(200)),
        "Voltou em": dshort(today - dt.timedelta(days=40)),
        "À loja": "Loja Centro",
        "Valor do retorno": brl(Decimal(150)),
        "Dias entre as compras": "60",
        "Última compra": dshort(today - dt.timedelta(days=12)),
        "Valor da última compra": brl(Decimal(250)),
    }
    assert {name: cells[name] for name in told} == {name: plain(value) for name, value in told.items()}


def test_who_sees_the_online_shop_alone_learns_of_no_purchase_elsewhere(
    twelve: Cast, client_for: ClientFor, today: dt.date
) -> None:
    twelve.marta.stores.set([twelve.online])
    client = client_for(twelve.marta)
    shown = page(client, f"{HOME}retorno/")
    found = rows(shown)
    assert set(found) == {"Loja", "Loja Online", "Total"}
    assert found["Loja Online"][:2] == ["2", "0"]  # Ana and Davi; Ana's return to Centro is not hers to see
    assert "Ana" not in page(client, f"{HOME}retorno/pessoas/?parte=todas")
    assert client.get(f"{HOME}retorno/pessoas/?parte={twelve.centro.pk}").status_code == 404


def test_the_people_of_the_second_purchase_and_of_a_cohort(
    twelve: Cast, client_for: ClientFor, today: dt.date
) -> None:
    client, since = client_for(twelve.otavio), today - dt.timedelta(days=420)
    query = f"?periodo=datas&de={since}&ate={today}"
    shown = page(client, f"{HOME}segunda-compra/{query}")
    back = page(client, people_link(shown, "Compraram de novo"))
    once = page(client, people_link(shown, "Uma compra até agora"))
    for name, has_come in (("Ana Beatriz Souza", True), ("Bruno", True), ("Carla", False), ("Davi", False)):
        assert (name in back, name in once) == (has_come, not has_come), name
    davi = month(today - dt.timedelta(days=5))
    cohort = page(client, people_link(page(client, f"{HOME}coortes/{query}"), davi))
    assert "Davi Peixoto" in cohort
    assert "Ana Beatriz" not in cohort


def test_a_demonstration_shop(
    db: None, warehouse: str, client_for: ClientFor, today: dt.date, tmp_path: Path
) -> None:
    made = write(Shop(120, 5, today, days=700), tmp_path / "demo")
    assert brought(made.sales).report["quarantined"] == 0
    drain(Refresh)
    publish_people()
    client, orders = client_for(staff("Otávio", Role.OWNER)), orders_of_the_file(made.sales)
    hold_returns(client, orders, today - YEAR, today)
    hold_second_purchase(client, orders, today - YEAR, today)
    hold_cohorts(client, orders, today - dt.timedelta(days=600), today)


def visits_of(days: Iterable[tuple[int, int, str, str | None]], today: dt.date, folder: Path) -> LoadBatch:
    """A batch of visits: (visitor, days ago, event, source)."""
    listed = [
        {
            "visit_key": number,
            "visitor_key": visitor,
            "customer_key": twelve_orders.ANA if visitor == 1 else None,
            "event": event,
            "occurred_at": dt.datetime.combine(today - dt.timedelta(days=ago), dt.time(15)),
            "occurred_on": today - dt.timedelta(days=ago),
            "store_key": None,
            "source": source,
            "medium": None,
            "campaign": None,
            "batch": 9,
        }
        for number, (visitor, ago, event, source) in enumerate(days, 1)
    ]
    path = folder / "visits.parquet"
    pq.write_table(pa.Table.from_pylist(listed, schema=arrow_schema(TABLES["visits"].schema())), path)
    return LoadBatch.of(9, {"visits": path})


def test_from_visit_to_purchase(
    twelve: Cast, client_for: ClientFor, today: dt.date, warehouse: str, tmp_path: Path
) -> None:
    client = client_for(twelve.otavio)
    assert "Ainda não há visitas neste período" in page(client, f"{HOME}funil/")
    seen = [
        *((visitor, 3, "session_start", "google") for visitor in (1, 2, 3, 4)),
        (5, 3, "page_view", None),
        *((visitor, 3, "view_item", "google") for visitor in (1, 2)),
        *((visitor, 2, "add_to_cart", "google") for visitor in (1, 2)),
        (1, 2, "purchase", "google"),
        (6, 400, "session_start", "google"),
    ]
    engine(warehouse).apply(visits_of(seen, today, tmp_path))
    shown = page(client, f"{HOME}funil/")
    found = figures(shown)
    assert found["Visitantes"][0] == "5"
    assert found["Conversão"][0] == "20%"
    assert found["Clientes conhecidos"] == ("1", "20% dos visitantes se identificaram")
    assert "Interesse: visitantes: 2, 40% da etapa anterior" in shown
    assert "Ação: visitantes: 1, 50% da etapa anterior" in shown
    told = rows(shown)
    assert told["google"] == ["4", "4", "2", "2", "1", "25%"]
    assert told["não informada"][0] == "1"
    assert found["Conhecidos que compraram"][0] == "1"
    assert "Conhecidos que pararam antes de comprar" not in found
    for words in ("Clientes conhecidos", "Conhecidos que compraram", "google", "Total"):
        listed = page(client, people_link(shown, words))
        assert "Ana Beatriz Souza" in listed
        assert "Bruno" not in listed
    assert client.get(f"{HOME}funil/pessoas/?parte=outra").status_code == 404


def test_who_stopped_before_the_purchase_is_a_list(
    twelve: Cast, client_for: ClientFor, today: dt.date, warehouse: str, tmp_path: Path
) -> None:
    client = client_for(twelve.otavio)
    seen = [(1, 3, "view_item", "google"), (1, 3, "add_to_cart", "google"), (2, 3, "purchase", "google")]
    engine(warehouse).apply(visits_of(seen, today, tmp_path))
    shown = page(client, f"{HOME}funil/")
    stopped = page(client, people_link(shown, "Conhecidos que pararam antes de comprar"))
    assert "Ana Beatriz Souza" in stopped
    assert "Conhecidos que compraram" not in figures(shown)


@pytest.mark.parametrize(
    ("code", "words"), [("retorno", "Loja Centro"), ("segunda-compra", "90 dias"), ("coortes", "/")]
)
def test_each_table_leaves_as_a_file(twelve: Cast, client_for: ClientFor, code: str, words: str) -> None:
    client = client_for(twelve.otavio)

    def content(kind: str) -> bytes:
        answer = client.post(f"{HOME}{code}/arquivo/", {"formato": kind})
        assert answer.status_code == 200
        return b"".join(answer.streaming_content)  # type: ignore[attr-defined]

    assert words in content("csv").decode("utf-8-sig")
    assert content("xlsx").startswith(b"PK")
    assert content("parquet").startswith(b"PAR1")
