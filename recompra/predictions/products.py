"""The lists of recommended products: what they are made of, how they are made, how well they foretold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import ibis
import ibis.expr.types as ir

from recompra.analytics.lists.ranker import FEATURES
from recompra.predictions.goods import Chosen, Goods, Lines, goods
from recompra.predictions.listing import personal, slices
from recompra.predictions.part import NOT_ENOUGH, Asked, NotEnoughData, Record, rounded
from recompra.predictions.products_check import decided, is_better, judged
from recompra.predictions.products_ranker import PEOPLE as LEARNT_FROM
from recompra.predictions.shelf import Shelf
from recompra.warehouse.contract import Desk, Draft
from recompra.warehouse.schema import TABLES

NAME = "recommendations"
NOT_BETTER = "not_better"
PEOPLE = 50_000
"""Customers of whose past the lists are judged: a hit rate of one in ten is then known to within .3 points.
Of a larger shop every n-th customer by key, and their purchases alone."""
OF_PRODUCTS = ("product_figures", "product_pairs", "group_pairs", "next_pairs")
OFFERS = "offers"


@dataclass(frozen=True)
class Recommended:
    """What is known of the products, in held tables, and the record of how well the lists that are made of
    them foretold."""

    goods: Goods
    record: Record

    def table(self, name: str) -> ir.Table:
        """As the warehouse's table of this name."""
        held = {
            "product_figures": self.goods.figures,
            "product_pairs": self.goods.pairs,
            "group_pairs": self.goods.groups,
            "next_pairs": self.goods.following,
        }
        return held[name]

    def offers(self, desk: Desk) -> Iterator[ir.Table]:
        """The personal list of everybody as the warehouse's `offers`, in parts; none where it is hidden."""
        if self.record.reason == NOT_BETTER:
            return
        for part in slices(desk, self.goods.taken):
            yield personal(replace(self.goods, taken=part), None).select(*TABLES[OFFERS].columns)


@contextmanager
def recommendations(desk: Desk, lines: Lines, asked: Asked) -> Iterator[Recommended]:
    """What pages recommend from, as of `asked.as_of`; let go of at the end of the `with`.

    Looks back at the last complete window of `asked.horizon_days`: lists made of what was known before it,
    against each customer's first basket in it. Every constant is chosen on the windows before that one; a
    ranker that was learnt there is used where it was better in this one.
    Raises NotEnoughData where there is no product to recommend.
    """
    with _sample(desk, lines, asked) as sample:
        chosen, accuracy = judged(desk, sample, asked)
    with goods(desk, lines, asked.as_of, chosen) as now:
        yield Recommended(now, _record(desk, now, accuracy))


def put_products(draft: Draft | Shelf, lines: Lines, asked: Asked) -> Record:
    """Write what pages recommend from into the coming generation, and say how well it foretold. Where there
    is no product to recommend, nothing is left of an earlier time."""
    draft.put(OFFERS, _nothing(OFFERS))
    try:
        with recommendations(draft, lines, asked) as found:
            for name in OF_PRODUCTS:
                draft.put(name, found.table(name))
            for part in found.offers(draft):
                draft.add(OFFERS, part)
            return found.record
    except NotEnoughData as less:
        for name in OF_PRODUCTS:
            draft.put(name, _nothing(name))
        return Record(NAME, {}, {}, None, is_shown=False, reason=less.reason)


def _nothing(name: str) -> ir.Table:
    return TABLES[name].filter(ibis.literal(False))


def chosen_at(desk: Desk, lines: Lines, asked: Asked) -> Chosen:
    """The constants of the lists, as the shop's past until `asked.as_of` says."""
    with _sample(desk, lines, asked) as sample:
        return decided(desk, sample, asked)


@contextmanager
def _sample(desk: Desk, lines: Lines, asked: Asked) -> Iterator[Lines]:
    """The lines of no more than `PEOPLE` customers. What the shop says today of its products'
    stock is no part of the past."""
    until = ibis.literal(asked.as_of)
    known = lines.people.filter(
        lines.people.customer_key.notnull(),
        lines.people.product_key.notnull(),
        lines.people.ordered_on <= until,
    )
    count: int = desk.rows(known.agg(n=known.customer_key.nunique().cast("int64")))[0]["n"]
    one_in = max(1, -(-count // PEOPLE))
    kept = known if one_in == 1 else known.filter(known.customer_key % 1_000_003 % one_in == 0)
    told = lines.products.mutate(is_discontinued=ibis.null("boolean"), stock=ibis.null("decimal(18, 4)"))
    held = desk.hold(kept.select(*(name for name in kept.columns if name != "batch")), "goods_sample")
    try:
        yield Lines(held, held, told, lines.store_keys)
    finally:
        desk.drop("goods_sample")


def _record(desk: Desk, now: Goods, accuracy: dict[str, Any] | None) -> Record:
    data = desk.rows(
        now.figures.agg(
            products=now.figures.count().cast("int64"),
            offered=now.figures.count(where=now.figures.is_offered).cast("int64"),
            groups=now.figures.group_name.nunique().cast("int64"),
            since=now.figures.first_on.min(),
            until=now.figures.last_on.max(),
            popular_days=now.figures.popular_days.max(),
        )
    )[0]
    told = {name: one.isoformat() if isinstance(one, dt.date) else one for name, one in data.items()}
    parameters = {
        "memory_days": now.chosen.memory,
        "popular_window": now.chosen.popular_days,
        "popular_days": told.pop("popular_days"),
        "satisfaction_weight": now.chosen.satisfaction_weight,
        "novelty_days": now.chosen.novelty_days,
        "next_days": now.chosen.next_days,
        "typical_interval": now.typical_interval,
        "ranker": _weights(now.chosen),
    }
    reason = NOT_ENOUGH if accuracy is None else "" if is_better(accuracy) else NOT_BETTER
    return Record(NAME, parameters, told, rounded(accuracy), is_shown=not reason, reason=reason)


def _weights(chosen: Chosen) -> dict[str, int] | None:
    """Of the ranker in force, with how many customers it was learnt from at most; None: the plain list
    answers."""
    if not chosen.weights:
        return None
    return dict(zip(FEATURES, chosen.weights, strict=True)) | {"customers_at_most": LEARNT_FROM}


def accuracy_at(desk: Desk, lines: Lines, asked: Asked) -> dict[str, Any] | None:
    """How well the lists foretold the last complete window; None where too few came back in it."""
    with _sample(desk, lines, asked) as sample:
        return judged(desk, sample, asked)[1]
