"""What is known of the products as of a day, held at a desk: the ground of every list of recommendations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import ibis.expr.types as ir

from recompra.analytics.lists.places import NOVELTY, POPULAR, SATISFACTION
from recompra.analytics.own_products import MEMORY, Memory
from recompra.analytics.product_figures import (
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
class Chosen:
    """The constants of the lists, by the shop's own past: see `analytics.lists.places`, and for how fast
    habits fade `analytics.own_products`."""

    popular_days: int = POPULAR[0]
    satisfaction_weight: int = SATISFACTION[0]
    novelty_days: int = NOVELTY[0]
    memory: Memory = MEMORY


@dataclass(frozen=True)
class Goods:
    """Held tables, as the metrics of the same names, by what was chosen, and the interval after which half of
    those who take a product again have done so."""

    as_of: dt.date
    taken: ir.Table
    figures: ir.Table
    pairs: ir.Table
    groups: ir.Table
    chosen: Chosen
    typical_interval: int | None


@contextmanager
def goods(
    desk: Desk, lines: Lines, as_of: dt.date, chosen: Chosen | None = None, name: str = "goods"
) -> Iterator[Goods]:
    """What is known of the products as of a day, from rows up to it; let go of at the end of the `with`.

    Raises NotEnoughData where no product with a name was ever taken by anybody.
    """
    held: list[str] = []
    by = chosen or Chosen()

    def hold(table: ir.Table, what: str) -> ir.Table:
        found = desk.hold(table, f"{name}_{what}")
        held.append(f"{name}_{what}")
        return found

    try:
        had = hold(taken(lines.people, as_of=as_of, store_keys=lines.store_keys), "taken")
        sold = hold(product_sales(lines.sales, as_of=as_of, store_keys=lines.store_keys), "sales")
        typical = typical_interval(desk.rows(repeat_intervals(had)))
        figures = hold(
            product_figures(
                had,
                sold,
                lines.products,
                as_of=as_of,
                typical_interval=typical,
                popular_days=by.popular_days,
                satisfaction_weight=by.satisfaction_weight,
                novelty_days=by.novelty_days,
            ),
            "figures",
        )
        if not desk.rows(figures.filter(figures.takers > 0).limit(1).select("product_key")):
            raise NotEnoughData(NO_PRODUCTS)
        pairs = hold(product_pairs(lines.sales, figures, as_of=as_of, store_keys=lines.store_keys), "pairs")
        groups = hold(group_pairs(had, figures), "groups")
        yield Goods(as_of, had, figures, pairs, groups, by, typical)
    finally:
        for one in reversed(held):
            desk.drop(one)
