"""What the shop sold in a period, with and without an identified customer."""

from collections.abc import Iterable
from datetime import date

import ibis
import ibis.expr.types as ir

MONEY = "decimal(18, 2)"


def sales_totals(
    orders: ir.Table, *, since: date, until: date, store_keys: Iterable[int] | None = None
) -> ir.Table:
    """What the shop sold from `since` to `until`. One row; both days included, cancelled orders left out.

    `net` and `identified_net` are R$ with returns taken off; `sales` and `identified_sales` count sale
    orders; `sales_net` is R$ of sale orders alone, so that `sales_net / sales` is the average order value.
    Every column is zero when nothing was sold.
    """
    valid = orders.filter(~orders.is_cancelled, orders.ordered_on >= since, orders.ordered_on <= until)
    if store_keys is not None:
        valid = valid.filter(valid.store_key.isin(sorted(store_keys)))
    is_sale = valid.kind == "sale"
    known = valid.customer_key.notnull()
    zero = ibis.literal(0).cast(MONEY)
    return valid.aggregate(
        net=ibis.coalesce(valid.net.sum(), zero).cast(MONEY),
        identified_net=ibis.coalesce(valid.net.sum(where=known), zero).cast(MONEY),
        sales_net=ibis.coalesce(valid.net.sum(where=is_sale), zero).cast(MONEY),
        sales=valid.count(where=is_sale).cast("int64"),
        identified_sales=valid.count(where=is_sale & known).cast("int64"),
    )
