"""What is known of the products as of a day, held at a desk: the ground of every list of recommendations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import ibis.expr.types as ir

from recompra.analytics.product_figures import (
    popular_days,
    popularity_windows,
    product_figures,
    product_sales,
    repeat_intervals,
    typical_interval,
)
from recompra.analytics.product_pairs import group_pairs, product_pairs
from recompra.analytics.taken import taken
from recompra.predictions.part import NotEnoughData
from recompra.warehouse.contract import Desk

NO_PRODUCTS = "no_products"
"""The reason where sales name no product that has a name: there is nothing to recommend."""


@dataclass(frozen=True)
class Lines:
    """What is read. people: order lines of people; sales: of everybody, also without a customer; products."""

    people: ir.Table
    sales: ir.Table
    products: ir.Table
    store_keys: frozenset[int] | None = None


@dataclass(frozen=True)
class Goods:
    """Held tables, as the metrics of the same names, and the two numbers that the shop's sales chose."""

    as_of: dt.date
    taken: ir.Table
    figures: ir.Table
    pairs: ir.Table
    groups: ir.Table
    popular_days: int
    typical_interval: int | None


@contextmanager
def goods(desk: Desk, lines: Lines, as_of: dt.date, name: str = "goods") -> Iterator[Goods]:
    """What is known of the products as of a day, from rows up to it; let go of at the end of the `with`.

    Raises NotEnoughData where no product with a name was ever taken by anybody.
    """
    held: list[str] = []

    def hold(table: ir.Table, what: str) -> ir.Table:
        found = desk.hold(table, f"{name}_{what}")
        held.append(f"{name}_{what}")
        return found

    try:
        had = hold(taken(lines.people, as_of=as_of, store_keys=lines.store_keys), "taken")
        sold = hold(product_sales(lines.sales, as_of=as_of, store_keys=lines.store_keys), "sales")
        window = popular_days(desk.rows(popularity_windows(had, as_of=as_of))[0])
        typical = typical_interval(desk.rows(repeat_intervals(had)))
        figures = hold(
            product_figures(
                had, sold, lines.products, as_of=as_of, popular_days=window, typical_interval=typical
            ),
            "figures",
        )
        if not desk.rows(figures.filter(figures.takers > 0).limit(1).select("product_key")):
            raise NotEnoughData(NO_PRODUCTS)
        pairs = hold(product_pairs(lines.sales, figures, as_of=as_of, store_keys=lines.store_keys), "pairs")
        groups = hold(group_pairs(had, figures), "groups")
        yield Goods(as_of, had, figures, pairs, groups, window, typical)
    finally:
        for one in reversed(held):
            desk.drop(one)
