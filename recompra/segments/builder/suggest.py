"""Words that the shop's own facts hold: what a condition may name, found while it is typed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache

import ibis.expr.types as ir
from django.conf import settings

from recompra.customers.scope import StoreScope
from recompra.segments.fields import Kind, fields
from recompra.segments.rule.people import ALL, COLUMNS
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES

MOST = 40
PRODUCTS_READ = 20_000
Words = Sequence[tuple[str, str]]


def suggestions(asked: str, typed: str, stores: StoreScope = None) -> Words:
    """(word, what it means) of a product property ("what:brand") or of a field of words
    ("field:loyalty_tier") that hold what was typed, the first of the alphabet."""
    kind, _colon, name = asked.partition(":")
    wanted = typed.strip().casefold()
    if kind == "what" and name in COLUMNS:
        return _rows(_of_products(COLUMNS[name], wanted))
    if kind == "what" and name:
        version = engine(settings.WAREHOUSE_URL).version()
        held = _attributes(version).get(name, ())
        return [(word, "") for word in held if wanted in word.casefold()][:MOST]
    one = fields().get(name)
    if kind == "field" and one is not None and one.kind == Kind.WORD and one.metric is None:
        people = ALL.of_stores(stores)["people"]
        return _rows(_holding(people.select(word=people[one.name]).distinct(), wanted))
    return []


def attributes() -> list[str]:
    """The properties of products beside those that every shop has."""
    return sorted(_attributes(engine(settings.WAREHOUSE_URL).version()), key=str.casefold)


def _of_products(column: str, wanted: str) -> ir.Table:
    products = TABLES["products"]
    if column == "code":  # found by its name, too
        named = products.select(word=products.code, told=products.name)
        return named.filter(
            named.word.lower().contains(wanted) | named.told.lower().contains(wanted)
        ).order_by(["told", "word"])
    return _holding(products.select(word=products[column]).distinct(), wanted)


def _holding(table: ir.Table, wanted: str) -> ir.Table:
    return table.filter(table.word.notnull(), table.word.lower().contains(wanted)).order_by("word")


def _rows(table: ir.Table) -> Words:
    found = engine(settings.WAREHOUSE_URL).rows(table.limit(MOST))
    return [(row["word"], row.get("told", "")) for row in found]


@lru_cache(maxsize=2)
def _attributes(_version: str) -> dict[str, list[str]]:
    """{further property: its values}, read from the products; each engine reads JSON in its own way."""
    products = TABLES["products"]
    given = products.filter(products.attributes.notnull()).select("attributes").distinct()
    found: dict[str, set[str]] = {}
    for row in engine(settings.WAREHOUSE_URL).rows(given.order_by("attributes").limit(PRODUCTS_READ)):
        for name, value in json.loads(row["attributes"]).items():
            if isinstance(value, str) and value:
                found.setdefault(name, set()).add(value)
    return {name: sorted(values, key=str.casefold) for name, values in found.items()}
