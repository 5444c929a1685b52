"""What each customer took home, product by product, counted by days: the ground of every recommendation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.catalog import step
from recompra.analytics.portable import decayed, int64


@step
def taken(
    items: ir.Table,
    *,
    as_of: dt.date,
    customer_key: int | ir.IntegerScalar | None = None,
    among: ir.Table | None = None,
    store_keys: Iterable[int] | None = None,
) -> ir.Table:
    """The products that each customer bought up to `as_of` and did not bring back.

    One row per customer and product; of one customer (`customer_key`), of some (`among`, a table with
    `customer_key`), or of everybody. Who brought as much back as was bought never took it. Columns:
    customer_key; product_key; days (different days with a sale: quantities do not count, so a thousand units
    are one purchase); first_on, last_on; weight_30, weight_90, weight_360 (each day e to the power of -age /
    30, 90, 360, in millionths, added up).
    """
    named = items.filter(
        items.customer_key.notnull(),
        items.product_key.notnull(),
        ~items.is_cancelled,
        items.ordered_on <= ibis.literal(as_of),
    )
    if customer_key is not None:
        named = named.filter(named.customer_key == customer_key)
    if among is not None:
        named = named.semi_join(among, "customer_key")
    if store_keys is not None:
        named = named.filter(named.store_key.isin(sorted(store_keys)))
    is_sale = (named.kind == "sale") & (named.quantity > 0)
    days = named.group_by("customer_key", "product_key", "ordered_on").agg(
        units=named.quantity.sum(), sales=is_sale.sum()
    )
    days = days.mutate(age=ibis.literal(as_of).delta(days.ordered_on, unit="day").cast("int64"))
    sold = days.sales > 0
    pairs = days.group_by("customer_key", "product_key").agg(
        units=days.units.sum(),
        days=days.count(where=sold).cast("int64"),
        first_on=days.ordered_on.min(where=sold),
        last_on=days.ordered_on.max(where=sold),
        weight_30=int64(decayed(days.age, 30).sum(where=sold)),
        weight_90=int64(decayed(days.age, 90).sum(where=sold)),
        weight_360=int64(decayed(days.age, 360).sum(where=sold)),
    )
    return pairs.filter(pairs.units > 0, pairs.days > 0).drop("units")
