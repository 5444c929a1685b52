"""Every ready condition of the page Pesquisa, alone and with every other one, finds whom a plain count in
Python finds: over the twelve orders, and over a shop of the demonstration."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import User
from recompra.accounts.roles import Role
from recompra.customers.models import Customer, Membership, Refresh
from recompra.demo.files import write
from recompra.demo.shop import Shop
from recompra.segments.builder.figures import counted
from recompra.segments.models import SegmentRefresh
from recompra.segments.search.form import SearchForm
from recompra.work.drain import drain
from tests import twelve_orders
from tests.cast import Cast, customer, staff
from tests.ingest.bring import brought

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
YEAR = 365
Test = Callable[["Somebody"], bool]


@dataclass
class Somebody:
    """What is known of a person, told without the facts' engine. `sales`: (day, store, is_online)."""

    name: str
    born: dt.date | None
    sex: str
    marital: str = ""
    registered: dt.date | None = None
    is_complete: bool = False
    club: tuple[str, str] | None = None
    sales: list[tuple[dt.date, str, bool]] = field(default_factory=list)

    def days(self) -> list[dt.date]:
        return sorted(day for day, _store, _online in self.sales)

    def age(self, today: dt.date) -> int | None:
        if self.born is None:
            return None
        return today.year - self.born.year - ((today.month, today.day) < (self.born.month, self.born.day))

    def in_month(self, month: str) -> bool:
        return any(f"{day:%Y-%m}" == month for day in self.days())

    def preferred(self, today: dt.date) -> set[str]:
        """The stores with most sales of the last twelve months (more where they tie), else the last."""
        lately = Counter(store for day, store, _online in self.sales if (today - day).days < YEAR)
        most = max(lately.values(), default=0)
        if lately:
            return {store for store, count in lately.items() if count == most}
        return {store for day, store, _online in self.sales if day == max(self.days())}


def questions(today: dt.date, store: str, months: tuple[str, str]) -> dict[str, tuple[dict[str, Any], Test]]:
    """{title: (what stands in the address, who fits it)}."""

    def ago(days: int) -> str:
        return (today - dt.timedelta(days=days)).isoformat()

    def since(day: dt.date | None, most: int, least: int = 0) -> bool:
        return day is not None and least <= (today - day).days <= most

    def birthday(one: Somebody, first: tuple[int, int], last: tuple[int, int]) -> bool:
        """Born on 29 February, one is greeted on the 28th, too."""
        days = {(one.born.month, one.born.day)} if one.born else set()
        days |= {(2, 28)} if (2, 29) in days else set()
        if first <= last:
            return any(first <= day <= last for day in days)
        return any(day >= first or day <= last for day in days)

    bought, missed = months
    return {
        "aniversário na virada": (
            {"aniv_de": "20/12", "aniv_ate": "15/03"},
            lambda one: birthday(one, (12, 20), (3, 15)),
        ),
        "aniversário em 28/02": (
            {"aniv_de": "28/02", "aniv_ate": "28/02"},
            lambda one: birthday(one, (2, 28), (2, 28)),
        ),
        "novos pela compra": (
            {"novo_por": "compra", "novo_de": ago(40), "novo_ate": ago(0)},
            lambda one: since(one.days()[0] if one.sales else None, 40),
        ),
        "novos pelo cadastro": (
            {"novo_por": "cadastro", "novo_de": ago(20)},
            lambda one: since(one.registered, 20),
        ),
        "online": ({"online": "sim"}, lambda one: any(online for _day, _store, online in one.sales)),
        "fidelidade": ({"fidelidade": "sim"}, lambda one: one.club is not None),
        "sem fidelidade": ({"fidelidade": "nao"}, lambda one: one.club is None),
        "cadastro incompleto": ({"cadastro": "incompleto"}, lambda one: not one.is_complete),
        "última compra": (
            {"ultima_de": ago(30), "ultima_ate": ago(10)},
            lambda one: since(one.days()[-1] if one.sales else None, 30, 10),
        ),
        "sem comprar há 20 dias": (
            {"sem_comprar_de": 20},
            lambda one: since(one.days()[-1] if one.sales else None, 10**6, 20),
        ),
        "mês A sem mês B": (
            {"mes_a": bought, "mes_b": missed},
            lambda one: one.in_month(bought) and not one.in_month(missed),
        ),
        "programa": ({"programa": "Clube"}, lambda one: one.club is not None and one.club[0] == "Clube"),
        "categoria": ({"categoria": "Ouro"}, lambda one: one.club is not None and one.club[1] == "Ouro"),
        "loja preferida": ({"loja": store}, lambda one: store in one.preferred(today)),
        "sexo": ({"sexo": "F"}, lambda one: one.sex == "F"),
        "estado civil": (
            {"estado_civil": ["married", "single"]},
            lambda one: one.marital in ("married", "single"),
        ),
        "faixa etária": (
            {"idade_de": "25", "idade_ate": "39"},
            lambda one: 25 <= (one.age(today) or 0) <= 39,
        ),
        "com compras": ({"com_compras": "on"}, lambda one: bool(one.sales)),
    }


