"""Who of a store's buyers came back, where, and how soon.

A purchase is a day with a sale, and worth all that was sold to the customer on it. Only the stores in
`store_keys` are seen at all, on either side: who bought elsewhere did not, as far as the answer tells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated

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
    by: Annotated[str, BY] = "sale",
    within_days: int = WITHIN_DAYS,
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> ir.Table:
    """How many of each store's buyers came back within `within_days` days.

    `by` "sale": of those who bought in the store from `since` to `until`, who came back after their first
    purchase there in the period, to any store, up to `as_of`. `by` "return": of those who bought in the store
    in the period, whose purchase followed an earlier one, in any store; the first that did counts. Columns:
    store_key; buyers; came_back; same_store (who of them to, or from, the same store); waiting (not back, but
    their days are not over by `as_of`; by return nobody); known (buyers whose days are over) and known_back
    (who of them came back); rate (known_back / known, four decimals, null while nobody is known: those who
    came back early, before the others had the time, would flatter it); median_days (days between the two
    purchases of all who came back; of an even number the mean of the two in the middle).
    """
    steps = _steps(
        orders, since=since, until=until, as_of=as_of, by=by, within_days=within_days,
        store_keys=store_keys, among=among,
    )  # fmt: skip
    back = steps.days.notnull()
    sums = steps.group_by("store_key").agg(
        buyers=steps.count().cast("int64"),
        came_back=steps.count(where=back).cast("int64"),
        same_store=steps.count(where=back & steps.is_same_store).cast("int64"),
        waiting=steps.count(where=~back & ~steps.is_over).cast("int64"),
        known=steps.count(where=steps.is_over).cast("int64"),
        known_back=steps.count(where=steps.is_over & back).cast("int64"),
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
    ).order_by("store_key")


def returned_people(
    orders: ir.Table,
    *,
    since: dt.date,
    until: dt.date,
    as_of: dt.date,
    by: Annotated[str, BY] = "sale",
    within_days: int = WITHIN_DAYS,
    of_stores: Iterable[int] | None = None,
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> ir.Table:
    """The people whom `store_returns` counts as having come back, latest return first.

    `of_stores`: only those counted for these stores. One row per person and store. Columns: customer_key;
    store_key (the store that counts them); bought_on, bought_store_key, bought_value; returned_on,
    returned_store_key, returned_value; days (between the two); last_on, last_value (the last purchase up to
    `as_of`). Values are R$. Of several stores on the other day, the one that counts the person is named if it
    is among them, else the lowest.
    """
    steps = _steps(
        orders, since=since, until=until, as_of=as_of, by=by, within_days=within_days,
        store_keys=store_keys, among=among,
    )  # fmt: skip
    back = steps.filter(steps.days.notnull())
    if of_stores is not None:
        back = back.filter(back.store_key.isin(sorted(of_stores)))
    eldest = since - dt.timedelta(days=within_days)
    sales = orders.filter(
        *identified(orders, since=eldest, until=as_of, store_keys=store_keys), orders.kind == "sale"
    )
    each = back.join(sales.select("customer_key", "ordered_on", "net", on_store="store_key"), "customer_key")
    is_here, is_other = each.ordered_on == each.here_on, each.ordered_on == each.other_on
    both = each.group_by(*back.columns).agg(
        here_value=each.net.sum(where=is_here).cast("decimal(18, 2)"),
        other_value=each.net.sum(where=is_other).cast("decimal(18, 2)"),
        other_store=each.on_store.min(where=is_other),
        last_on=each.ordered_on.max(),
    )
    ends = sales.group_by("customer_key", last_on=sales.ordered_on).agg(
        last_value=sales.net.sum().cast("decimal(18, 2)")
    )
    both = both.join(ends, ["customer_key", "last_on"])
    at = {
        "here": both.store_key,
        "other": ibis.ifelse(both.is_same_store, both.store_key, both.other_store),
    }
    bought, returned = ("here", "other") if by == "sale" else ("other", "here")
    return both.select(
        "customer_key",
        "store_key",
        bought_on=both[f"{bought}_on"],
        bought_store_key=at[bought],
        bought_value=both[f"{bought}_value"],
        returned_on=both[f"{returned}_on"],
        returned_store_key=at[returned],
        returned_value=both[f"{returned}_value"],
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
    """One row per buyer and store. Columns: customer_key, store_key, here_on (the purchase that counts),
    other_on (the one after it, by return before it; null: did not come back), days (between them),
    is_same_store, is_over (whether the time to come back has passed)."""
    if by not in BY:
        raise ValueError(f"by must be one of {', '.join(BY)}, not {by!r}")
    span = dt.timedelta(days=within_days)
    starts = since if by == "sale" else since - span
    ends = min(as_of, until + span if by == "sale" else until)
    sales = orders.filter(
        *identified(orders, since=starts, until=ends, store_keys=store_keys, among=among),
        orders.kind == "sale",
    )
    inside = sales.filter(sales.ordered_on >= ibis.literal(since), sales.ordered_on <= ibis.literal(until))
    if by == "sale":
        here = inside.group_by("customer_key", "store_key").agg(here_on=inside.ordered_on.min())
        steps = _nearest(here, sales, by, within_days)
    else:
        here = inside.select("customer_key", "store_key", here_on="ordered_on").distinct()
        steps = _first_back(_nearest(here, sales, by, within_days))
    gap = steps.days.as_interval("D")
    return steps.select(
        "customer_key",
        "store_key",
        "here_on",
        other_on=(steps.here_on + gap if by == "sale" else steps.here_on - gap).cast("date"),
        days=steps.days,
        is_same_store=(steps.days == steps.same_store_days).fill_null(False),
        is_over=steps.here_on <= ibis.literal(as_of - span) if by == "sale" else ibis.literal(True),
    )


def _nearest(here: ir.Table, sales: ir.Table, by: str, within_days: int) -> ir.Table:
    """Each of these purchases with the days to the customer's next one (by return: since the one before),
    to any store and to the same; null where there is none within `within_days`."""
    there = sales.select("customer_key", there_on=sales.ordered_on, same_store=sales.store_key)
    both = here.left_join(
        there,
        [
            here.customer_key == there.customer_key,
            *(
                (there.there_on > here.here_on, _days(there.there_on, here.here_on) <= within_days)
                if by == "sale"
                else (there.there_on < here.here_on, _days(here.here_on, there.there_on) <= within_days)
            ),
        ],
    )
    apart = _days(both.there_on, both.here_on).abs()
    return both.group_by("customer_key", "store_key", "here_on").agg(
        days=apart.min(), same_store_days=apart.min(where=both.store_key == both.same_store)
    )


def _first_back(steps: ir.Table) -> ir.Table:
    """Of each person's purchases in a store the first that followed another; where none did, the first."""
    firsts = steps.group_by("customer_key", "store_key").agg(
        first_on=steps.here_on.min(), back_on=steps.here_on.min(where=steps.days.notnull())
    )
    counts = firsts.select(
        "customer_key", "store_key", here_on=ibis.coalesce(firsts.back_on, firsts.first_on)
    )
    return steps.join(counts, ["customer_key", "store_key", "here_on"])


def _days(later: ir.DateValue, earlier: ir.DateValue) -> ir.IntegerValue:
    return later.delta(earlier, unit="day").cast("int64")


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
