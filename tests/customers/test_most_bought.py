"""What a customer buys most: by product, by a column, by any attribute that the shop's data bring."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.accounts.models import AccessLog, User
from recompra.customers.models import Customer
from recompra.customers.xray.most_bought import SORTS, bought, grouped, ordered, told_of
from recompra.customers.xray.period import Period
from recompra.customers.xray.purchases import Purchases
from tests.cast import Cast

SignIn = Callable[[User], Client]
BAG, SHIRT, MUG = "Bolsa de couro", "Camiseta básica", "Caneca esmaltada"


def address(customer: Customer, name: str = "most_bought", query: str = "") -> str:
    return reverse(f"customers:{name}", args=[customer.public_id]) + query


def text(answer: Any) -> str:
    return answer.content.decode().replace("\xa0", " ")


def lines(customer: Customer, today: dt.date, by: str, **changed: Any) -> dict[str, tuple[Decimal, Decimal]]:
    period = Period("tudo", None, today, **changed)
    found = grouped(bought(Purchases(customer.pk), period), by)
    return {line.value: (line.units, line.spent) for line in found}


def test_ana_by_product_group_brand_and_color(shop: Cast, today: dt.date) -> None:
    assert lines(shop.ana, today, "produto") == {
        BAG: (Decimal(3), Decimal("550.00")),
        MUG: (Decimal(1), Decimal("80.00")),
        SHIRT: (Decimal(2), Decimal("110.00")),
    }
    assert lines(shop.ana, today, "marca") == {
        "Aurora": (Decimal(5), Decimal("660.00")),
        "Serra": (Decimal(1), Decimal("80.00")),
    }
    assert set(lines(shop.ana, today, "grupo")) == {"Acessórios", "Casa", "Vestuário"}
    assert lines(shop.ana, today, "cor")["preta"] == (Decimal(3), Decimal("550.00"))


def test_only_the_store_that_was_asked_for(shop: Cast, today: dt.date) -> None:
    assert lines(shop.ana, today, "produto", store=shop.online.pk) == {BAG: (Decimal(1), Decimal("200.00"))}


def test_a_cancelled_coat_was_never_bought(shop: Cast, today: dt.date) -> None:
    assert lines(shop.bruno, today, "produto") == {"Casaco de lã": (Decimal(2), Decimal("1900.00"))}


def test_whatever_the_shop_tells_of_its_products_is_a_choice() -> None:
    rows = [
        row("1", "10.00", {"tamanho": "M", "linha_nova": "sim"}),
        row("2", "5.00", {"tamanho": "M"}),
        row("1", "1.00", {}),
    ]
    assert list(told_of(rows)) == ["produto", "grupo", "marca", "cor", "a:linha_nova", "a:tamanho"]
    assert told_of(rows)["a:linha_nova"] == "linha nova"
    found = {line.value: line for line in grouped(rows, "a:tamanho")}
    assert (found["M"].units, found["M"].spent) == (Decimal(3), Decimal("15.00"))
    assert found[""].share == Decimal("0.0625")


def row(units: str, spent: str, attributes: dict[str, str], day: dt.date | None = None) -> dict[str, Any]:
    names = {"name": None, "group_name": None, "brand": None, "color": None}
    told = {"units": Decimal(units), "spent": Decimal(spent), "last_on": day, "attributes": attributes}
    return {**names, **told}


amounts = st.integers(-50_000, 50_000).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "P", "M", "G"]), amounts), max_size=12))
def test_grouping_loses_no_cent_and_shares_come_to_a_whole(goods: list[tuple[str, Decimal]]) -> None:
    rows = [row("1", str(spent), {"tamanho": size} if size else {}) for size, spent in goods]
    found = grouped(rows, "a:tamanho")
    assert sum(line.spent for line in found) == sum(spent for _size, spent in goods)
    assert sum(line.units for line in found) == len(goods)
    shares = [line.share for line in found if line.share is not None]
    if shares:
        assert abs(sum(shares) - 1) < Decimal("0.001")


def test_equal_ones_stand_by_name_and_the_order_can_be_chosen() -> None:
    rows = [
        row("1", "5.00", {"t": "b"}, dt.date(2026, 1, 2)),
        row("9", "5.00", {"t": "a"}, None),
        row("2", "7.00", {"t": "c"}, dt.date(2026, 1, 1)),
    ]
    found = grouped(rows, "a:t")
    assert {sort: "".join(line.value for line in ordered(found, sort)) for sort in SORTS} == {
        "gasto": "cab", "unidades": "acb", "ultima": "bca", "nome": "abc",
    }  # fmt: skip


def test_the_tab_shows_chart_and_table(shop: Cast, client_for: SignIn) -> None:
    page = text(client_for(shop.otavio).get(address(shop.ana, query="?por=marca&periodo=tudo")))
    for said in (
        "Mais comprados",
        "Aurora",
        "R$ 660,00",
        "89%",
        "Serra",
        "Última vez",
        "por marca",
        'aria-sort="descending"',
    ):
        assert said in page, said


def test_an_unknown_grouping_is_by_product(shop: Cast, client_for: SignIn) -> None:
    page = text(client_for(shop.otavio).get(address(shop.ana, query="?por=a:nada&ordenar=-x&periodo=zzz")))
    assert BAG in page


def test_nothing_in_the_period_says_so(shop: Cast, client_for: SignIn) -> None:
    assert "Nada comprado neste período" in text(
        client_for(shop.otavio).get(address(shop.bruno, query="?periodo=3m"))
    )
    nobody = Customer.objects.create(name="Nova Pessoa")
    assert "Ainda não comprou" in text(client_for(shop.otavio).get(address(nobody)))


def test_the_table_leaves_as_a_file_and_leaves_a_trace(shop: Cast, client_for: SignIn) -> None:
    here = address(shop.ana, "most_bought_file", "?por=marca&periodo=tudo")
    answer = client_for(shop.otavio).post(here, {"formato": "csv"})
    content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    found = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert found[0] == ["Marca", "Unidades", "Gasto", "Participação no gasto", "Última vez"]
    assert found[1][:4] == ["Aurora", "5", "660,00", "0,8919"]
    assert "Ana" not in content + answer["Content-Disposition"]
    entry = AccessLog.objects.get(action="export_most_bought")
    assert (entry.customer_id, entry.count) == (shop.ana.pk, 2)


def test_a_workbook_leaves_too(shop: Cast, client_for: SignIn) -> None:
    answer = client_for(shop.marta).post(address(shop.ana, "most_bought_file"), {"formato": "xlsx"})
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


@pytest.mark.parametrize(("who", "status"), [("lucia", 403), ("saulo", 403), ("aline", 200)])
def test_only_who_may_export_takes_the_file(shop: Cast, client_for: SignIn, who: str, status: int) -> None:
    client = client_for(getattr(shop, who))
    assert client.post(address(shop.ana, "most_bought_file"), {"formato": "csv"}).status_code == status
    assert ("mais-comprados/arquivo" in text(client.get(address(shop.ana)))) == (status == 200)


def test_a_format_that_nobody_offers_is_not_found(shop: Cast, client_for: SignIn) -> None:
    answer = client_for(shop.otavio).post(address(shop.ana, "most_bought_file"), {"formato": "exe"})
    assert answer.status_code == 404