def found(client: Client, asked: dict[str, Any]) -> tuple[int, set[str]]:
    """How many the page counts, and the names on its list (of who fits on a page)."""
    answer = client.get(reverse("segments:search"), asked)
    assert answer.status_code == 200, dict(answer.context["form"].errors)
    return answer.context["count"].people, {line.title for line in answer.context["lines"]}


def hold(client: Client, people: list[Somebody], asked: dict[str, Any], *tests: Test) -> int:
    """The page finds those whom the plain count finds; how many."""
    expected = {one.name for one in people if all(test(one) for test in tests)}
    many, names = found(client, asked)
    assert many == len(expected), (asked, expected, names)
    assert names == expected if many <= 25 else names <= expected, asked
    return many


# the twelve orders -------------------------------------------------------------------------------------


@pytest.fixture
def named(shop: Cast, today: dt.date) -> list[Somebody]:
    """The cast with a club and marital status, and Elza, born on 29 February, who has bought nothing."""
    customer(
        1005, "Elza Ramos", "39053344705", "41912345678", "elza@example.com", birth_date=dt.date(1992, 2, 29)
    )
    for who, tier in ((shop.ana, "Ouro"), (shop.carla, "Prata")):
        Membership.objects.create(customer=who, program="Clube", tier=tier)
    Membership.objects.create(customer=shop.davi, program="Antigo", tier="Ouro", left_on=today)
    Customer.objects.filter(pk__in=[shop.ana.pk, shop.bruno.pk]).update(marital_status="casada(o)")
    Customer.objects.filter(pk=shop.bruno.pk).update(marital_status="Solteiro")
    old = dt.datetime.combine(today - dt.timedelta(days=100), dt.time(12), dt.UTC)
    Customer.objects.filter(name="Elza Ramos").update(created_at=old)
    SegmentRefresh.objects.create(reason="load", is_full=True)
    drain(SegmentRefresh, raising=True)
    return list(of_the_twelve(shop, today))


def of_the_twelve(shop: Cast, today: dt.date) -> Iterator[Somebody]:
    keys = {
        "Ana Beatriz Souza": twelve_orders.ANA, "Bruno Álvares Lima": twelve_orders.BRUNO,
        "Carla Nogueira": twelve_orders.CARLA, "Davi Peixoto": twelve_orders.DAVI, "Elza Ramos": 1005,
    }  # fmt: skip
    marital = {"Ana Beatriz Souza": "married", "Bruno Álvares Lima": "single"}
    clubs = {"Ana Beatriz Souza": ("Clube", "Ouro"), "Carla Nogueira": ("Clube", "Prata")}
    for record in Customer.objects.order_by("pk"):
        yield Somebody(
            record.name,
            record.birth_date,
            record.sex,
            marital.get(record.name, ""),
            today - dt.timedelta(days=100) if record.name.startswith("Elza") else today,
            club=clubs.get(record.name),
            sales=[
                (
                    today - dt.timedelta(days=order.days_ago),
                    str(order.store),
                    order.store == twelve_orders.ONLINE,
                )
                for order in twelve_orders.ORDERS
                if order.customer == keys[record.name] and order.kind == "sale" and not order.is_cancelled
            ],
        )


def months(today: dt.date) -> tuple[str, str]:
    """The months of 40 and of 5 days ago: never the same."""
    first, second = (today - dt.timedelta(days=days) for days in (40, 5))
    return f"{first:%Y-%m}", f"{second:%Y-%m}"


