"""Products that are new to a person: what most buy, what most buy again, what has just come and sells."""

from __future__ import annotations

from typing import Literal

import ibis
import ibis.expr.types as ir

from recompra.analytics.lists.rows import LIMIT, rows

REACH = 50
"""So far down a list is looked for what a person does not have. Who has more than forty of the first fifty
gets fewer than ten."""
PLACES = {"popular": "popular_place", "satisfaction": "satisfaction_place", "novelty": "novelty_place"}
By = Literal["popular", "satisfaction", "novelty"]


def new_products(
    taken: ir.Table,
    product_figures: ir.Table,
    *,
    by: By,
    among: ir.Table | None = None,
    limit: int = LIMIT,
) -> ir.Table:
    """The first products of a list that a customer has never taken, for everybody or for some.

    `by`: popular (bought by most customers lately), satisfaction (most often bought again), novelty (first
    sold lately, most customers per day on sale). `among`: a table with `customer_key`, of whoever is asked
    about, with purchases or without; None: everybody in `taken`. Columns: customer_key; place (1 to `limit`);
    product_key; reason (the list's name) and what it tells: people, days, share (see
    `recompra.analytics.lists.rows`).
    """
    place = product_figures[PLACES[by]]
    first = product_figures.filter(place.notnull(), place <= REACH)
    ranked = _told(first, by)
    asked = _asked(taken, among)
    has = taken.join(ranked, "product_key")
    bits = has.group_by("customer_key").agg(has=_bit(has.nth).sum().cast("int64"))
    joined = asked.left_join(bits, asked.customer_key == bits.customer_key).select(
        asked.customer_key, bits.has
    )
    marked = joined.mutate(has=joined.has.fill_null(0))
    # Customers with the same ones of the fifty see the same list: it is made once for all of them.
    kinds = marked.select("has").distinct().cross_join(ranked)
    lacks = kinds.filter((kinds.has & _bit(kinds.nth)) == 0)
    window = ibis.window(group_by=lacks.has, order_by=[lacks.nth, lacks.product_key])
    listed = lacks.mutate(place=ibis.row_number().over(window) + 1)
    found = marked.join(listed.filter(listed.place <= limit), "has")
    return rows(found, by, found.place)


def _told(first: ir.Table, by: By) -> ir.Table:
    """What the list says of its products, and their place as `nth`."""
    numbers = {
        "popular": {"people": first.buyers, "days": first.popular_days},
        "satisfaction": {"people": first.ever_buyers, "share": first.repeat_rate},
        "novelty": {"people": first.takers, "days": first.days_on_sale},
    }
    return first.select("product_key", nth=first[PLACES[by]].cast("int64"), **numbers[by])


def _asked(taken: ir.Table, among: ir.Table | None) -> ir.Table:
    return (taken if among is None else among).select("customer_key").distinct()


def _bit(nth: ir.IntegerValue) -> ir.IntegerValue:
    """Two to the power of a place: exact, as floats hold it up to the 52nd."""
    return (ibis.literal(2) ** nth).cast("int64")
