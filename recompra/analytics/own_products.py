"""Products that a person bought before: what they like to buy, filled up with what is popular; what must be
used up."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir

from recompra.analytics.lists.expected import (
    MEMORY,
    Memory,
    habits,
    lasting,
    offered,
    own_products,
    popular_new,
    remembered,
)
from recompra.analytics.lists.rows import LIMIT, age, nth, rows, top

TOO_LATE = 2  # after so many intervals without it, the person found another one


def personal_products(
    taken: ir.Table,
    product_figures: ir.Table,
    *,
    as_of: dt.date,
    memory: Memory = MEMORY,
    among: ir.Table | None = None,
    limit: int = LIMIT,
) -> ir.Table:
    """What each customer is likely to take next, of what they have and of what is popular, in one order.

    The expected takings: of an own product n x (days - 1 + repeat rate) / days (who took it once takes it
    again as others do; further days speak for themselves), and half of the n of all own products x its share
    of what everybody took lately, half of the n of those of its group x its share of the group (without a
    group, both halves by the first). Of a new product the n of all own products x its share of what everybody
    took lately. n: days of taking, each fading by e to the power of -age / `memory` days (0: none fades).
    Equal ones: the more popular, then the lower key. `among`: as in `new_products`.
    Columns: customer_key; place; product_key; reason (again: times, days since; popular: people, days); score
    (the expected takings, up to a factor that is the same for everybody).
    """
    each = remembered(offered(taken, product_figures, among), memory)
    own = habits(each)
    mine = own_products(each, own, as_of)
    asked = (taken if among is None else among).select("customer_key").distinct()
    new = popular_new(asked, own, product_figures, limit)
    whole = ibis.union(mine, new.select(*mine.columns))
    best = nth(whole, ("-score", "-buyers", "product_key"), "customer_key")
    best = best.filter(best.nth < limit)
    is_new = best.times.isnull()
    told = best.mutate(people=is_new.ifelse(best.buyers, ibis.null("int64")))
    reason = is_new.ifelse(ibis.literal("popular"), ibis.literal("again"))
    return rows(told, "again", told.nth + 1, reason_of=reason, more=("people",), score=told.score)


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
    known = offered(taken, product_figures, among)
    timed = known.mutate(
        times=known.owned_days,
        days=age(ibis.literal(as_of), known.owned_last_on),
        lasts=lasting(known),
    )
    timed = timed.drop("interval_days").rename(interval_days="lasts")
    is_due = (timed.days >= timed.interval_days) & (timed.days < TOO_LATE * timed.interval_days)
    comes_back = (timed.times > 1) | (timed.repeat_rate * 20 >= 1)
    late = timed.filter(timed.interval_days > 0, is_due, comes_back)
    return top(late, "due", order=("-times", "-repeat_rate", "days"), limit=limit)
