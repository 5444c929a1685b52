"""Sales with and without an identified customer, by store and over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated

import ibis.expr.types as ir

from recompra.analytics.calendar import GRAINS, starts_on
from recompra.analytics.portable import cents, share
from recompra.analytics.standing import standing


def identified_sales(
    orders: ir.Table,
    *,
    since: dt.date,
    until: dt.date,
    grain: Annotated[str, GRAINS] = "month",
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> ir.Table:
    """Sales from `since` to `until` with and without an identified customer, by store and week, fortnight or
    month (`grain`).

    Orders of kind "sale" that were not cancelled; returns are left out, so that no share can pass 1. One row
    per store and stretch of time with a sale. Columns: store_key; starts_on (first day of the stretch, which
    the period may cut); sales, identified_sales (how many); sold, identified_sold (R$); share
    (identified_sales / sales), sold_share (identified_sold / sold), four decimals, null where nothing was
    sold. `among`: identified are only sales to the customers in this table's `customer_key`, so that the
    shares are theirs.
    """
    sales = orders.filter(
        *standing(orders, since=since, until=until, store_keys=store_keys), orders.kind == "sale"
    )
    known = sales.customer_key.notnull()
    if among is not None:
        known &= sales.customer_key.isin(among.customer_key)
    daily = sales.group_by("store_key", "ordered_on").agg(
        sales=sales.count(),
        identified_sales=sales.count(where=known),
        sold=sales.net.sum(),
        identified_sold=sales.net.sum(where=known).fill_null(0),
    )
    sums = daily.group_by("store_key", starts_on=starts_on(daily.ordered_on, grain)).agg(
        sales=daily.sales.sum().cast("int64"),
        identified_sales=daily.identified_sales.sum().cast("int64"),
        sold=daily.sold.sum().cast("decimal(18, 2)"),
        identified_sold=daily.identified_sold.sum().cast("decimal(18, 2)"),
    )
    return sums.mutate(
        share=share(sums.identified_sales, sums.sales),
        sold_share=share(cents(sums.identified_sold), cents(sums.sold)),
    ).order_by("store_key", "starts_on")
