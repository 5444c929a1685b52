"""Products that a person bought before: what they like to buy, filled up with what is popular; what must be
used up."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir

from recompra.analytics.lists.rows import LIMIT, age, top
from recompra.analytics.new_products import new_products
from recompra.analytics.portable import half_up

WEIGHT = 2  # intervals of the product's other buyers, in a person's own
TOO_LATE = 2  # after so many intervals without it, the person found another one


def personal_products(
    taken: ir.Table,
    product_figures: ir.Table,
    *,
    as_of: dt.date,
    among: ir.Table | None = None,
    limit: int = LIMIT,
) -> ir.Table:
    """What each customer is likely to take next: what they bought often and lately, then what is popular.

    Own products come first, by `weight_90` of `taken` (equal ones: the more popular, then the lower key);
    where there are fewer than `limit`, the popular ones that are new to the customer follow. Columns:
    customer_key; place; product_key; reason (again: times, days since; popular: people, days).
    """
    known = _offered(taken, product_figures, among)
    own = top(
        known.mutate(times=known.owned_days, days=age(ibis.literal(as_of), known.owned_last_on)),
        "again",
        order=("-weight_90", "-buyers"),
        limit=limit,
    )
    return _filled(own, new_products(taken, product_figures, by="popular", among=among, limit=limit), limit)


def _filled(own: ir.Table, further: ir.Table, limit: int) -> ir.Table:
    """A list, and where it is shorter than `limit` the beginning of another one behind it."""
    counts = own.group_by("customer_key").agg(n=own.count().cast("int64"))
    behind = further.left_join(counts, "customer_key").drop("customer_key_right")
    moved = behind.mutate(place=behind.place + behind.n.fill_null(0)).drop("n")
    return ibis.union(own, moved.filter(moved.place <= limit))


def due_products(
    taken: ir.Table,
    product_figures: ir.Table,
    *,
    as_of: dt.date,
    among: ir.Table | None = None,
    limit: int = LIMIT,
) -> ir.Table:
    """What each customer bought before and has probably used up by now.

    A product lasts (last - first purchase + 2 x what it lasts others) / (days bought - 1 + 2), to the nearest
    day. It is due from the day on which so many days have passed since the last purchase, until twice as many
    have: by then the customer found another one. Listed are products that the customer bought twice, or that
    at least one in twenty buys again; most often bought first, then the highest repeat rate. Columns:
    customer_key; place; product_key; reason (due: interval_days it lasts, days since, times bought).
    """
    known = _offered(taken, product_figures, among)
    span = age(known.owned_last_on, known.owned_first_on)
    timed = known.mutate(
        times=known.owned_days,
        days=age(ibis.literal(as_of), known.owned_last_on),
        lasts=half_up(span + WEIGHT * known.interval_days, known.owned_days - 1 + WEIGHT),
    )
    timed = timed.drop("interval_days").rename(interval_days="lasts")
    is_due = (timed.days >= timed.interval_days) & (timed.days < TOO_LATE * timed.interval_days)
    comes_back = (timed.times > 1) | (timed.repeat_rate * 20 >= 1)
    late = timed.filter(timed.interval_days > 0, is_due, comes_back)
    return top(late, "due", order=("-times", "-repeat_rate", "days"), limit=limit)


def _offered(taken: ir.Table, product_figures: ir.Table, among: ir.Table | None) -> ir.Table:
    """What customers have of what is offered: the figures of the products, and owned_days, owned_first_on,
    owned_last_on, weight_90 of the customers."""
    have = taken.select(
        "customer_key",
        "product_key",
        "weight_90",
        owned_days="days",
        owned_first_on="first_on",
        owned_last_on="last_on",
    )
    if among is not None:
        have = have.semi_join(among, "customer_key")
    figures = product_figures.filter(product_figures.is_offered).select(
        "product_key", "buyers", "repeat_rate", "interval_days"
    )
    return have.join(figures, "product_key")
