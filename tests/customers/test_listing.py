"""The list pages by key: every order, every filter, nobody twice and nobody lost."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from recompra.customers import listing
from recompra.customers.filters import Filters
from recompra.customers.listing import Way, everybody, page
from recompra.customers.models import Customer, Standing
from recompra.customers.totals import Totals, totals
from tests.cast import Cast


def names(query: str, cast: Cast, user: str = "otavio") -> list[str]:
    filters = Filters.read(QueryDict(query), getattr(cast, user).store_scope())
    return [row.name.split()[0] for row in page(filters)[0]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Bruno", "Davi", "Ana", "Carla"]),
        ("ordem=recente", ["Davi", "Ana", "Carla", "Bruno"]),
        ("ordem=nome", ["Ana", "Bruno", "Carla", "Davi"]),
        ("ordem=senha", ["Bruno", "Davi", "Ana", "Carla"]),
        ("segmento=at_risk&segmento=nearly_lost", ["Bruno"]),
        ("segmento=promising&ordem=nome", ["Davi"]),
        ("segmento=nonsense", ["Bruno", "Davi", "Ana", "Carla"]),
        ("r=5", ["Davi"]),
        ("f=4", ["Ana"]),
        ("r=4&f=4", ["Ana"]),
        ("r=9&f=x", ["Bruno", "Davi", "Ana", "Carla"]),
        ("loja=1", ["Ana", "Carla"]),
        ("loja=999", []),
    ],
)
def test_filters_and_orders_of_the_address(shop: Cast, query: str, found: list[str]) -> None:
    if query == "loja=1":
        Standing.objects.filter(customer=shop.bruno).update(store=shop.online)
    assert names(query, shop) == found


def test_dona_lucia_lists_her_store_only_and_no_address_widens_it(shop: Cast) -> None:
    Standing.objects.filter(customer=shop.bruno).update(store=shop.online)
    assert names("", shop, "lucia") == ["Ana", "Carla"]
    assert names("loja=2", shop, "lucia") == []
    assert names("ordem=nome&loja=2", shop, "lucia") == []


def crowd(size: int, cast: Cast) -> None:
    """People with many ties, so that paging by value alone would lose some."""
    chance = random.Random(7)
    people = Customer.objects.bulk_create(
        Customer(name=f"P {n % 5}", name_key=f"p {n % 5}", cpf=None) for n in range(size)
    )
    Standing.objects.bulk_create(
        Standing(
            customer=person, segment=chance.choice(["champions", "loyal"]), orders=1, frequency=1,
            recency_score=chance.randint(1, 5), frequency_score=chance.randint(1, 5), monetary_score=3,
            monetary=Decimal(1),
            last_on=dt.date(2026, 1, chance.randint(1, 4)), first_on=dt.date(2026, 1, 1),
            ltv=Decimal(chance.randint(1, 6)), store=chance.choice([cast.centro, cast.online]),
        )
        for person in people
    )  # fmt: skip


@pytest.mark.parametrize("sort", ["gasto", "recente", "nome"])
@pytest.mark.parametrize(
    "query", ["", "segmento=loyal&segmento=champions", "f=3", "r=2&f=2&loja=1", "loja=2"]
)
def test_paging_gives_everybody_once_in_order(cast: Cast, sort: str, query: str) -> None:
    crowd(137, cast)
    filters = Filters.read(QueryDict(f"{query}&ordem={sort}"), None)
    seen, after = [], ""
    while True:
        rows, after = page(filters, after, size=10)
        seen += rows
        if not after:
            break
    assert [row.public_id for row in seen] == in_the_file(filters)
    assert len({row.public_id for row in seen}) == len(seen)
    expected = Customer.objects.filter(**{f"standing__{k}": v for k, v in filters.plain().items()})
    assert {row.public_id for row in seen if row.ltv} == set(
        expected.filter(standing__isnull=False).values_list("public_id", flat=True)
    )


def in_the_file(filters: Filters) -> list[UUID]:
    """The people of the whole list in its order."""
    codes = dict(Customer.objects.values_list("pk", "public_id"))
    return [codes[pk] for pk in everybody(filters).tolist()]


@pytest.mark.parametrize("way", list(Way))
def test_every_way_along_the_names_finds_the_same(
    cast: Cast, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(137, cast)
    filters = Filters(segments=("loyal",), store=cast.centro.pk, sort="nome")
    expected = Standing.objects.filter(**filters.plain()).order_by("customer__name_key", "customer_id")
    monkeypatch.setattr(listing, "_quickest_way", lambda filters, size: way)
    wanted, found, after = list(expected.values_list("customer__public_id", flat=True)), [], ""
    while True:
        rows, after = page(filters, after, size=10)
        found += [row.public_id for row in rows]
        if not after:
            break
    assert found == in_the_file(filters) == wanted


@pytest.mark.parametrize(
    ("fitting", "gathered", "way"),
    [
        (0, 0, Way.GATHER),
        (40, 40, Way.GATHER),
        (2_000, 2_000, Way.WALK_AMONG),
        (2_000, 9_000, Way.GATHER),
        (20_000, 90_000, Way.WALK),
        (300_000, 300_000, Way.WALK),
    ],
)
def test_the_way_is_chosen_by_what_it_looks_up(
    fitting: int, gathered: int, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among a million people; by store and segment, of whom only some are in the cell, or all."""

    def told(filters: Filters) -> Totals:
        if not filters.any:
            return Totals(1_000_000, Decimal(0))
        if not filters.store:
            return Totals(500_000, Decimal(0))
        return Totals(fitting if filters.recency else gathered, Decimal(0))

    monkeypatch.setattr(listing, "totals", told)
    asked = Filters(segments=("loyal",), store=1, recency=5, sort="nome")
    assert listing._quickest_way(asked, 25) is way


def test_a_cursor_that_leads_nowhere_gives_the_first_page(shop: Cast) -> None:
    for cursor in ("x", "00000000-0000-0000-0000-000000000000", "'; DROP TABLE", "1" * 9_000):
        assert len(page(Filters(), cursor)[0]) == 4


def test_a_page_never_counts_or_skips(cast: Cast) -> None:
    crowd(60, cast)
    with CaptureQueriesContext(connection) as queries:
        page(Filters(), page(Filters())[1])
    sql = " ".join(query["sql"].upper() for query in queries)
    assert "OFFSET" not in sql
    assert "COUNT(" not in sql


def test_the_totals_are_those_of_the_list(shop: Cast) -> None:
    assert totals(Filters()).customers == 4
    assert totals(Filters()).ltv == Decimal("3469.90")
    assert totals(Filters(segments=("at_risk",))).ltv == Decimal("1900.00")
    assert totals(Filters(store=shop.centro.pk)).customers == len(page(Filters(store=shop.centro.pk))[0])
    assert totals(Filters(scope=frozenset())).customers == 0
