"""Whether the cuts would have told who buys: everybody scored as of a day, against what they bought after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.customer_summary import rfm_base
from recompra.analytics.portable import cents, half_up, hundredths, share
from recompra.analytics.rfm import Cuts, rfm
from recompra.analytics.standing import identified


def rfm_backtest(
    orders: ir.Table,
    *,
    as_of: dt.date,
    cuts: Cuts,
    days: int = 90,
    window_days: int | None = None,
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> ir.Table:
    """What the customers of each RFM segment and of each score, as of a day, bought in the days after it.

    The scores see nothing after `as_of`; the purchases are those of the `days` days that follow it, which
    must be over to be judged. One row per group. Columns: measure ("all", "segment", "recency", "frequency",
    "monetary", or "new": who bought for the first time in those days and stood in no list) and score (the
    segment's code, "1" to "5", or ""); customers; buyers (with a sale in those days); orders (sales); net
    (R$, returns off); share (buyers of customers); per_customer (R$ of net, buyers or not); lift (share over
    that of all, two decimals). share and lift are null for "new". `among`: only these customers.
    """
    own = orders if among is None else orders.filter(orders.customer_key.isin(among.customer_key))
    scored = rfm(rfm_base(own, as_of=as_of, window_days=window_days, store_keys=store_keys), cuts)
    after = _bought(own, as_of, days, store_keys)
    both = scored.left_join(after, [("customer_key", "who")])
    each = both.select(
        "segment",
        "recency_score",
        "frequency_score",
        "monetary_score",
        orders=both.orders.fill_null(0),
        net=both.net.fill_null(0),
    )
    new = after.anti_join(scored, [("who", "customer_key")]).filter(lambda t: t.orders > 0)
    rows = ibis.union(
        _summed(each, "all", ibis.literal("")),
        _summed(each, "segment", each.segment),
        _summed(each, "recency", each.recency_score.cast("string")),
        _summed(each, "frequency", each.frequency_score.cast("string")),
        _summed(each, "monetary", each.monetary_score.cast("string")),
        _summed(new, "new", ibis.literal("")),
    )
    return _compared(rows).order_by("measure", "score")


def _bought(orders: ir.Table, as_of: dt.date, days: int, store_keys: Iterable[int] | None) -> ir.Table:
    """Per customer (`who`) with anything in the days after: orders (sales), net."""
    first, last = as_of + dt.timedelta(days=1), as_of + dt.timedelta(days=days)
    counted = orders.filter(*identified(orders, since=first, until=last, store_keys=store_keys))
    return counted.group_by(who=counted.customer_key).agg(
        orders=counted.count(where=counted.kind == "sale"), net=counted.net.sum()
    )


def _summed(each: ir.Table, measure: str, score: ir.StringValue) -> ir.Table:
    """One row per score that anybody has."""
    named = each.mutate(measure=ibis.literal(measure), score=score)
    return named.group_by("measure", "score").agg(
        customers=named.count().cast("int64"),
        buyers=named.count(where=named.orders > 0).cast("int64"),
        orders=named.orders.sum().cast("int64"),
        net=named.net.sum().cast("decimal(18, 2)"),
    )


def _compared(rows: ir.Table) -> ir.Table:
    """With share, per_customer, and lift over the row of all."""
    is_all = rows.measure == "all"
    everybody = ibis.window()
    total = rows.customers.sum(where=is_all).over(everybody)
    bought = rows.buyers.sum(where=is_all).over(everybody)
    listed = rows.measure != "new"
    lift = half_up(rows.buyers * total * 100, rows.customers * bought)
    return rows.mutate(
        share=ibis.ifelse(listed, share(rows.buyers, rows.customers), None).cast("decimal(9, 4)"),
        per_customer=hundredths(half_up(cents(rows.net), rows.customers), "decimal(18, 2)"),
        lift=ibis.ifelse(listed, hundredths(lift, "decimal(18, 2)"), None).cast("decimal(18, 2)"),
    )
