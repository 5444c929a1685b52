"""The lists of recommendations by their names."""

from __future__ import annotations

from collections.abc import Iterator

import ibis.expr.types as ir

from recompra.analytics.further_products import cross_sell, following_products, together_products, up_sell
from recompra.analytics.lists.rows import LIMIT
from recompra.analytics.new_products import By, new_products
from recompra.analytics.own_products import due_products, personal_products
from recompra.analytics.ranked_products import ranked_products
from recompra.predictions.goods import Goods
from recompra.warehouse.contract import Desk

LISTS = (
    "personal", "due", "together", "next", "up_sell", "cross_sell", "popular", "satisfaction", "novelty",
)  # fmt: skip
"""In the order in which a seller reads them; the codes of the command line and of the pages."""

SLICE = "slice"
EACH = 100_000
"""Customers whose lists are made at a time: the rows of a million, sorted at once, do not fit into memory."""


def slices(desk: Desk, taken: ir.Table) -> Iterator[ir.Table]:
    """What customers took, in parts of about `EACH` customers each: keys are random numbers, so that equal
    ranges of them hold about as many. In the order of the keys, each customer in one part.

    Each part is held until the next one is asked for, always under the same name: what is made of it is the
    same question again, and compiled once."""
    key = taken.customer_key
    found = desk.rows(taken.agg(n=key.nunique().cast("int64"), low=key.min(), high=key.max()))[0]
    if not found["n"]:
        return
    parts = -(-found["n"] // EACH)
    step = (found["high"] - found["low"]) // parts + 1
    for number in range(parts):
        begin = found["low"] + number * step
        end = min(begin + step - 1, found["high"])
        yield from _held(desk, taken.filter(key.between(begin, end)))


def _held(desk: Desk, part: ir.Table) -> Iterator[ir.Table]:
    try:
        yield desk.hold(part, SLICE)
    finally:
        desk.drop(SLICE)


def personal(of: Goods, among: ir.Table | None, *, limit: int = LIMIT) -> ir.Table:
    """The personal list in force, with its `score`."""
    if not of.chosen.weights:
        return plain(of, among, limit=limit)
    return ranked_products(
        of.taken,
        of.figures,
        of.pairs,
        of.following,
        as_of=of.as_of,
        weights=of.chosen.weights,
        memory=of.chosen.memory,
        among=among,
        limit=limit,
    )


def plain(of: Goods, among: ir.Table | None, *, limit: int = LIMIT) -> ir.Table:
    """The personal list without a ranker."""
    return personal_products(
        of.taken, of.figures, as_of=of.as_of, memory=of.chosen.memory, among=among, limit=limit
    )


def listed(name: str, of: Goods, among: ir.Table | None, *, limit: int = LIMIT) -> ir.Table:
    """One of `LISTS` for some customers (a table with `customer_key`) or for everybody."""
    if name == "personal":
        return personal(of, among, limit=limit)
    if name == "due":
        return due_products(of.taken, of.figures, as_of=of.as_of, among=among, limit=limit)
    if name == "together":
        return together_products(of.taken, of.figures, of.pairs, among=among, limit=limit)
    if name == "next":
        return following_products(of.taken, of.figures, of.following, among=among, limit=limit)
    if name == "up_sell":
        return up_sell(of.taken, of.figures, among=among, limit=limit)
    if name == "cross_sell":
        return cross_sell(of.taken, of.figures, of.groups, among=among, limit=limit)
    if name == "popular":
        return new_products(of.taken, of.figures, by="popular", among=among, limit=limit)
    by: By = "novelty" if name == "novelty" else "satisfaction"
    return new_products(of.taken, of.figures, by=by, among=among, limit=limit)
