"""What was known of the products at a day of the past, and what customers took after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import ibis.expr.types as ir

from recompra.analytics.list_hits import next_baskets, next_products
from recompra.predictions.goods import Chosen, Goods, Lines, goods
from recompra.predictions.part import NotEnoughData
from recompra.warehouse.contract import Desk

Found = TypeVar("Found")

LEAST = 30
"""Fewer customers who came back tell nothing of which list is better."""


@dataclass(frozen=True)
class Past:
    """What was known at a cut, and what customers who had bought before it took next. whole: their first
    basket; new: what of it was new to them; ahead: all that was new to them until the end of the window."""

    desk: Desk
    lines: Lines
    known: Goods
    until: dt.date
    whole: ir.Table
    new: ir.Table
    ahead: ir.Table

    def asked(self) -> ir.Table:
        return self.whole.select("customer_key").distinct()


def at(
    desk: Desk,
    lines: Lines,
    cut: dt.date,
    until: dt.date,
    work: Callable[[Past], Found],
    chosen: Chosen | None = None,
    *,
    with_pairs: bool = True,
) -> Found | None:
    """What `work` says of a cut; None where too little was known, or too few came back until then.
    `with_pairs`: as in `goods`."""
    try:
        with goods(desk, lines, cut, chosen, "past", with_pairs=with_pairs) as known:
            truths = _truths(lines, known, until)
            held = {name: desk.hold(table, f"past_{name}") for name, table in truths.items()}
            try:
                past = Past(desk, lines, known, until, **held)
                count = desk.rows(past.whole.agg(n=past.whole.customer_key.nunique().cast("int64")))[0]["n"]
                return work(past) if count >= LEAST else None
            finally:
                for name in reversed(held):
                    desk.drop(f"past_{name}")
    except NotEnoughData:
        return None


def _truths(lines: Lines, known: Goods, until: dt.date) -> dict[str, ir.Table]:
    """What known customers took next, and what of it was new to them."""
    pair = ["customer_key", "product_key"]
    whole = next_baskets(lines.people, after=known.as_of, until=until).semi_join(known.taken, "customer_key")
    later = next_products(lines.people, after=known.as_of, until=until).semi_join(known.taken, "customer_key")
    return {
        "whole": whole,
        "new": whole.anti_join(known.taken, pair),
        "ahead": later.select(*pair).distinct().anti_join(known.taken, pair),
    }
