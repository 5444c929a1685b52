"""Who changed RFM segment between two days, and how much money stands behind each move.

Both days are scored with the same cuts: whoever moves has changed, and not the ruler. Recency looks at all
history, so nobody ever leaves the list; who stops buying goes down in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis.expr.types as ir

from recompra.analytics.customer_summary import rfm_base
from recompra.analytics.rfm import Cuts, rfm


def rfm_moves(
    orders: ir.Table,
    *,
    since: dt.date,
    until: dt.date,
    cuts: Cuts,
    window_days: int | None = None,
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> ir.Table:
    """The RFM segment of every customer at the end of two days, by the same cuts.

    Columns: customer_key; segment_since (a code; null: no purchase yet, so the customer came in between);
    segment_until; bought (whether there was a sale after `since`); ltv_since and ltv_until (net spend up to
    each day, R$). `window_days` as in `rfm_base`, back from each of the days; `among`: only these customers.
    """
    own = orders if among is None else orders.filter(orders.customer_key.isin(among.customer_key))
    then = _standing(own, since, cuts, window_days, store_keys)
    named = then.select(who="customer_key", segment_since="segment", ltv_since="ltv")
    now = _standing(own, until, cuts, window_days, store_keys)
    both = now.left_join(named, [("customer_key", "who")])
    return both.select(
        "customer_key",
        "segment_since",
        segment_until=both.segment,
        bought=both.recency_days < (until - since).days,
        ltv_since=both.ltv_since.fill_null(0).cast("decimal(18, 2)"),
        ltv_until=both.ltv,
    )


def rfm_migration(
    orders: ir.Table,
    *,
    since: dt.date,
    until: dt.date,
    cuts: Cuts,
    window_days: int | None = None,
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> ir.Table:
    """How many customers, with how much money, went from each RFM segment to each between two days.

    Stayers included. Columns: segment_since (null: came in, the first purchase lies between the days);
    segment_until; customers; buyers (of them, with a sale after `since`); ltv_since, ltv_until (their net
    spend up to each day, R$; the difference is what they spent between the days). See `rfm_moves`.
    """
    moved = rfm_moves(
        orders,
        since=since,
        until=until,
        cuts=cuts,
        window_days=window_days,
        store_keys=store_keys,
        among=among,
    )
    return (
        moved.group_by("segment_since", "segment_until")
        .agg(
            customers=moved.count().cast("int64"),
            buyers=moved.bought.sum().cast("int64"),
            ltv_since=moved.ltv_since.sum().cast("decimal(18, 2)"),
            ltv_until=moved.ltv_until.sum().cast("decimal(18, 2)"),
        )
        .order_by("segment_since", "segment_until")
    )


def _standing(
    orders: ir.Table, as_of: dt.date, cuts: Cuts, window_days: int | None, store_keys: Iterable[int] | None
) -> ir.Table:
    """customer_key, recency_days, segment, ltv as of a day."""
    base = rfm_base(orders, as_of=as_of, window_days=window_days, store_keys=store_keys)
    scored = rfm(base, cuts)
    if window_days is None:
        return scored.select("customer_key", "recency_days", "segment", ltv=scored.monetary)
    ever = rfm_base(orders, as_of=as_of, store_keys=store_keys).select(who="customer_key", ltv="monetary")
    both = scored.join(ever, [("customer_key", "who")])
    return both.select("customer_key", "recency_days", "segment", "ltv")
