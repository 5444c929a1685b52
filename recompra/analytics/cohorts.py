"""Customers by the month of their first purchase, and how many of them bought in each month since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.calendar import starts_on
from recompra.analytics.portable import share
from recompra.analytics.standing import identified


def cohorts(
    orders: ir.Table,
    *,
    since: dt.date,
    until: dt.date,
    as_of: dt.date,
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> ir.Table:
    """Customers by the month of their first purchase (from `since` to `until`), and who of them bought again
    in each month since.

    One row per month of first purchase with anybody and month since, up to the month of `as_of`. Columns:
    cohort_on (first day of the month); month (0: the month of the first purchase); customers (who first
    bought then); buyers (who of them has a sale in that month), net (R$, returns of the month off), share
    (buyers / customers, four decimals): null while that month is not over by `as_of`, zero when it is over
    and nobody came. First is the first sale in these stores.
    """
    ever = orders.filter(*identified(orders, until=as_of, store_keys=store_keys, among=among))
    sales = ever.filter(ever.kind == "sale")
    firsts = (
        sales.group_by("customer_key")
        .agg(first_on=sales.ordered_on.min())
        .filter(lambda t: t.first_on >= ibis.literal(since), lambda t: t.first_on <= ibis.literal(until))
        .select("customer_key", cohort_on=lambda t: starts_on(t.first_on, "month"))
    )
    both = ever.join(firsts, "customer_key")
    each = both.group_by(
        "customer_key", "cohort_on", month=_months_between(both.cohort_on, both.ordered_on)
    ).agg(sales=both.count(where=both.kind == "sale"), net=both.net.sum())
    cells = each.group_by("cohort_on", "month").agg(
        buyers=each.count(where=each.sales > 0), net=each.net.sum()
    )
    sizes = firsts.group_by("cohort_on").agg(customers=firsts.count().cast("int64"))
    return _laid_out(sizes, cells, since, as_of)


def _laid_out(sizes: ir.Table, cells: ir.Table, since: dt.date, as_of: dt.date) -> ir.Table:
    """Every cell up to the month of `as_of`, the empty ones too."""
    last = (as_of.year - since.year) * 12 + as_of.month - since.month
    ahead = ibis.range(0, last + 1).unnest().name("ahead").as_table()
    grid = sizes.cross_join(ahead.select(ahead=ahead.ahead.cast("int64")))
    age = _months_between(grid.cohort_on, ibis.literal(as_of))
    is_last = (as_of + dt.timedelta(days=1)).day == 1
    grid = grid.filter(grid.ahead <= age).mutate(is_over=(grid.ahead < age) | ibis.literal(is_last))
    both = grid.left_join(cells, [grid.cohort_on == cells.cohort_on, grid.ahead == cells.month])
    buyers = ibis.ifelse(both.is_over, both.buyers.fill_null(0), None).cast("int64")
    net = ibis.ifelse(both.is_over, both.net.fill_null(0), None).cast("decimal(18, 2)")
    laid = both.select("cohort_on", month=both.ahead, customers=both.customers, buyers=buyers, net=net)
    return laid.mutate(share=share(laid.buyers, laid.customers)).order_by("cohort_on", "month")


def _months_between(one: ir.DateValue, other: ir.DateValue) -> ir.IntegerValue:
    """Whole calendar months from the month of one day to the month of another."""
    years = other.year().cast("int64") - one.year().cast("int64")
    return years * 12 + other.month().cast("int64") - one.month().cast("int64")
