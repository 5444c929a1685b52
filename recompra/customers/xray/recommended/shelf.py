"""What the lists know of products: figures about no person, kept until another generation is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import ibis
import ibis.expr.types as ir
from django.conf import settings

from recompra.analytics.new_products import REACH
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import group_pairs, product_figures, products

PLACES = ("popular_place", "satisfaction_place", "novelty_place")


@dataclass(frozen=True, slots=True)
class Product:
    """One product as a list shows it. `price` in R$, None where it never cost anything."""

    key: int
    name: str
    group: str
    brand: str
    price: Decimal | None

    @classmethod
    def of(cls, row: Mapping[str, Any], before: str = "") -> Product:
        """From a row with the columns of `told`."""
        return cls(
            key=row[f"{before}product_key"],
            name=row[f"{before}name"] or "",
            group=row[f"{before}group_name"] or "",
            brand=row[f"{before}brand"] or "",
            price=row[f"{before}price"],
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """A product of one of the three lists for everybody, with its row of `product_figures`."""

    product: Product
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """A group that buyers of another one buy too, and what to offer of it: a row of `group_pairs`."""

    name: str
    share: Decimal
    both: int
    product: Product


@dataclass(frozen=True)
class Shelf:
    """`placed`: {place's name: the products of that list in order}; `groups`: {group: those that go with it}.
    `is_filled`: whether the products were ever looked at."""

    placed: Mapping[str, tuple[Placed, ...]]
    groups: Mapping[str, tuple[Group, ...]]
    is_filled: bool


def told(table: ir.Table) -> ir.Table:
    """Products of `product_figures` with the names that people know them by."""
    named = products.select("product_key", "name", "brand")
    return table.left_join(named, "product_key").drop("product_key_right")


def shelf() -> Shelf:
    """The same for everybody."""
    url = settings.WAREHOUSE_URL
    return _read(url, engine(url).version())


@lru_cache(maxsize=2)
def _read(url: str, version: str) -> Shelf:
    if not version:
        return Shelf(dict.fromkeys(PLACES, ()), {}, is_filled=False)
    facts = engine(url)
    first = [product_figures[name] <= REACH for name in PLACES]
    rows = facts.rows(told(product_figures.filter(ibis.or_(*first))))
    placed = {
        name: tuple(
            Placed(Product.of(row), row)
            for row in sorted((row for row in rows if row[name]), key=lambda row: row[name])
            if row[name] <= REACH
        )
        for name in PLACES
    }
    return Shelf(placed, _groups(facts.rows(_offers())), is_filled=bool(rows) or _is_filled(url))


def _is_filled(url: str) -> bool:
    return bool(engine(url).rows(product_figures.select("product_key").limit(1)))


def _offers() -> ir.Table:
    prices = product_figures.select("product_key", "price")
    found = group_pairs.join(prices, "product_key")
    named = products.select("product_key", "name", "brand")
    return found.join(named, "product_key")


def _groups(rows: list[dict[str, Any]]) -> dict[str, tuple[Group, ...]]:
    found: dict[str, list[Group]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["group_name"], row["place"])):
        product = Product(
            row["product_key"], row["name"], row["other_group"], row["brand"] or "", row["price"]
        )
        found[row["group_name"]].append(Group(row["other_group"], row["share"], row["both"], product))
    return {group: tuple(others) for group, others in found.items()}
