"""Who of a store's buyers came back, where, and how soon.

A purchase is a day with a sale. Only the stores in `store_keys` are seen at all, on either side: who bought
elsewhere did not, as far as the answer tells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.portable import half_up, hundredths, share
from recompra.analytics.standing import identified

WITHIN_DAYS = 90
BY = ("sale", "return")
"""Whether the period is that of the sale after which people come back, or that of their coming back."""


def store_returns(
    orders: ir.Table,
    *,
    since: dt.date,
    until: dt.date,
    as_of: dt.date,
    by: str = "sale",
    within_days: int = WITHIN_DAYS,
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> ir.Table:
    """How many of each store's buyers came back within `within_days` days.

    `by` "sale": of those who bought in the store from `since` to `until`, who came back after their first
    purchase there in the period, to any store, up to `as_of`. `by` "return": of those who bought in the store
    in the period, who had bought before, in any store; their first such purchase counts. Columns: store_key;
    buyers; came_back; same_store (who of them to, or from, the same store); waiting (not back, but their days
    are not over by `as_of`; by return nobody); known (buyers whose days are over) and known_back (who of them
    came back); rate (known_back / known, four decimals, null while nobody is known: early returners alone
    would flatter it); median_days (days between the two purchases of those who came back; of an even number
    the mean of the two in the middle); returned_value (net of the sales of the day they came back,
    R$).
    """
    steps = _steps(
        orders, since=since, until=until, as_of=as_of, by=by, within_days=within_days,
        store_keys=store_keys, among=among,
    )  # fmt: skip
    back = steps.days.notnull()
    sums = steps.group_by("store_key").agg(
        buyers=steps.count().cast("int64"),
        came_back=steps.count(where=back).cast("int64"),
        same_store=steps.count(where=back & (steps.store_key == steps.other_store_key)).cast("int64"),
        waiting=steps.count(where=~back & ~steps.is_over).cast("int64"),
        known=steps.count(where=steps.is_over).cast("int64"),
        known_back=steps.count(where=steps.is_over & back).cast("int64"),
        returned_value=steps.returned_value.sum().fill_null(0).cast("decimal(18, 2)"),
    )
    middles = _middles(steps.filter(back))
    both = sums.left_join(middles, sums.store_key == middles.store_key)
    return both.select(
        sums.store_key,
        "buyers",
        "came_back",
        "same_store",
        "waiting",
        "known",
        "known_back",
        rate=share(both.known_back, both.known),
        median_days=both.median_days,
        returned_value=both.returned_value,
    ).order_by("store_key")


def returned_people(
    orders: ir.Table,
    *,
    since: dt.date,
    until: dt.date,
    as_of: dt.date,
    by: str = "sale",
    within_days: int = WITHIN_DAYS,
    of_stores: Iterable[int] | None = None,
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> ir.Table:
    """The people whom `store_returns` counts as having come back, latest return first.

    `of_stores`: only those counted for these stores. One row per person and store. Columns: customer_key;
    store_key (the store that counts them); bought_on, bought_store_key, bought_value; returned_on,
    returned_store_key, returned_value; days between; last_on, last_value (the last purchase up to `as_of`).
    A value is the net of all sales of that day, R$; of several stores on the other day the one that counts
    the person is named if it is among them, else the lowest.
    """
    steps = _steps(
        orders, since=since, until=until, as_of=as_of, by=by, within_days=within_days,
        store_keys=store_keys, among=among,
    )  # fmt: skip
    back = steps.filter(steps.days.notnull())
    if of_stores is not None:
        back = back.filter(back.store_key.isin(sorted(of_stores)))
    sales = orders.filter(
        *identified(orders, until=as_of, store_keys=store_keys, among=back), orders.kind == "sale"
    )
    days = sales.group_by("customer_key", "ordered_on").agg(value=sales.net.sum())
    ends = days.group_by("customer_key").agg(last_on=days.ordered_on.max())
    last = ends.join(days, [ends.customer_key == days.customer_key, ends.last_on == days.ordered_on]).select(
        ends.customer_key, ends.last_on, last_value=days.value.cast("decimal(18, 2)")
    )
    both = back.join(last, "customer_key")
    at_sale = ibis.literal(by == "sale")
    return both.select(
        "customer_key",
        "store_key",
        bought_on=both.bought_on,
        bought_store_key=ibis.ifelse(at_sale, both.store_key, both.other_store_key),
        bought_value=both.bought_value,
        returned_on=both.returned_on,
        returned_store_key=ibis.ifelse(at_sale, both.other_store_key, both.store_key),
        returned_value=both.returned_value,
        days=both.days,
        last_on=both.last_on,
        last_value=both.last_value,
    ).order_by([ibis.desc("returned_on"), "customer_key", "store_key"])


def _steps(
    orders: ir.Table,
    *,
    since: dt.date,
    until: dt.date,
    as_of: dt.date,
    by: str,
    within_days: int,
    store_keys: Iterable[int] | None,
    among: ir.Table | None,
) -> ir.Table:
    """One row per buyer and store: the purchase that counts and, where there is one, the purchase after (by
    return: before) it.

    Columns: customer_key, store_key, other_store_key, bought_on, bought_value, returned_on, returned_value,
    days (null: did not come back), is_over (whether `within_days` have passed).
    """
    if by not in BY:
        raise ValueError(f"by must be one of {', '.join(BY)}, not {by!r}")
    span = dt.timedelta(days=within_days)
    starts = since if by == "sale" else since - span
    ends = min(as_of, until + span if by == "sale" else until)
    sales = orders.filter(
        *identified(orders, since=starts, until=ends, store_keys=store_keys, among=among),
        orders.kind == "sale",
    )
    visits = sales.group_by("customer_key", "ordered_on", "store_key").agg(value=sales.net.sum())
    days = visits.group_by("customer_key", "ordered_on").agg(
        value=visits.value.sum().cast("decimal(18, 2)"), low_store=visits.store_key.min()
    )
    pairs = _pairs(visits, _beside(days, by, within_days), since, until)
    chosen = _chosen(pairs, by)
    there = visits.select(
        "customer_key", other_on="ordered_on", store_key="store_key", there=ibis.literal(True)
    )
    both = chosen.left_join(there, ["customer_key", "other_on", "store_key"])
    is_over = both.ordered_on <= ibis.literal(as_of - span) if by == "sale" else ibis.literal(True)
    here = {"on": both.ordered_on, "value": both.value}
    other = {"on": both.other_on, "value": both.other_value}
    bought, returned = (here, other) if by == "sale" else (other, here)
    return both.select(
        both.customer_key,
        both.store_key,
        other_store_key=ibis.ifelse(both.there.fill_null(False), both.store_key, both.other_low_store),
        bought_on=bought["on"],
        bought_value=bought["value"],
        returned_on=returned["on"],
        returned_value=ibis.ifelse(both.days.notnull(), returned["value"], None),
        days=both.days,
        is_over=is_over,
    )


def _beside(days: ir.Table, by: str, within_days: int) -> ir.Table:
    """Each purchase day with the customer's next one (by return: the one before): other_on, other_value,
    other_low_store and the days between, all null where there is none within `within_days`."""
    in_order = ibis.window(group_by=days.customer_key, order_by=days.ordered_on)
    moved = {
        f"other_{name}": (days[column].lead() if by == "sale" else days[column].lag()).over(in_order)
        for name, column in (("on", "ordered_on"), ("value", "value"), ("low_store", "low_store"))
    }
    beside = days.mutate(**moved)
    apart = beside.other_on.delta(beside.ordered_on, unit="day").cast("int64").abs()
    near = apart <= within_days
    return beside.mutate(
        days=ibis.ifelse(near, apart, None),
        **{name: ibis.ifelse(near, beside[name], None) for name in moved},
    )


def _pairs(visits: ir.Table, beside: ir.Table, since: dt.date, until: dt.date) -> ir.Table:
    """The visits of the period, each with its day's value and the purchase day beside it."""
    inside = visits.filter(
        visits.ordered_on >= ibis.literal(since), visits.ordered_on <= ibis.literal(until)
    ).drop("value")
    return inside.join(beside, ["customer_key", "ordered_on"])


