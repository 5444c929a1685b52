"""Which products, and which groups of products, are bought by the same people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.catalog import step
from recompra.analytics.portable import half_up, hundredths, share, shrunk_cosine

PER_PRODUCT = 20
FEWEST = 3  # baskets together: fewer are chance
LARGEST = 30  # products of a basket: a wholesaler's says nothing of what goes together
WEIGHT = 10  # baskets without the other one, by which the cosine is drawn towards 0
BASKET_DAYS = 730
PER_GROUP = 5
MOST_GROUPS = 30  # of one customer, for the same reason


@step
def product_pairs(
    items: ir.Table,
    product_figures: ir.Table,
    *,
    as_of: dt.date,
    days: int = BASKET_DAYS,
    store_keys: Iterable[int] | None = None,
) -> ir.Table:
    """The products that are bought together, up to twenty for each product.

    Counted are sales of the last two years, also those without a customer, of 2 to 30 different products;
    and pairs that were in at least three of them, more often than chance would put them there, of which the
    other one is offered. Columns: product_key; other_key; place (1: goes best); together (sales with both);
    baskets (sales with the first); lift (how many times more often than by chance, two decimals); score (the
    cosine, drawn towards 0 as by ten further sales, in millionths), by which places are given, then by
    together, then the lower key.
    """
    since = as_of - dt.timedelta(days=days - 1)
    sold = items.filter(
        items.product_key.notnull(),
        ~items.is_cancelled,
        items.kind == "sale",
        items.quantity > 0,
        items.ordered_on >= ibis.literal(since),
        items.ordered_on <= ibis.literal(as_of),
    )
    if store_keys is not None:
        sold = sold.filter(sold.store_key.isin(sorted(store_keys)))
    lines = sold.group_by("order_key", "product_key").agg(n=sold.count())
    lines = lines.select("order_key", "product_key", size=lines.count().over(group_by=lines.order_key))
    small = lines.filter(lines.size > 1, lines.size <= LARGEST).select("order_key", "product_key")
    both = _both_ways(small, "order_key", "product_key")
    counts = small.group_by("product_key").agg(baskets=small.count().cast("int64"))
    total = small.agg(total=small.order_key.nunique().cast("int64"))
    offered = product_figures.filter(product_figures.is_offered).select(other_key="product_key")
    found = (
        both.filter(both.together >= FEWEST)
        .semi_join(offered, "other_key")
        .join(counts, "product_key")
        .join(counts.select(other_key="product_key", of_other="baskets"), "other_key")
        .cross_join(total)
    )
    lift = half_up(found.together * found.total * 100, found.baskets * found.of_other)
    scored = found.select(
        "product_key",
        "other_key",
        "together",
        "baskets",
        lift=hundredths(lift, "decimal(18, 2)"),
        score=shrunk_cosine(found.together, found.baskets, found.of_other, WEIGHT),
        is_more=found.together * found.total > found.baskets * found.of_other,
    )
    more = scored.filter(scored.is_more, scored.score > 0)
    order = ibis.window(
        group_by=more.product_key, order_by=[more.score.desc(), more.together.desc(), more.other_key]
    )
    placed = more.mutate(place=(ibis.row_number().over(order) + 1).cast("int64"))
    best = placed.filter(placed.place <= PER_PRODUCT)
    return best.select("product_key", "other_key", "place", "together", "baskets", "lift", "score")


@step
def group_pairs(taken: ir.Table, product_figures: ir.Table) -> ir.Table:
    """Which other groups the buyers of a group buy, up to five for each group, and what to offer of them.

    Columns: group_name; other_group; place (1: the largest share); both (customers who took something of
    both, at least ten); buyers (customers of the first group); share (both / buyers, four decimals);
    product_key (of the other group, the most bought of those offered). Customers of more than thirty groups
    buy for others, and are left out.
    """
    grouped = product_figures.filter(product_figures.group_name.notnull())
    named = taken.join(grouped.select("product_key", "group_name"), "product_key")
    owned = named.group_by("customer_key", "group_name").agg(n=named.count())
    owned = owned.select("customer_key", "group_name", size=owned.count().over(group_by=owned.customer_key))
    few = owned.filter(owned.size <= MOST_GROUPS).select("customer_key", "group_name")
    both = _both_ways(few, "customer_key", "group_name").rename(
        group_name="product_key", other_group="other_key", both="together"
    )
    counts = few.group_by("group_name").agg(buyers=few.count().cast("int64"))
    best = grouped.filter(grouped.popular_place.notnull())
    first = best.group_by("group_name").agg(popular_place=best.popular_place.min())
    offers = best.join(first, ["group_name", "popular_place"]).select("product_key", other_group="group_name")
    found = both.filter(both.both >= WEIGHT).join(counts, "group_name").join(offers, "other_group")
    order = ibis.window(group_by=found.group_name, order_by=[found.both.desc(), found.other_group])
    placed = found.select(
        "group_name",
        "other_group",
        "both",
        "buyers",
        "product_key",
        place=(ibis.row_number().over(order) + 1).cast("int64"),
        share=share(found.both, found.buyers),
    )
    kept = placed.filter(placed.place <= PER_GROUP)
    return kept.select("group_name", "other_group", "place", "both", "buyers", "share", "product_key")


def _both_ways(members: ir.Table, of: str, key: str) -> ir.Table:
    """How many `of` have both of two keys: product_key, other_key, together; each pair from both sides."""
    one = members.select(of, product_key=members[key])
    other = members.select(of, other_key=members[key])
    pairs = one.join(other, of).filter(lambda t: t.product_key < t.other_key)
    counted = pairs.group_by("product_key", "other_key").agg(together=pairs.count().cast("int64"))
    back = counted.select(product_key="other_key", other_key="product_key", together="together")
    return ibis.union(counted, back)
