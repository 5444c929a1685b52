"""What most customers bought lately."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.portable import half_up, hundredths

DAYS = 90


def popular_products(
    items: ir.Table,
    products: ir.Table,
    *,
    as_of: dt.date,
    days: int = DAYS,
    limit: int = 1000,
    store_keys: Iterable[int] | None = None,
) -> ir.Table:
    """The products that most customers bought in the `days` days up to `as_of`, most buyers first.

    A buyer is an identified customer who took more of the product than came back in those days; a product
    that was only returned has none. Equal ones: more units first, then the lower key. Columns: product_key,
    name, group_name, brand; buyers; units (returns off); share (buyers / all who bought anything in those
    days, four decimals).
    """
    since = as_of - dt.timedelta(days=days - 1)
    lately = items.filter(
        items.customer_key.notnull(),
        items.product_key.notnull(),
        ~items.is_cancelled,
        items.ordered_on >= ibis.literal(since),
        items.ordered_on <= ibis.literal(as_of),
    )
    if store_keys is not None:
        lately = lately.filter(lately.store_key.isin(sorted(store_keys)))
    pairs = lately.group_by("product_key", "customer_key").agg(units=lately.quantity.sum())
    kept = pairs.filter(pairs.units > 0)
    sums = kept.group_by("product_key").agg(
        buyers=kept.count().cast("int64"), units=kept.units.sum().cast("decimal(18, 4)")
    )
    everybody = kept.agg(people=kept.customer_key.nunique().cast("int64"))
    named = sums.join(products, sums.product_key == products.product_key).cross_join(everybody)
    share = half_up(named.buyers * 10_000, named.people)
    hundredth = hundredths(ibis.literal(1, "int64"), "decimal(16, 2)")
    return (
        named.select(
            "product_key",
            "name",
            "group_name",
            "brand",
            "buyers",
            "units",
            share=(hundredths(share, "decimal(18, 2)") * hundredth).cast("decimal(9, 4)"),
        )
        .order_by([ibis.desc("buyers"), ibis.desc("units"), "product_key"])
        .limit(limit)
    )
