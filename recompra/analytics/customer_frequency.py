"""How many customers bought in each week, fortnight or month, and how often each of them came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated

import ibis
import ibis.expr.types as ir

from recompra.analytics.calendar import GRAINS, starts_on
from recompra.analytics.portable import share
from recompra.analytics.standing import identified

CLASSES = (1, 2, 3, 4, 5, 10)
"""The least number of purchases of each class of `purchases_per_person`: 1, 2, 3, 4, 5 to 9, 10 and more."""


def customer_frequency(
    orders: ir.Table,
    *,
    since: dt.date,
    until: dt.date,
    grain: Annotated[str, GRAINS] = "month",
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> ir.Table:
    """Who bought from `since` to `until`, by week, fortnight (days 1 to 15, 16 to the end) or month
    (`grain`).

    Identified customers alone. Columns: starts_on (first day of the stretch, which the period may cut);
    buyers (different customers with a sale); new_buyers (whose first purchase ever, in these stores, lies in
    it), returning_buyers (the others); orders (sales); net (R$, returns of the stretch off). Stretches
    without a buyer have no row.
    """
    ever = orders.filter(*identified(orders, until=until, store_keys=store_keys, among=among))
    inside = ever.filter(ever.ordered_on >= ibis.literal(since))
    sale = inside.kind == "sale"
    visits = inside.group_by("customer_key", starts_on=starts_on(inside.ordered_on, grain)).agg(
        orders=inside.count(where=sale), net=inside.net.sum()
    )
    bought = visits.orders > 0
    sums = visits.group_by("starts_on").agg(
        buyers=visits.count(where=bought).cast("int64"),
        orders=visits.orders.sum().cast("int64"),
        net=visits.net.sum().cast("decimal(18, 2)"),
    )
    firsts = (
        ever.filter(ever.kind == "sale")
        .group_by("customer_key")
        .agg(first_on=lambda t: t.ordered_on.min())
        .filter(lambda t: t.first_on >= ibis.literal(since))
    )
    newcomers = firsts.group_by(new_on=starts_on(firsts.first_on, grain)).agg(new=firsts.count())
    both = sums.left_join(newcomers, sums.starts_on == newcomers.new_on)
    new = both.new.fill_null(0).cast("int64")
    return (
        both.filter(both.buyers > 0)
        .select(
            "starts_on",
            "buyers",
            new_buyers=new,
            returning_buyers=both.buyers - new,
            orders=both.orders,
            net=both.net,
        )
        .order_by("starts_on")
    )


def purchases_per_person(
    orders: ir.Table,
    *,
    since: dt.date,
    until: dt.date,
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> ir.Table:
    """How many customers bought once, twice or more often from `since` to `until`.

    Purchases are days with a sale: several orders of one day are one. Columns: purchases (the least of the
    class: 1, 2, 3, 4, 5 to 9, 10 and more); buyers; share (of all buyers, four decimals); orders (sales);
    sold (their net, R$). Classes without anybody have no row.
    """
    inside = orders.filter(
        *identified(orders, since=since, until=until, store_keys=store_keys, among=among),
        orders.kind == "sale",
    )
    days = inside.group_by("customer_key", "ordered_on").agg(sales=inside.count(), sold=inside.net.sum())
    people = days.group_by("customer_key").agg(
        times=days.count(), orders=days.sales.sum(), sold=days.sold.sum()
    )
    least = ibis.cases(*((people.times >= low, low) for low in reversed(CLASSES)))
    classes = people.group_by(purchases=least.cast("int64")).agg(
        buyers=people.count().cast("int64"),
        orders=people.orders.sum().cast("int64"),
        sold=people.sold.sum().cast("decimal(18, 2)"),
    )
    everybody = classes.agg(all_buyers=classes.buyers.sum().cast("int64"))
    both = classes.cross_join(everybody)
    return both.select(
        "purchases", "buyers", share=share(both.buyers, both.all_buyers), orders=both.orders, sold=both.sold
    ).order_by("purchases")
