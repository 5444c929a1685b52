"""Per customer: first and last purchase, orders, purchase days, spend, mean order, mean interval, store,
online.

Only orders that stand count: not cancelled, on or before `as_of`, of an identified customer. Purchases are
of kind "sale"; a return lowers the money and nothing else. Several orders of one day are one purchase day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.catalog import step
from recompra.analytics.portable import cents, half_up, hundredths


@step
def rfm_base(
    orders: ir.Table,
    *,
    as_of: dt.date,
    window_days: int | None = None,
    store_keys: Iterable[int] | None = None,
) -> ir.Table:
    """What the scores need and no more.

    Columns: customer_key, recency_days, frequency, monetary (R$).

    `window_days` limits frequency (purchase days) and monetary (net spend, R$) to the days `as_of -
    window_days + 1` to `as_of`; None is all history. Recency always looks at all history, so a customer
    stays in the list.
    """
    days = _days(_valid(orders, as_of, store_keys))
    within = _within(days, as_of, window_days)
    bought = days.sales > 0
    return (
        days.group_by("customer_key")
        .agg(
            last_on=days.ordered_on.max(where=bought),
            frequency=bought.sum(where=within),
            monetary=days.net.sum(where=within),
        )
        .filter(lambda t: t.last_on.notnull())
        .select(
            "customer_key",
            recency_days=lambda t: ibis.literal(as_of).delta(t.last_on, unit="day").cast("int64"),
            frequency=lambda t: t.frequency.fill_null(0).cast("int64"),
            monetary=lambda t: t.monetary.fill_null(0).cast("decimal(18, 2)"),
        )
    )


def customer_summary(
    orders: ir.Table,
    *,
    as_of: dt.date,
    window_days: int | None = None,
    store_keys: Iterable[int] | None = None,
) -> ir.Table:
    """Each customer's purchases in one row, for everybody with at least one sale up to `as_of`.

    Columns: customer_key; first_on, last_on (days); orders (sales); purchase_days; ltv (net spend, returns
    off, R$); aov (net of sales / number of sales, R$, to the cent); mean_interval_days ((last - first) /
    (purchase_days - 1), null for one day); store_key (most purchase days in the 12 months up to `as_of`,
    then the latest, then the lowest key; without any, the store of the last purchase); is_online (ever
    bought online); recency_days; frequency and monetary in the window (see `rfm_base`).
    """
    days = _days(_valid(orders, as_of, store_keys))
    within = _within(days, as_of, window_days)
    bought = days.sales > 0
    people = (
        days.group_by("customer_key")
        .agg(
            first_on=days.ordered_on.min(where=bought),
            last_on=days.ordered_on.max(where=bought),
            orders=days.sales.sum().cast("int64"),
            purchase_days=bought.sum().cast("int64"),
            ltv=days.net.sum().cast("decimal(18, 2)"),
            sold=days.sold.sum(),
            is_online=days.online_sales.sum() > 0,
            frequency=bought.sum(where=within).fill_null(0).cast("int64"),
            monetary=days.net.sum(where=within).fill_null(0).cast("decimal(18, 2)"),
        )
        .filter(lambda t: t.purchase_days > 0)
    )
    stores = preferred_stores(orders, as_of=as_of, store_keys=store_keys)
    joined = people.left_join(stores, people.customer_key == stores.customer_key)
    span = people.last_on.delta(people.first_on, unit="day").cast("int64")
    return joined.select(
        people.customer_key,
        people.first_on,
        people.last_on,
        people.orders,
        people.purchase_days,
        people.ltv,
        aov=hundredths(half_up(cents(people.sold), people.orders), "decimal(18, 2)"),
        mean_interval_days=hundredths(half_up(span * 100, people.purchase_days - 1), "decimal(9, 2)"),
        store_key=stores.store_key,
        is_online=people.is_online,
        recency_days=ibis.literal(as_of).delta(people.last_on, unit="day").cast("int64"),
        frequency=people.frequency,
        monetary=people.monetary,
    )


def preferred_stores(
    orders: ir.Table, *, as_of: dt.date, store_keys: Iterable[int] | None = None
) -> ir.Table:
    """The store where each customer prefers to buy.

    Columns: customer_key, store_key. It is the store of most purchase days in the 12 months up to `as_of`,
    then of the latest purchase, then of the lowest key; for who bought nothing in them, the store of the
    last purchase.
    """
    # One maximum of one integer (days, last day, the store's rank): no sort, and ties break alike everywhere.
    counted = _valid(orders, as_of, store_keys)
    sales = counted.filter(counted.kind == "sale")
    names = sales.select("store_key").distinct()
    ranked = names.select("store_key", place=ibis.row_number().over(order_by=names.store_key))
    year_ago = _a_year_before(as_of)
    visits = sales.group_by("customer_key", "store_key", "ordered_on").agg(n=sales.count())
    per_store = visits.group_by("customer_key", "store_key").agg(
        days=(visits.ordered_on > ibis.literal(year_ago)).sum(),
        last_on=visits.ordered_on.max(),
    )
    known = per_store.join(ranked, "store_key")
    ago = ibis.literal(as_of).delta(known.last_on, unit="day").cast("int64")
    score = (known.days.cast("int64") * 1_000_000 + (999_999 - ago)) * 1_000_000 + (999_999 - known.place)
    best = known.group_by("customer_key").agg(best=score.max())
    place = 999_999 - best.best % 1_000_000
    found = best.select("customer_key", place=place)
    return found.join(ranked, "place").select("customer_key", "store_key")


def _valid(orders: ir.Table, as_of: dt.date, store_keys: Iterable[int] | None = None) -> ir.Table:
    """The orders that count as of a day, in some stores (None: in all)."""
    found = orders.filter(
        orders.customer_key.notnull(), ~orders.is_cancelled, orders.ordered_on <= ibis.literal(as_of)
    )
    return found if store_keys is None else found.filter(found.store_key.isin(sorted(store_keys)))


def _days(counted: ir.Table) -> ir.Table:
    """Per customer and day: sales (how many), online_sales, sold (net of sales), net (returns off)."""
    sale = counted.kind == "sale"
    return counted.group_by("customer_key", "ordered_on").agg(
        sales=counted.count(where=sale),
        online_sales=counted.count(where=sale & counted.is_online),
        sold=counted.net.sum(where=sale).fill_null(0),
        net=counted.net.sum(),
    )


def _within(days: ir.Table, as_of: dt.date, window_days: int | None) -> ir.BooleanValue:
    if window_days is None:
        return days.ordered_on <= ibis.literal(as_of)
    return days.ordered_on > ibis.literal(as_of - dt.timedelta(days=window_days))


def _a_year_before(day: dt.date) -> dt.date:
    """The same day of the year before; of 29 February, 28 February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
