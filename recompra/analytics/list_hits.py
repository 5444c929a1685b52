"""How well lists foretold what customers took next: the raw counts, from which every measure is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from recompra.analytics.catalog import step
from recompra.analytics.lists.hits import DEEP


@step
def next_products(items: ir.Table, *, after: dt.date, until: dt.date) -> ir.Table:
    """What each customer bought after a day, up to another one.

    Columns: customer_key; product_key; ordered_on (of sales of known products, once each).
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
    return sold.select("customer_key", "product_key", "ordered_on").distinct()


@step
def next_baskets(items: ir.Table, *, after: dt.date, until: dt.date) -> ir.Table:
    """What each customer bought on the first day with a purchase after a day, up to another one.

    Columns: customer_key; product_key (of sales of known products).
    """
    days = next_products(items, after=after, until=until)
    first = days.group_by("customer_key").agg(ordered_on=days.ordered_on.min())
    return days.join(first, ["customer_key", "ordered_on"]).select("customer_key", "product_key")


@step
def list_hits(truth: ir.Table, listed: ir.Table, *, options: Sequence[str]) -> ir.Table:
    """How many customers had so many products to foretell, and at which places of their lists these stood.

    `truth`: customer_key, product_key, once each; `listed`: option (which list), customer_key, place (from
    1), product_key. Columns: bought (products of the customer's truth); per option places_0, places_1, ... in
    their order (each hit adds 2 to the power of its place, up to the twentieth); customers. A customer of the
    truth without a list had no hit.
    """
    deep = listed.filter(listed.place <= DEEP).select("option", "customer_key", "product_key", "place")
    met = truth.join(deep, ["customer_key", "product_key"])
    power = (ibis.literal(2) ** met.place).cast("int64")
    names = [f"places_{number}" for number in range(len(options))]
    hits = met.group_by("customer_key").agg(
        **{
            name: power.sum(where=met.option == option).fill_null(0).cast("int64")
            for name, option in zip(names, options, strict=True)
        }
    )
    sizes = truth.group_by("customer_key").agg(bought=truth.count().cast("int64"))
    both = sizes.left_join(hits, "customer_key")
    each = both.select("bought", **{name: both[name].fill_null(0).cast("int64") for name in names})
    return (
        each.group_by("bought", *names).agg(customers=each.count().cast("int64")).order_by(["bought", *names])
    )
