"""How many customers and how much money stand behind each cell of the RFM map."""

from __future__ import annotations

from collections.abc import Iterable

import ibis.expr.types as ir


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


def store_totals(scores: ir.Table) -> ir.Table:
    """Customers and money behind each square and segment of the RFM map, by preferred store.

    Columns: store_key (null: none known), recency_score, frequency_score, segment; customers; ltv (R$).
    """
    return (
        scores.group_by("store_key", "recency_score", "frequency_score", "segment")
        .agg(customers=scores.count(), ltv=scores.ltv.sum().cast("decimal(18, 2)"))
        .order_by("store_key", "recency_score", "frequency_score", "segment")
    )
