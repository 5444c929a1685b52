"""Per customer what a buy-till-you-die model knows: how often they came back, when last, how long ago first,
and what it came to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.catalog import step
from recompra.analytics.portable import cents, half_up, hundredths
from recompra.analytics.standing import identified


@step
def purchase_history(orders: ir.Table, *, as_of: dt.date, store_keys: Iterable[int] | None) -> ir.Table:
    """Each customer's purchase days up to a day, as buy-till-you-die models count them.

    Everybody with at least one sale up to `as_of`; several sales of one day are one purchase. Columns:
    customer_key; repeats (purchase days after the first, x); last_days (days from the first to the last of
    them, t_x); age_days (days from the first to `as_of`, T); first_spend (net of the sales of the first
    purchase day, R$), spend (of all of them, R$, returns not taken off), mean_spend (per purchase day, R$ to
    the cent), mean_repeat_spend (per purchase day after the first; null without); net (all orders of the
    customer, returns off, R$).
    """
    counted = orders.filter(*identified(orders, until=as_of, store_keys=store_keys))
    order = {"group_by": [counted.customer_key, counted.kind], "order_by": counted.ordered_on}
    known = counted.select(
        "customer_key",
        "ordered_on",
        "net",
        is_sale=counted.kind == "sale",
        before=counted.ordered_on.lag().over(ibis.window(**order)),
        first_on=counted.ordered_on.min().over(ibis.window(**order, preceding=None, following=None)),
    )
    is_day = known.before.isnull() | (known.before < known.ordered_on)
    money = {
        "first_spend": known.net.sum(where=known.is_sale & (known.ordered_on == known.first_on)),
        "spend": known.net.sum(where=known.is_sale),
        "net": known.net.sum(),
    }
    people = known.group_by("customer_key").agg(
        purchases=known.count(where=known.is_sale & is_day).cast("int64"),
        first_on=known.ordered_on.min(where=known.is_sale),
        last_on=known.ordered_on.max(where=known.is_sale),
        **{name: amount.cast("decimal(18, 2)") for name, amount in money.items()},
    )
    return _told(people.filter(people.purchases > 0), as_of)


def _told(people: ir.Table, as_of: dt.date) -> ir.Table:
    today = ibis.literal(as_of)
    repeats = people.purchases - 1
    again = cents(people.spend) - cents(people.first_spend)
    return people.select(
        "customer_key",
        repeats=repeats,
        last_days=people.last_on.delta(people.first_on, unit="day").cast("int64"),
        age_days=today.delta(people.first_on, unit="day").cast("int64"),
        first_spend=people.first_spend,
        spend=people.spend,
        mean_spend=hundredths(half_up(cents(people.spend), people.purchases), "decimal(18, 2)"),
        mean_repeat_spend=hundredths(half_up(again, repeats), "decimal(18, 2)"),
        net=people.net,
    )


@step
def purchase_groups(history: ir.Table) -> ir.Table:
    """The distinct histories of a base and how many customers have each: what a fit reads.

    Columns: repeats, last_days, age_days; customers.
    """
    return (
        history.group_by("repeats", "last_days", "age_days")
        .agg(customers=history.count().cast("int64"))
        .order_by("repeats", "last_days", "age_days")
    )


@step
def spend_groups(history: ir.Table) -> ir.Table:
    """The distinct spends of a base and how many customers have each, of those who spent more than nothing.

    Columns: purchases (purchase days, the first one too); spend (R$); customers.
    """
    some = history.filter(history.spend > 0)
    return (
        some.group_by(purchases=some.repeats + 1, spend=some.spend)
        .agg(customers=some.count().cast("int64"))
        .order_by("purchases", "spend")
    )
