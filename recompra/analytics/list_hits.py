"""How well a list foretold what customers took next: the raw counts, from which every measure is made."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir

from recompra.analytics.lists.hits import DEEP


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
