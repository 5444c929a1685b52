"""The lists of one customer on the page are those that the metrics make for everybody."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from recompra.analytics.further_products import (
    cross_sell,
    following_products,
    together_products,
    up_sell,
)
from recompra.analytics.lists.rows import REASONS
from recompra.analytics.new_products import new_products
from recompra.analytics.own_products import due_products, personal_products
from recompra.analytics.taken import taken
from recompra.customers.xray.recommended import lists
from recompra.customers.xray.recommended.lists import Pick
from recompra.customers.xray.recommended.own import Own, own
from recompra.customers.xray.recommended.shelf import Shelf, shelf
from recompra.customers.xray.recommended.words import out_of, why
from recompra.warehouse.contract import Engine
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import (
    group_pairs,
    next_pairs,
    order_items,
    product_figures,
    product_pairs,
    products,
)
from tests.customers.offers import AS_OF, PEOPLE, batch, look_at

NUMBERS = {"people", "days", "interval_days", "times", "share"}
EVERYBODY = [*range(1, PEOPLE + 1), 999]


@pytest.fixture
def facts(warehouse: str, tmp_path: Path, request: pytest.FixtureRequest) -> Engine:
    store = engine(warehouse)
    store.apply(batch(tmp_path / "sales", getattr(request, "param", 1)))
    look_at(store)
    return store


def picks(own_one: Own, known: Shelf, today: dt.date = AS_OF) -> dict[str, list[Pick]]:
    return {
        "personal": lists.personal(own_one, known, today),
        "due": lists.due(own_one, today),
        "together": lists.together(own_one),
        "next": lists.following(own_one),
        "up_sell": lists.up_sell(own_one),
        "cross_sell": lists.cross_sell(own_one, known),
        "popular": lists.popular(own_one, known),
        "satisfaction": lists.satisfaction(own_one, known),
        "novelty": lists.novelties(own_one, known),
    }


def metrics(facts: Engine) -> dict[str, dict[int, list[dict[str, Any]]]]:
    """{list: {customer_key: its rows in order}}, as the metrics make them."""
    found = {}
    with facts.desk() as desk:
        had = desk.hold(taken(order_items, as_of=AS_OF), "had")
        among = desk.hold(pa.table({"customer_key": pa.array(EVERYBODY, pa.int64())}), "among")
        figures = product_figures
        asked = {
            "personal": personal_products(had, figures, as_of=AS_OF, among=among),
            "due": due_products(had, figures, as_of=AS_OF),
            "together": together_products(had, figures, product_pairs),
            "next": following_products(had, figures, next_pairs),
            "up_sell": up_sell(had, figures),
            "cross_sell": cross_sell(had, figures, group_pairs),
            "popular": new_products(had, figures, by="popular", among=among),
            "satisfaction": new_products(had, figures, by="satisfaction", among=among),
            "novelty": new_products(had, figures, by="novelty", among=among),
        }
        for name, table in asked.items():
            of: dict[int, list[dict[str, Any]]] = defaultdict(list)
            for row in sorted(desk.rows(table), key=lambda row: row["place"]):
                of[row["customer_key"]].append(row)
            found[name] = of
    return found


def told(pick: Pick) -> tuple[int, str, dict[str, Any]]:
    return pick.product.key, pick.reason, {name: pick.told[name] for name in NUMBERS & set(pick.told)}


def row_told(row: dict[str, Any]) -> tuple[int, str, dict[str, Any]]:
    return row["product_key"], row["reason"], {n: row[n] for n in NUMBERS if row[n] is not None}


@pytest.mark.parametrize("facts", [1, 2, 3], indirect=True)
def test_everybody_s_lists_are_those_of_the_metrics(facts: Engine) -> None:
    known, expected = shelf(), metrics(facts)
    lengths = dict.fromkeys(expected, 0)
    for key in EVERYBODY:
        one = own(key, AS_OF)
        returned = one.known - {had.product.key for had in one.had}
        for name, found in picks(one, known).items():
            rows = [row_told(row) for row in expected[name][key]]
            assert not returned & {pick.product.key for pick in found if pick.reason != "again"}
            if not returned & {row[0] for row in rows}:
                assert [told(pick) for pick in found] == rows, (key, name)
                lengths[name] += len(found)
    assert all(lengths.values()), lengths


def test_what_is_discontinued_sold_out_or_nameless_is_in_no_list(facts: Engine) -> None:
    known = shelf()
    gone = {
        row["product_key"]
        for row in facts.rows(products)
        if row["is_discontinued"] or (row["stock"] is not None and row["stock"] <= 0)
    }
    for key in EVERYBODY:
        for found in picks(own(key, AS_OF), known).values():
            keys = {pick.product.key for pick in found}
            assert not keys & gone
            assert all(pick.product.name for pick in found)
            assert len(keys) == len(found) <= 10


def test_what_came_back_is_not_offered_as_new(facts: Engine) -> None:
    """Of everybody together somebody returned all of something that is in a list for everybody."""
    known, seen = shelf(), 0
    for key in EVERYBODY:
        one = own(key, AS_OF)
        returned = one.known - {had.product.key for had in one.had}
        found = {pick.product.key for pick in lists.popular(one, known)}
        seen += len(returned & {placed.product.key for placed in known.placed["popular_place"]})
        assert not returned & found
    assert seen


def test_later_sales_change_nothing_of_an_earlier_day(facts: Engine) -> None:
    """Own purchases are those up to the day asked about."""
    day = AS_OF - dt.timedelta(days=100)
    one = own(1, day)
    assert one.had
    assert max(had.last_on for had in one.had) <= day
    bought = facts.rows(
        order_items.filter(
            order_items.customer_key == 1,
            order_items.ordered_on <= ibis.literal(day),
            ~order_items.is_cancelled,
            order_items.product_key.notnull(),
        ).select("product_key")
    )
    assert one.known == {row["product_key"] for row in bought}


def test_without_a_key_there_are_only_the_lists_for_everybody(facts: Engine) -> None:
    found = picks(own(None, AS_OF), shelf())
    filled = {name for name, one in found.items() if one}
    assert filled == {"personal", "popular", "satisfaction", "novelty"}
    assert [told(pick) for pick in found["personal"]] == [told(pick) for pick in found["popular"]]


def test_a_shop_that_was_never_looked_at_says_so(warehouse: str, tmp_path: Path) -> None:
    assert not shelf().is_filled
    engine(warehouse).apply(batch(tmp_path / "sales", 1, orders=5))
    assert not shelf().is_filled
    look_at(engine(warehouse))
    assert shelf().is_filled


@pytest.mark.parametrize(
    ("share", "told_as"),
    [
        ("0.4", (10, 4)),
        ("0.96", (10, 10)),
        ("0.1", (10, 1)),
        ("0.099", (100, 10)),
        ("0.02", (100, 2)),
        ("0.0001", (100, 1)),
    ],
)
def test_a_share_is_told_as_people_count(share: str, told_as: tuple[int, int]) -> None:
    assert out_of(Decimal(share)) == told_as


def test_every_reason_has_its_sentence(facts: Engine) -> None:
    known, sentences = shelf(), set()
    for key in EVERYBODY:
        for found in picks(own(key, AS_OF), known).values():
            for pick in found:
                sentence = why(pick)
                assert sentence
                assert "%" not in sentence
                assert "None" not in sentence
                sentences.add(pick.reason)
    assert sentences == set(REASONS)
