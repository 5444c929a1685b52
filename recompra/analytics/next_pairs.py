"""Which product people take for the first time soon after their first taking of another one."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import ibis
import ibis.expr.types as ir

from recompra.analytics.catalog import step
from recompra.analytics.lists.rows import age
from recompra.analytics.portable import shrunk_cosine
from recompra.analytics.product_pairs import BASKET_DAYS, FEWEST, PER_PRODUCT, WEIGHT

NextDays = Literal[30, 60, 90, 180, 365]
NEXT_DAYS: tuple[NextDays, ...] = (180, 365, 90, 60, 30)
"""Within how many days what comes after is said to follow, in the order of preference (see
`lists.choosing`)."""
MOST = 100  # products of a customer: who took more buys for others


@step
def pairs_to_compare(taken: ir.Table) -> ir.Table:
    """How many pairs of two products `next_pairs` would compare for all customers. Column: pairs."""
    sizes = taken.group_by("customer_key").agg(n=taken.count().cast("int64"))
    few = sizes.filter(sizes.n <= MOST)
    return few.agg(pairs=(few.n * few.n).sum().fill_null(0).cast("int64"))


@step
def next_pairs(
    taken: ir.Table,
    product_figures: ir.Table,
    *,
    as_of: dt.date,
    next_days: NextDays = NEXT_DAYS[0],
    one_in: int = 1,
) -> ir.Table:
    """What follows each product, up to twenty for each.

    One product follows another where a customer took it for the first time 1 to `next_days` days after they
    first took the other one; counted are first takings of the last two years, once for each customer, and
    pairs of at least three customers of which the later product is offered. Customers of more than a hundred
    products are left out; of the others every `one_in`-th by key is looked at. Columns: product_key;
    other_key (what follows); place (1: follows best); followed (customers); buyers (customers who took the
    first); score (followed over the square root of the buyers of both, drawn towards 0 as by ten further
    customers, in millionths), by which places are given, then by followed, then the lower key.
    """
    own = taken.select("customer_key", "product_key", "first_on")
    if one_in > 1:
        own = own.filter(own.customer_key % 500_009 % one_in == 0)
    own = own.mutate(size=own.count().over(group_by=own.customer_key))
    few = own.filter(own.size <= MOST).drop("size")
    later = few.select("customer_key", other_key="product_key", then_on="first_on")
    later = later.filter(later.then_on > ibis.literal(as_of - dt.timedelta(days=BASKET_DAYS)))
    both = few.join(later, "customer_key")
    gap = age(both.then_on, both.first_on)
    near = both.filter(gap > 0, gap <= next_days)
    counted = near.group_by("product_key", "other_key").agg(followed=near.count().cast("int64"))
    counts = few.group_by("product_key").agg(buyers=few.count().cast("int64"))
    offered = product_figures.filter(product_figures.is_offered).select(other_key="product_key")
    found = (
        counted.filter(counted.followed >= FEWEST)
        .semi_join(offered, "other_key")
        .join(counts, "product_key")
        .join(counts.select(other_key="product_key", of_other="buyers"), "other_key")
    )
    scored = found.select(
        "product_key",
        "other_key",
        "followed",
        "buyers",
        score=shrunk_cosine(found.followed, found.buyers, found.of_other, WEIGHT),
    )
    order = ibis.window(
        group_by=scored.product_key, order_by=[scored.score.desc(), scored.followed.desc(), scored.other_key]
    )
    placed = scored.mutate(place=(ibis.row_number().over(order) + 1).cast("int64"))
    best = placed.filter(placed.score > 0, placed.place <= PER_PRODUCT)
    return best.select("product_key", "other_key", "place", "followed", "buyers", "score")
