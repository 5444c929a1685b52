"""The figures by which the business is watched, beside those of the period before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.portable import cents, half_up, hundredths, share
from recompra.analytics.standing import identified

_COUNTS = ("buyers", "orders", "repeat_buyers", "returning_buyers")


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
    eve = since - dt.timedelta(days=1)
    before = since - (until - eve)
    ever = orders.filter(*identified(orders, until=until, store_keys=store_keys, among=among))
    lives = ever.group_by("customer_key").agg(
        first_ever=ever.ordered_on.min(where=ever.kind == "sale"),
        ltv=ever.net.sum(),
        ltv_before=ever.net.sum(where=ever.ordered_on <= ibis.literal(eve)),
    )
    each = _each(ever.filter(ever.ordered_on >= ibis.literal(before)), since)
    sums = _sums(each.join(lives, "customer_key"))
    asked = ibis.union(_stretch(since, until, is_now=True), _stretch(before, eve, is_now=False))
    return _with_means(asked.left_join(sums, "is_now")).order_by("starts_on")


def _each(lately: ir.Table, since: dt.date) -> ir.Table:
    """What each customer did in each of the two periods."""
    sale = lately.kind == "sale"
    return lately.group_by("customer_key", is_now=lately.ordered_on >= ibis.literal(since)).agg(
        orders=lately.count(where=sale),
        sold=lately.net.sum(where=sale),
        net=lately.net.sum(),
        first_on=lately.ordered_on.min(where=sale),
        last_on=lately.ordered_on.max(where=sale),
    )


def _sums(each: ir.Table) -> ir.Table:
    """The two periods' totals; none for one without orders."""
    bought = each.orders > 0
    ltv = ibis.ifelse(each.is_now, each.ltv, each.ltv_before)
    return each.group_by("is_now").agg(
        buyers=each.count(where=bought),
        orders=each.orders.sum(),
        sold=each.sold.sum(),
        net=each.net.sum(),
        ltv=ltv.sum(where=bought),
        repeat_buyers=each.count(where=bought & (each.first_on < each.last_on)),
        returning_buyers=each.count(where=bought & (each.first_ever < each.last_on)),
    )


def _stretch(starts: dt.date, ends: dt.date, *, is_now: bool) -> ir.Table:
    row = ibis.literal(is_now).name("is_now").as_table()
    return row.mutate(starts_on=ibis.literal(starts), ends_on=ibis.literal(ends))


def _with_means(row: ir.Table) -> ir.Table:
    """The totals, zero where nothing was, and what they come to for one order and one buyer."""
    row = row.mutate(
        **{name: row[name].fill_null(0).cast("int64") for name in _COUNTS},
        **{name: row[name].fill_null(0).cast("decimal(18, 2)") for name in ("sold", "net", "ltv")},
    )
    return row.select(
        "starts_on",
        "ends_on",
        "buyers",
        "orders",
        "sold",
        "net",
        aov=hundredths(half_up(cents(row.sold), row.orders), "decimal(18, 2)"),
        orders_per_buyer=hundredths(half_up(row.orders * 100, row.buyers), "decimal(18, 2)"),
        mean_ltv=hundredths(half_up(cents(row.ltv), row.buyers), "decimal(18, 2)"),
        repeat_buyers=row.repeat_buyers,
        repeat_rate=share(row.repeat_buyers, row.buyers),
        returning_buyers=row.returning_buyers,
        returning_rate=share(row.returning_buyers, row.buyers),
    )
