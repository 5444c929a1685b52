"""Per customer what a buy-till-you-die model knows: how often they came back, when last, how long ago first,
and what it came to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.portable import cents, half_up, hundredths
from recompra.analytics.standing import identified

_SHIFT, _HALF = 10**13, 5 * 10**12
_DAY_ZERO = dt.date(1, 1, 1)
_MOST = _HALF - 1
"""R$ 50 billion in cents: what one day's purchases come to is told within it."""


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
    sale = counted.kind == "sale"
    days = counted.group_by("customer_key", "ordered_on").agg(
        sales=counted.count(where=sale),
        spend=counted.net.sum(where=sale),
        net=counted.net.sum(),
    )
    bought = days.sales > 0
    number = days.ordered_on.delta(ibis.literal(_DAY_ZERO), unit="day").cast("int64")
    # One minimum of one integer (the day, then its money) instead of a second look for the first day.
    value = ibis.least(ibis.greatest(cents(days.spend.fill_null(0)), -_MOST), _MOST)
    people = (
        days.group_by("customer_key")
        .agg(
            purchases=bought.sum().cast("int64"),
            first_on=number.min(where=bought),
            last_on=number.max(where=bought),
            first=(number * _SHIFT + value + _HALF).min(where=bought),
            spend=days.spend.sum().fill_null(0).cast("decimal(18, 2)"),
            net=days.net.sum().cast("decimal(18, 2)"),
        )
        .filter(lambda t: t.purchases > 0)
    )
    first_spend = hundredths(people.first % _SHIFT - _HALF, "decimal(18, 2)")
    return _told(people.mutate(first_spend=first_spend), (as_of - _DAY_ZERO).days)


def _told(people: ir.Table, today: int) -> ir.Table:
    repeats = people.purchases - 1
    again = cents(people.spend) - cents(people.first_spend)
    return people.select(
        "customer_key",
        repeats=repeats,
        last_days=people.last_on - people.first_on,
        age_days=today - people.first_on,
        first_spend=people.first_spend,
        spend=people.spend,
        mean_spend=hundredths(half_up(cents(people.spend), people.purchases), "decimal(18, 2)"),
        mean_repeat_spend=hundredths(half_up(again, repeats), "decimal(18, 2)"),
        net=people.net,
    )


def purchase_groups(history: ir.Table) -> ir.Table:
    """The distinct histories of a base and how many customers have each: what a fit reads.

    Columns: repeats, last_days, age_days; customers.
    """
    return (
        history.group_by("repeats", "last_days", "age_days")
        .agg(customers=history.count().cast("int64"))
        .order_by("repeats", "last_days", "age_days")
    )


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