def _chosen(pairs: ir.Table, by: str) -> ir.Table:
    """Of each person's visits to a store in the period the one that counts: the first; by return, the first
    that follows another purchase, if any does."""
    firsts = pairs.group_by("customer_key", "store_key").agg(
        first_on=pairs.ordered_on.min(), back_on=pairs.ordered_on.min(where=pairs.days.notnull())
    )
    on = firsts.first_on if by == "sale" else ibis.coalesce(firsts.back_on, firsts.first_on)
    counts = firsts.select("customer_key", "store_key", ordered_on=on)
    return pairs.join(counts, ["customer_key", "store_key", "ordered_on"])


def _middles(back: ir.Table) -> ir.Table:
    """The median of `days` per store, exact on every engine: by counting the rows up to each value."""
    heights = back.group_by("store_key", "days").agg(height=back.count())
    upwards = heights.select(
        "store_key",
        "days",
        "height",
        up_to=heights.height.sum().over(
            ibis.cumulative_window(group_by=heights.store_key, order_by=heights.days)
        ),
        rows=heights.height.sum().over(ibis.window(group_by=heights.store_key)),
    )
    inside = upwards.filter(
        upwards.up_to * 2 >= upwards.rows, (upwards.up_to - upwards.height) * 2 <= upwards.rows
    )
    ends = inside.group_by("store_key").agg(both=inside.days.min() + inside.days.max())
    middle = half_up(ends.both * 100, ibis.literal(2, "int64"))
    return ends.select("store_key", median_days=hundredths(middle, "decimal(9, 2)"))
