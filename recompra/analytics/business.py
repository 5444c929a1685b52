"""The figures by which the business is watched, beside those of the period before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.portable import cents, half_up, hundredths, share
from recompra.analytics.standing import identified


def business(
    orders: ir.Table,
    *,
    since: dt.date,
    until: dt.date,
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> ir.Table:
    """Mean order, purchase frequency, lifetime value and repurchase of the customers who bought from `since`
    to `until`, and of those of the equally long period before.

    Identified customers alone. Two rows, the period asked for last. Columns: starts_on, ends_on (days, both
    included); buyers (with a sale in the period); orders (sales); sold (net of the sales, R$); net (returns
    off, R$); aov (sold / orders, R$ to the cent); orders_per_buyer (two decimals); mean_ltv (all net of the
    buyers since their first purchase up to `ends_on` / buyers, R$); repeat_buyers (with sales on two days or
    more of the period), repeat_rate (/ buyers, four decimals); returning_buyers (with sales on two days or
    more, ever up to `ends_on`), returning_rate. A mean without anybody to share is null.
    """
    before = since - (until - since) - dt.timedelta(days=1), since - dt.timedelta(days=1)
    ever = orders.filter(*identified(orders, until=until, store_keys=store_keys, among=among))
    rows = [_period(ever, starts, ends) for starts, ends in (before, (since, until))]
    return ibis.union(*rows).order_by("starts_on")


def _period(ever: ir.Table, since: dt.date, until: dt.date) -> ir.Table:
    """The row of one period."""
    known = ever.filter(ever.ordered_on <= ibis.literal(until))
    inside = known.ordered_on >= ibis.literal(since)
    sale = known.kind == "sale"
    each = known.group_by("customer_key").agg(
        ltv=known.net.sum(),
        first_ever=known.ordered_on.min(where=sale),
        first_on=known.ordered_on.min(where=sale & inside),
        last_on=known.ordered_on.max(where=sale & inside),
        orders=known.count(where=sale & inside),
        sold=known.net.sum(where=sale & inside),
        net=known.net.sum(where=inside),
    )
    bought = each.orders > 0
    row = each.agg(
        buyers=each.count(where=bought).cast("int64"),
        orders=each.orders.sum().fill_null(0).cast("int64"),
        sold=each.sold.sum().fill_null(0).cast("decimal(18, 2)"),
        net=each.net.sum().fill_null(0).cast("decimal(18, 2)"),
        ltv=each.ltv.sum(where=bought).fill_null(0).cast("decimal(18, 2)"),
        repeat_buyers=each.count(where=bought & (each.first_on < each.last_on)).cast("int64"),
        returning_buyers=each.count(where=bought & (each.first_ever < each.last_on)).cast("int64"),
    )
    return row.select(
        starts_on=ibis.literal(since),
        ends_on=ibis.literal(until),
        buyers=row.buyers,
        orders=row.orders,
        sold=row.sold,
        net=row.net,
        aov=hundredths(half_up(cents(row.sold), row.orders), "decimal(18, 2)"),
        orders_per_buyer=hundredths(half_up(row.orders * 100, row.buyers), "decimal(18, 2)"),
        mean_ltv=hundredths(half_up(cents(row.ltv), row.buyers), "decimal(18, 2)"),
        repeat_buyers=row.repeat_buyers,
        repeat_rate=share(row.repeat_buyers, row.buyers),
        returning_buyers=row.returning_buyers,
        returning_rate=share(row.returning_buyers, row.buyers),
    )
