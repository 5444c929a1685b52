"""What one customer bought, product by product."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir


def most_bought(
    items: ir.Table,
    products: ir.Table,
    customer_key: int | ir.IntegerScalar,
    *,
    until: dt.date,
    since: dt.date | None = None,
    store_keys: Iterable[int] | None = None,
) -> ir.Table:
    """What one customer bought from `since` (None: ever) to `until`, both included, by product, most spent
    first.

    Cancelled orders are left out, returns taken off. Columns: product_key (null: the shop named none), name,
    group_name, brand, color, attributes (a JSON object of whatever else the shop tells); units; spent (R$);
    last_on (day of the last sale, null: returns only). Whoever groups by an attribute adds up these rows:
    engines read JSON each in their own way, and one customer's products are a handful.
    """
    own = items.filter(
        items.customer_key == customer_key, ~items.is_cancelled, items.ordered_on <= ibis.literal(until)
    )
    if since is not None:
        own = own.filter(own.ordered_on >= ibis.literal(since))
    if store_keys is not None:
        own = own.filter(own.store_key.isin(sorted(store_keys)))
    sums = own.group_by("product_key").agg(
        units=own.quantity.sum().cast("decimal(18, 4)"),
        spent=own.net.sum().cast("decimal(18, 2)"),
        last_on=own.ordered_on.max(where=own.kind == "sale"),
    )
    named = sums.left_join(products, sums.product_key == products.product_key)
    return named.select(
        sums.product_key,
        products.name,
        products.group_name,
        products.brand,
        products.color,
        products.attributes,
        sums.units,
        sums.spent,
        sums.last_on,
    ).order_by([ibis.desc("spent"), ibis.desc("units"), "product_key"])
