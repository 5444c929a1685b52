"""How often customers came, and how often since they last took each product: what habits are measured by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.catalog import step


@step
def taken_visits(
    items: ir.Table,
    taken: ir.Table,
    *,
    as_of: dt.date,
    among: ir.Table | None = None,
    store_keys: Iterable[int] | None = None,
) -> ir.Table:
    """`taken` with what the customer did around it; of everybody, or of some (`among`).

    Columns: those of `taken`; visits (days on which the customer bought anything that has a key); since (of
    them, those after the last one with this product).
    """
    sold = items.filter(
        items.customer_key.notnull(),
        items.product_key.notnull(),
        ~items.is_cancelled,
        items.kind == "sale",
        items.quantity > 0,
        items.ordered_on <= ibis.literal(as_of),
    )
    if among is not None:
        sold = sold.semi_join(among, "customer_key")
    if store_keys is not None:
        sold = sold.filter(sold.store_key.isin(sorted(store_keys)))
    days = sold.select("customer_key", "ordered_on").distinct()
    numbered = days.select(
        "customer_key",
        last_on="ordered_on",
        left=ibis.row_number().over(group_by=days.customer_key, order_by=days.ordered_on.desc()),
        visits=days.count().over(group_by=days.customer_key),
    )
    both = taken.join(numbered, ["customer_key", "last_on"])
    return both.select(*taken.columns, visits=both.visits.cast("int64"), since=both.left.cast("int64"))