def test_each_condition_alone_and_with_every_other_one(
    shop: Cast, named: list[Somebody], today: dt.date, client_for: ClientFor
) -> None:
    client = client_for(shop.otavio)
    asked = questions(today, str(shop.centro.pk), months(today))
    alone = {title: hold(client, named, query, test) for title, (query, test) in asked.items()}
    assert [title for title, many in alone.items() if many == 0] == [], (
        "a condition that nobody meets proves little"
    )
    assert [title for title, many in alone.items() if many == len(named)] == ["cadastro incompleto"]
    for number, ((one, first), (other, second)) in enumerate(combinations(asked.values(), 2)):
        if one.keys() & other.keys():
            continue
        expected = sum(first(who) and second(who) for who in named)
        assert counted_by_form(one | other, shop.otavio) == expected, (one, other)
        if number % 11 == 0:
            hold(client, named, one | other, first, second)


def counted_by_form(asked: dict[str, Any], user: User) -> int:
    """What the page counts, without the page around it."""
    given = QueryDict(mutable=True)
    for name, value in asked.items():
        given.setlist(name, value if isinstance(value, list) else [value])
    form = SearchForm(given, user)
    assert form.is_valid(), form.errors
    return counted(form.rule(), user.store_scope()).people


def test_a_seller_of_centro_neither_sees_nor_counts_people_of_the_online_store(
    shop: Cast, named: list[Somebody], today: dt.date, client_for: ClientFor
) -> None:
    client = client_for(shop.lucia)
    mine = [one for one in named if not one.name.startswith("Davi")]
    for query, test in questions(today, str(shop.centro.pk), months(today)).values():
        if "mes_a" not in query and query != {"online": "sim"}:
            hold(client, mine, query, test)
    many, names = found(client, {})
    assert (many, len(names)) == (4, 4)
    offered = client.get(reverse("segments:search")).content.decode()
    assert "Loja Online" not in offered
    asked = client.get(reverse("segments:search"), {"loja": str(shop.online.pk)})
    assert asked.status_code == 422
    assert asked.context["count"].people == 4


# a shop of the demonstration ---------------------------------------------------------------------------


def test_the_conditions_over_a_demonstration_shop(
    warehouse: str, tmp_path: Path, today: dt.date, client_for: ClientFor
) -> None:
    made = write(Shop(120, 7, today, days=800), tmp_path / "demo")
    brought(made.sales)
    drain(Refresh, raising=True)
    SegmentRefresh.objects.create(reason="load", is_full=True)
    drain(SegmentRefresh, raising=True)
    people = list(of_the_file(made.sales, today))
    client = client_for(staff("Otávio", Role.OWNER))
    assert found(client, {})[0] == len(people)
    bought = [one for one in people if one.sales]
    last = max(day for one in bought for day in one.days())
    before = last.replace(day=1) - dt.timedelta(days=1)
    asked = questions(today, "", (f"{before:%Y-%m}", f"{last:%Y-%m}"))
    for title in (
        "programa",
        "categoria",
        "loja preferida",
        "cadastro incompleto",
        "estado civil",
        "fidelidade",
    ):
        del asked[title]
    met = sum(hold_count(client, people, query, test) for query, test in asked.values())
    for (one, first), (other, second) in list(combinations(asked.values(), 2))[::9]:
        if not one.keys() & other.keys():
            hold_count(client, people, one | other, first, second)
    assert met > len(people)


def hold_count(client: Client, people: list[Somebody], asked: dict[str, Any], *tests: Test) -> int:
    """The page counts as many as the plain count; names may be there twice in a shop."""
    expected = sum(all(test(one) for test in tests) for one in people)
    assert found(client, asked)[0] == expected, asked
    return expected


def of_the_file(path: Path, today: dt.date) -> Iterator[Somebody]:
    people: dict[str, Somebody] = {}
    seen: set[str] = set()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if not row["codigo_cliente"]:
                continue
            one = people.setdefault(row["codigo_cliente"], _read(row, today))
            is_sale = row["situacao"] != "cancelado" and row["tipo"] == "venda"
            if is_sale and row["pedido"] not in seen:
                seen.add(row["pedido"])
                day = dt.datetime.strptime(row["data_venda"][:10], "%d/%m/%Y").date()  # noqa: DTZ007 (a day)
                one.sales.append((day, row["loja"], row["canal"] == "online"))
    yield from people.values()


def _read(row: dict[str, str], today: dt.date) -> Somebody:
    born = row["data_nascimento"]
    return Somebody(
        row["nome"],
        dt.datetime.strptime(born, "%d/%m/%Y").date() if born else None,  # noqa: DTZ007 (a day)
        row["sexo"],
        registered=today,
    )
