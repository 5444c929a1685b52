"""How well a list foretold what customers took next: the raw counts, from which every measure is made."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

DEEP, SHORT = 20, 10


def next_baskets(items: ir.Table, *, after: dt.date, until: dt.date) -> ir.Table:
    """What each customer bought on the first day with a purchase after a day, up to another one.

    Columns: customer_key; product_key (of sales of known products).
    """
    sold = items.filter(
        items.customer_key.notnull(),
        items.product_key.notnull(),
        ~items.is_cancelled,
        items.kind == "sale",
        items.quantity > 0,
        items.ordered_on > ibis.literal(after),
        items.ordered_on <= ibis.literal(until),
    )
    days = sold.select("customer_key", "product_key", "ordered_on").distinct()
    first = days.group_by("customer_key").agg(ordered_on=days.ordered_on.min())
    return days.join(first, ["customer_key", "ordered_on"]).select("customer_key", "product_key")


def list_hits(truth: ir.Table, listed: ir.Table) -> ir.Table:
    """How many customers had so many products to foretell, and at which places of their list these stood.

    `truth`: customer_key, product_key, once each; `listed`: customer_key, place (from 1), product_key.
    Columns: bought (products of the customer's truth); places (each hit adds 2 to the power of its place, up
    to the twentieth); customers. A customer of the truth without a list had no hit.
    """
    met = truth.join(listed.filter(listed.place <= DEEP), ["customer_key", "product_key"])
    hits = met.group_by("customer_key").agg(
        places=(ibis.literal(2) ** met.place).cast("int64").sum().cast("int64")
    )
    sizes = truth.group_by("customer_key").agg(bought=truth.count().cast("int64"))
    each = sizes.left_join(hits, "customer_key").select(
        "bought", places=lambda t: t.places.fill_null(0).cast("int64")
    )
    return (
        each.group_by("bought", "places")
        .agg(customers=each.count().cast("int64"))
        .order_by(["bought", "places"])
    )


@dataclass(frozen=True)
class Hits:
    """The measures of a list over `customers`, each a mean over them.

    hit_10: share of customers with at least one hit among the first ten; recall_10, recall_20: share of what
    was bought that the list holds; ndcg_10: discounted cumulative gain over that of the best possible list of
    ten (so the ideal is cut at ten, too).
    """

    customers: int
    hit_10: float
    recall_10: float
    recall_20: float
    ndcg_10: float


def measured(rows: Iterable[Mapping[str, Any]]) -> Hits | None:
    """The measures from the rows of `list_hits`; None without customers."""
    found = list(rows)
    total = sum(row["customers"] for row in found)
    if not total:
        return None
    sums = [0.0, 0.0, 0.0, 0.0]
    for row in found:
        hits = [place for place in range(1, DEEP + 1) if row["places"] >> place & 1]
        short = [place for place in hits if place <= SHORT]
        best = sum(_gain(place) for place in range(1, min(row["bought"], SHORT) + 1))
        figures = (
            1.0 if short else 0.0,
            len(short) / row["bought"],
            len(hits) / row["bought"],
            sum(map(_gain, short)) / best,
        )
        sums = [one + row["customers"] * figure for one, figure in zip(sums, figures, strict=True)]
    hit, recall, recall_20, ndcg = (one / total for one in sums)
    return Hits(total, hit, recall, recall_20, ndcg)


def _gain(place: int) -> float:
    return 1 / math.log2(place + 1)
