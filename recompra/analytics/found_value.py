"""What the sales of the people found are worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis.expr.types as ir

from recompra.analytics.portable import cents, half_up, hundredths
from recompra.analytics.standing import standing


def found_value(
    orders: ir.Table,
    people: ir.Table,
    *,
    since: dt.date,
    until: dt.date,
    store_keys: Iterable[int] | None = None,
) -> ir.Table:
    """What the people found bought from `since` to `until`, and the mean value of their sales. One row.

    `people`: any table with a `customer_key`, each once. Columns: people (how many were found); buyers (who
    of them has a sale in the period); orders (sales); sold (net of the sales, R$); net (returns off, R$); aov
    (sold / orders), per_buyer (net / buyers), per_person (net / people), R$ to the cent; orders_per_buyer
    (two decimals). A mean without anybody to share is null. `store_keys`: only orders of these stores; the
    people are counted all the same.
    """
    inside = orders.filter(*standing(orders, since=since, until=until, store_keys=store_keys, among=people))
    sale = inside.kind == "sale"
    each = inside.group_by("customer_key").agg(
        orders=inside.count(where=sale),
        sold=inside.net.sum(where=sale).fill_null(0),
        net=inside.net.sum(),
    )
    bought = each.agg(
        buyers=each.count(where=each.orders > 0).cast("int64"),
        orders=each.orders.sum().fill_null(0).cast("int64"),
        sold=each.sold.sum().fill_null(0).cast("decimal(18, 2)"),
        net=each.net.sum().fill_null(0).cast("decimal(18, 2)"),
    )
    row = people.agg(people=people.count().cast("int64")).cross_join(bought)
    return row.select(
        "people",
        "buyers",
        "orders",
        "sold",
        "net",
        aov=hundredths(half_up(cents(row.sold), row.orders), "decimal(18, 2)"),
        per_buyer=hundredths(half_up(cents(row.net), row.buyers), "decimal(18, 2)"),
        per_person=hundredths(half_up(cents(row.net), row.people), "decimal(18, 2)"),
        orders_per_buyer=hundredths(half_up(row.orders * 100, row.buyers), "decimal(18, 2)"),
    )
