"""What each customer did in a period, and what is usual among all of them.

Only orders that stand count: not cancelled, of an identified customer. Purchases are of kind "sale"; a return
lowers what was spent and nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.portable import cents, half_up, hundredths

MEASURES = ("spent", "orders", "aov", "items_per_order", "discount_share", "mean_interval_days")
"""The figures that have a median."""


def period_figures(
    orders: ir.Table,
    *,
    until: dt.date,
    since: dt.date | None = None,
    store_keys: Iterable[int] | None = None,
) -> ir.Table:
    """Each customer's figures from `since` (None: the first purchase) to `until`, both days included.

    Everybody with a sale in the period. Columns: customer_key; spent (net, returns off, R$); orders (sales);
    aov (net of sales / sales, R$, to the cent); items_per_order (units of sales / sales, two decimals);
    discount_share (discount of sales / their gross, four decimals; null without gross); returns (how many);
    returned (their net, R$, positive); purchase_days; first_on, last_on; mean_interval_days ((last - first)
    / (purchase_days - 1), null for one day). `store_keys`: only what was bought there.
    """
    counted = _counted(orders, until, since, store_keys)
    sums = _sums(counted)
    bought = counted.filter(counted.kind == "sale").group_by("customer_key", "ordered_on").agg()
    days = bought.group_by("customer_key").agg(purchase_days=bought.count().cast("int64"))
    people = sums.inner_join(days, "customer_key")
    span = people.last_on.delta(people.first_on, unit="day").cast("int64")
    items = half_up((people.units * 10_000).cast("int64"), people.orders * 100)
    discount = half_up(cents(people.discount) * 10_000, cents(people.gross))
    return people.select(
        "customer_key",
        "spent",
        "orders",
        aov=hundredths(half_up(cents(people.sold), people.orders), "decimal(18, 2)"),
        items_per_order=hundredths(items, "decimal(18, 2)"),
        discount_share=(hundredths(discount, "decimal(18, 2)") * _HUNDREDTH).cast("decimal(9, 4)"),
        returns=people.returns,
        returned=people.returned,
        purchase_days=people.purchase_days,
        first_on=people.first_on,
        last_on=people.last_on,
        mean_interval_days=hundredths(half_up(span * 100, people.purchase_days - 1), "decimal(9, 2)"),
    )


def typical_customer(figures: ir.Table) -> ir.Table:
    """The median of each figure among the customers of `period_figures` who have it.

    One row per figure: spent, orders, aov, items_per_order, discount_share, mean_interval_days. Columns:
    measure; customers (how many have it); median (of an even number the mean of the two in the middle,
    decimal(18, 4)).
    """
    return ibis.union(*(_middle(figures, name) for name in MEASURES))


_HUNDREDTH = hundredths(ibis.literal(1, "int64"), "decimal(16, 2)")


def _counted(
    orders: ir.Table, until: dt.date, since: dt.date | None, store_keys: Iterable[int] | None
) -> ir.Table:
    found = orders.filter(
        orders.customer_key.notnull(), ~orders.is_cancelled, orders.ordered_on <= ibis.literal(until)
    )
    if since is not None:
        found = found.filter(found.ordered_on >= ibis.literal(since))
    return found if store_keys is None else found.filter(found.store_key.isin(sorted(store_keys)))


def _sums(counted: ir.Table) -> ir.Table:
    """Per customer: all net; of sales how many, net, units, gross, discount, first and last day; returns."""
    sale, back = counted.kind == "sale", counted.kind == "return"
    return counted.group_by("customer_key").agg(
        spent=counted.net.sum().cast("decimal(18, 2)"),
        orders=counted.count(where=sale).cast("int64"),
        sold=counted.net.sum(where=sale),
        units=counted.units.sum(where=sale),
        gross=counted.gross.sum(where=sale),
        discount=counted.discount.sum(where=sale),
        returns=counted.count(where=back).cast("int64"),
        returned=(-counted.net.sum(where=back).fill_null(0)).cast("decimal(18, 2)"),
        first_on=counted.ordered_on.min(where=sale),
        last_on=counted.ordered_on.max(where=sale),
    )


def _middle(figures: ir.Table, name: str) -> ir.Table:
    """One row of `typical_customer`, exact on every engine: by counting the rows up to each value."""
    whole = figures.select(value=(figures[name] * 10_000).cast("int64"))
    heights = whole.filter(whole.value.notnull()).group_by("value").agg(height=lambda t: t.count())
    upwards = heights.select(
        "value",
        "height",
        up_to=heights.height.sum().over(ibis.cumulative_window(order_by="value")),
        rows=heights.height.sum().over(),
    )
    inside = upwards.filter(
        upwards.up_to * 2 >= upwards.rows, (upwards.up_to - upwards.height) * 2 <= upwards.rows
    )
    halves = inside.agg(both=inside["value"].min() + inside["value"].max(), rows=inside.rows.max())
    median = hundredths(half_up(halves.both, ibis.literal(2, "int64")), "decimal(18, 2)")
    return halves.select(
        measure=ibis.literal(name),
        customers=halves.rows.fill_null(0).cast("int64"),
        median=(median * _HUNDREDTH).cast("decimal(18, 4)"),
    )
