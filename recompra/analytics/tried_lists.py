"""The lists that are the same for everybody as they would be under every choice that they leave open, and
where in them stood what people took next."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir

from recompra.analytics.catalog import step
from recompra.analytics.lists import places
from recompra.analytics.lists.places import NOVELTY, POPULAR, SATISFACTION, is_lately, place
from recompra.analytics.lists.unseen import REACH
from recompra.analytics.portable import half_up


@step
def tried_lists(taken: ir.Table, product_figures: ir.Table, *, as_of: dt.date) -> ir.Table:
    """The first fifty products of popular, satisfaction and novelty under each choice that a shop may make.

    Columns: option (the list's name, _, the choice: days of the window of popularity, 0 for ever; buyers that
    repeat rates are drawn by; days since the first sale); product_key; nth (the place, from 1). Both tables
    as of that day.
    """
    age = ibis.literal(as_of).delta(taken.last_on, unit="day").cast("int64")
    counts = taken.group_by("product_key").agg(
        **{f"in_{days}": taken.count(where=is_lately(age, days)).cast("int64") for days in POPULAR}
    )
    mean = product_figures.agg(
        mean=half_up(product_figures.repeaters.sum() * 1_000_000, product_figures.ever_buyers.sum()),
        shop_days=product_figures.last_on.max()
        .delta(product_figures.first_on.min(), unit="day")
        .cast("int64"),
    )
    known = product_figures.filter(product_figures.is_offered).join(counts, "product_key").cross_join(mean)
    orders = {f"popular_{days}": places.popular(known[f"in_{days}"]) for days in POPULAR}
    orders |= {
        f"satisfaction_{much}": places.satisfaction(known, known["mean"], much) for much in SATISFACTION
    }
    orders |= {f"novelty_{days}": places.novelty(known, known.shop_days, days) for days in NOVELTY}
    each = [
        known.select("product_key", option=ibis.literal(option), nth=place(known, is_in, order))
        for option, (is_in, order) in orders.items()
    ]
    return ibis.union(*each).filter(lambda t: t.nth <= REACH).select("option", "product_key", "nth")


@step
def met_places(truth: ir.Table, taken: ir.Table, tried: ir.Table) -> ir.Table:
    """Where in each customer's list stood what they took next, under each choice.

    `truth`: customer_key, product_key, new to the customer; `taken`: what customers had; `tried`: as of
    `tried_lists`, without gaps. Columns: option; customer_key; product_key; place (from 1, among what the
    customer lacks).
    """
    met = truth.join(tried, "product_key")
    had = taken.join(tried, "product_key").select(who="customer_key", of="option", own="nth")
    mine = (met.customer_key == had.who) & (met.option == had.of) & (had.own < met.nth)
    both = met.left_join(had, mine)
    counted = both.group_by("option", "customer_key", "product_key", "nth").agg(
        owned=both.own.count().cast("int64")
    )
    return counted.select("option", "customer_key", "product_key", place=counted.nth - counted.owned)
