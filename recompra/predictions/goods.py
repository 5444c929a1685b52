"""What is known of the products as of a day, held at a desk: the ground of every list of recommendations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from recompra.analytics.lists.expected import MEMORY, Memory
from recompra.analytics.lists.places import NOVELTY, POPULAR, SATISFACTION
from recompra.analytics.next_pairs import NEXT_DAYS, NextDays, next_pairs, pairs_to_compare
from recompra.analytics.product_figures import (
    product_figures,
    product_sales,
    repeat_intervals,
    typical_interval,
)
from recompra.analytics.product_pairs import group_pairs, product_pairs
from recompra.analytics.taken import taken
from recompra.analytics.taken_visits import taken_visits
from recompra.predictions.part import NotEnoughData
from recompra.warehouse import schema
from recompra.warehouse.contract import Desk

PAIRS = 20_000_000
"""So many pairs of two products of one customer are compared at most to learn which products follow which."""
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
    """The constants of the lists, by the shop's own past: see `analytics.lists.places`, for how fast habits
    fade `analytics.lists.expected`, for what follows `analytics.next_pairs`. weights: of a ranker (see
    `analytics.lists.ranker`); empty: the plain personal list is in force."""

    popular_days: int = POPULAR[0]
    satisfaction_weight: int = SATISFACTION[0]
    novelty_days: int = NOVELTY[0]
    memory: Memory = MEMORY
    next_days: NextDays = NEXT_DAYS[0]
    weights: tuple[int, ...] = ()


@dataclass(frozen=True)
class Goods:
    """Held tables, as the metrics of the same names, by what was chosen (`taken` with the columns of
    `taken_visits` where a ranker is), and the interval after which half of those who take a product again
    have done so."""

    as_of: dt.date
    taken: ir.Table
    figures: ir.Table
    pairs: ir.Table
    groups: ir.Table
    following: ir.Table
    chosen: Chosen
    typical_interval: int | None


NOTHING = {
    name: schema.TABLES[name].filter(ibis.literal(False))
    for name in ("product_pairs", "group_pairs", "next_pairs")
}


@contextmanager
def goods(
    desk: Desk,
    lines: Lines,
    as_of: dt.date,
    chosen: Chosen | None = None,
    name: str = "goods",
    *,
    with_pairs: bool = True,
) -> Iterator[Goods]:
    """What is known of the products as of a day, from rows up to it; let go of at the end of the `with`.

    `with_pairs`: whether it is asked what goes with what; else these tables are empty. Raises NotEnoughData
    where no product with a name was ever taken by anybody.
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
        made = dict(NOTHING)
        if with_pairs:
            pairs = product_pairs(lines.sales, figures, as_of=as_of, store_keys=lines.store_keys)
            made["product_pairs"] = hold(pairs, "pairs")
            made["group_pairs"] = hold(group_pairs(had, figures), "groups")
            made["next_pairs"] = hold(following(desk, had, figures, as_of, by.next_days), "next")
        if by.weights:
            visited = taken_visits(lines.people, had, as_of=as_of, store_keys=lines.store_keys)
            had = hold(visited, "visited")
        yield Goods(
            as_of,
            had,
            figures,
            made["product_pairs"],
            made["group_pairs"],
            made["next_pairs"],
            by,
            typical,
        )
    finally:
        for one in reversed(held):
            desk.drop(one)


def following(desk: Desk, had: ir.Table, figures: ir.Table, as_of: dt.date, next_days: NextDays) -> ir.Table:
    """`next_pairs` of no more customers than are needed to know which products follow which."""
    many = one_in(desk.rows(pairs_to_compare(had))[0]["pairs"])
    return next_pairs(had, figures, as_of=as_of, next_days=next_days, one_in=many)


def one_in(pairs: int) -> int:
    """Of every so many customers one is enough, for `PAIRS` to be compared at most."""
    return max(1, -(-pairs // PAIRS))
