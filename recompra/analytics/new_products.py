"""Products that are new to a person: what most buy, what most buy again, what has just come and sells."""

from __future__ import annotations

from typing import Literal

import ibis.expr.types as ir

from recompra.analytics.lists.rows import LIMIT, rows
from recompra.analytics.lists.unseen import REACH as REACH
from recompra.analytics.lists.unseen import bit, unseen
from recompra.analytics.portable import int64

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
    ranked = _ranked(product_figures, by)
    has = taken.join(ranked, "product_key")
    bits = has.group_by("customer_key").agg(has=int64(bit(has.nth).sum()), owned=has.count())
    asked = (taken if among is None else among).select("customer_key").distinct()
    joined = asked.left_join(bits, asked.customer_key == bits.customer_key).select(
        asked.customer_key, bits.has, bits.owned
    )
    known = joined.mutate(has=joined.has.fill_null(0), owned=joined.owned.fill_null(0))
    found = unseen(known, ranked, limit)
    return rows(found, by, found.place)


def _ranked(product_figures: ir.Table, by: By) -> ir.Table:
    """The beginning of the list: its place as `nth`, and what it says of its products."""
    place = product_figures[PLACES[by]]
    first = product_figures.filter(place.notnull(), place <= REACH)
    numbers = {
        "popular": {"people": first.buyers, "days": first.popular_days},
        "satisfaction": {"people": first.ever_buyers, "share": first.repeat_rate},
        "novelty": {"people": first.takers, "days": first.days_on_sale},
    }
    return first.select("product_key", nth=first[PLACES[by]].cast("int64"), **numbers[by])
