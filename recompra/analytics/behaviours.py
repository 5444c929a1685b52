"""The five behaviours from which the risk of losing a customer is told, in units that a person reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.portable import cents, half_up, hundredths
from recompra.analytics.standing import identified

YEAR, QUARTER = 365, 90  # days; of equal length, so that one stretch compares with the one before


def behaviours(
    orders: ir.Table,
    order_items: ir.Table,
    products: ir.Table,
    *,
    as_of: dt.date,
    store_keys: Iterable[int] | None = None,
) -> ir.Table:
    """The five behaviours of each customer with a sale up to `as_of`: last purchase, ticket, frequency,
    growth and mix.

    Columns: customer_key; recency_days (since the last sale); ticket_12m, ticket_before (R$, net of sales /
    number of sales in the last 365 days and in the 365 before, to the cent; null without sales); days_12m
    (purchase days in the last 365 days); mean_interval_days, interval_spread_days (mean and standard
    deviation of the days between purchase days, all history; null for one purchase day); spent_90,
    spent_90_before (R$, net of sales and returns in the last 90 days and in the 90 before); products_12m,
    groups_12m (different products and groups bought in the last 365 days; 0 where the shop names none);
    units_12m (units bought in them). Several orders of one day are one purchase day.
    """
    counted = orders.filter(*identified(orders, until=as_of, store_keys=store_keys))
    people = _people(_purchase_days(counted), as_of)
    sold = order_items.filter(
        *identified(order_items, since=_back(as_of, YEAR), until=as_of, store_keys=store_keys),
        order_items.kind == "sale",
    )
    goods = _mix(sold, products)
    both = people.left_join(goods, people.customer_key == goods.customer_key)
    return both.select(
        *(people[name] for name in people.columns if name != "units_12m"),
        products_12m=goods.products_12m.fill_null(0).cast("int64"),
        groups_12m=goods.groups_12m.fill_null(0).cast("int64"),
        units_12m=people.units_12m,
    )


def _purchase_days(counted: ir.Table) -> ir.Table:
    """Per customer and day: sales, their net and units, the net with returns; the days since the purchase
    day before (null: a first one, or a day of returns alone)."""
    sale = counted.kind == "sale"
    days = counted.group_by("customer_key", "ordered_on").agg(
        sales=counted.count(where=sale),
        sold=counted.net.sum(where=sale).fill_null(0),
        units=counted.units.sum(where=sale).fill_null(0),
        net=counted.net.sum(),
    )
    bought = (days.sales > 0).ifelse(1, 0)
    # Days of returns alone are a group of their own, so that they do not come between two purchases.
    before = days.ordered_on.lag().over(
        ibis.window(group_by=[days.customer_key, bought], order_by=days.ordered_on)
    )
    return days.mutate(gap=days.ordered_on.delta(before, unit="day").cast("int64"))


def _people(days: ir.Table, as_of: dt.date) -> ir.Table:
    """Per customer everything but the products."""
    bought = days.sales > 0
    year = days.ordered_on >= ibis.literal(_back(as_of, YEAR))
    before = ~year & (days.ordered_on >= ibis.literal(_back(as_of, 2 * YEAR)))
    quarter = days.ordered_on >= ibis.literal(_back(as_of, QUARTER))
    earlier = ~quarter & (days.ordered_on >= ibis.literal(_back(as_of, 2 * QUARTER)))
    sums = (
        days.group_by("customer_key")
        .agg(
            last_on=days.ordered_on.max(where=bought),
            sold=days.sold.sum(where=year),
            sales=days.sales.sum(where=year),
            sold_before=days.sold.sum(where=before),
            sales_before=days.sales.sum(where=before),
            days_12m=bought.sum(where=year).fill_null(0).cast("int64"),
            intervals=days.gap.count(where=bought),
            total=days.gap.sum(where=bought).cast("int64"),
            squares=(days.gap * days.gap).sum(where=bought).cast("int64"),
            spent_90=_money(days.net.sum(where=quarter)),
            spent_90_before=_money(days.net.sum(where=earlier)),
            units_12m=days.units.sum(where=year).fill_null(0).cast("decimal(18, 4)"),
        )
        .filter(lambda t: t.last_on.notnull())
    )
    return sums.select(
        "customer_key",
        recency_days=ibis.literal(as_of).delta(sums.last_on, unit="day").cast("int64"),
        ticket_12m=_ticket(sums.sold, sums.sales),
        ticket_before=_ticket(sums.sold_before, sums.sales_before),
        days_12m=sums.days_12m,
        mean_interval_days=hundredths(half_up(sums.total * 100, sums.intervals), "decimal(9, 2)"),
        interval_spread_days=hundredths(_spread(sums), "decimal(9, 2)"),
        spent_90=sums.spent_90,
        spent_90_before=sums.spent_90_before,
        units_12m=sums.units_12m,
    )


def _mix(sold: ir.Table, products: ir.Table) -> ir.Table:
    """Per customer how many different products and groups."""
    named = sold.filter(sold.product_key.notnull()).select("customer_key", "product_key").distinct()
    known = named.left_join(products, named.product_key == products.product_key)
    told = known.select("customer_key", "group_name")
    kinds = told.group_by("customer_key", "group_name").agg(n=told.count())
    return kinds.group_by("customer_key").agg(products_12m=kinds.n.sum(), groups_12m=kinds.group_name.count())


def _spread(sums: ir.Table) -> ir.IntegerValue:
    """The standard deviation of the intervals (population) in hundredths of a day, rounded half up.

    Twice the root of an integer is cut, and one more halving rounds it. Exact for histories of up to 35,000
    days.
    """
    variance = half_up((sums.intervals * sums.squares - sums.total * sums.total) * 100, sums.intervals)
    quadruple = half_up(variance * 400, sums.intervals)  # 4 * variance in 1/100 days squared
    return half_up(quadruple.sqrt().floor().cast("int64"), ibis.literal(2, "int64"))


def _ticket(sold: ir.DecimalValue, sales: ir.IntegerValue) -> ir.DecimalValue:
    return hundredths(half_up(cents(sold), sales), "decimal(18, 2)")


def _money(amount: ir.DecimalValue) -> ir.DecimalValue:
    return amount.fill_null(0).cast("decimal(18, 2)")


def _back(as_of: dt.date, days: int) -> dt.date:
    """The first of so many days that end with `as_of`."""
    return as_of - dt.timedelta(days=days - 1)
