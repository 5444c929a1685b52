"""One customer's months and last purchases, and the totals behind the panel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir


def monthly_spend(orders: ir.Table, customer_key: int, since: dt.date, until: dt.date) -> ir.Table:
    """What one customer spent in each month from `since` to `until`, both days included.

    Columns: month (its first day), net (R$, returns off), orders (sales). Months without anything are absent.
    """
    own = orders.filter(
        orders.customer_key == customer_key,
        ~orders.is_cancelled,
        orders.ordered_on.between(ibis.literal(since), ibis.literal(until)),
    )
    month = own.ordered_on.truncate("M").cast("date")
    return (
        own.group_by(month=month)
        .agg(
            net=own.net.sum().cast("decimal(18, 2)"),
            orders=own.count(where=own.kind == "sale"),
        )
        .order_by("month")
    )


def last_orders(
    orders: ir.Table, items: ir.Table, products: ir.Table, customer_key: int, limit: int = 10
) -> ir.Table:
    """One customer's last `limit` orders, line by line, newest first.

    Cancelled ones and returns come too, marked.

    Columns: order_key, ordered_at, ordered_on, store_key, kind, is_cancelled, is_online, order_net, line,
    product, group_name, quantity, unit_price, net. An order without lines comes once, its line columns
    null.
    """
    own = orders.filter(orders.customer_key == customer_key)
    newest = own.order_by([ibis.desc("ordered_at"), ibis.desc("order_key")]).limit(limit)
    lines = items.filter(items.customer_key == customer_key)
    joined = newest.left_join(lines, newest.order_key == lines.order_key)
    named = joined.left_join(products, lines.product_key == products.product_key)
    return named.select(
        newest.order_key,
        newest.ordered_at,
        newest.ordered_on,
        newest.store_key,
        newest.kind,
        newest.is_cancelled,
        newest.is_online,
        order_net=newest.net,
        line=lines.line,
        product=products.name,
        group_name=products.group_name,
        quantity=lines.quantity,
        unit_price=lines.unit_price,
        net=lines.net,
    ).order_by([ibis.desc("ordered_at"), ibis.desc("order_key"), "line"])


def segment_totals(scores: ir.Table, store_keys: Iterable[int] | None = None) -> ir.Table:
    """Customers and money behind each cell of the RFM map.

    Columns: recency_score, frequency_score, monetary_score, segment; customers; monetary and ltv (R$);
    orders; repeaters (customers of two purchase days or more); last_on. `store_keys`: only of these
    preferred stores.
    """
    own = scores if store_keys is None else scores.filter(scores.store_key.isin(sorted(store_keys)))
    return (
        own.group_by("recency_score", "frequency_score", "monetary_score", "segment")
        .agg(
            customers=own.count(),
            monetary=own.monetary.sum().cast("decimal(18, 2)"),
            ltv=own.ltv.sum().cast("decimal(18, 2)"),
            orders=own.orders.sum().cast("int64"),
            repeaters=own.count(where=own.purchase_days >= 2),
            last_on=own.last_on.max(),
        )
        .order_by("recency_score", "frequency_score", "monetary_score", "segment")
    )
