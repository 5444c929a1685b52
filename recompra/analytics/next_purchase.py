"""When is the next purchase due? A customer's own rhythm, drawn towards that of everybody.

Several purchases of one day are one purchase day; an interval is the whole days between two of them. The
typical interval is the geometric mean of a customer's own intervals and of K more that are typical of
everybody: exp((sum of ln gap + K mu) / (n + K)), mu the mean logarithm of all intervals that ended. The mean
interval is pulled up by every long pause; on CDNOW and on simulated shops this one misses by a tenth to a
third less (docs/next-purchase.md). K = 2: of 1, 2 and 3 none is best everywhere, and the window keeps its
promise with 2.

The window holds four of five: between the tenth and the ninetieth percentile of how far, as a factor, past
intervals fell from what would have been said of them at their beginning, among intervals with as many before
them (LADDER). Who never came back is in no interval: the window speaks of those who do.

Logarithms are kept as whole billionths, so that a sum has one answer in whatever order it is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.catalog import step
from recompra.analytics.portable import half_up, nearest, quotient
from recompra.analytics.standing import identified

K = 2
"""How many intervals of everybody's stand beside one's own."""
LADDER = (0, 1, 2, 3, 5, 9, 17)
"""From how many intervals on they are judged among themselves: the more are known, the narrower the window.
Steps that double."""
ENOUGH = 50
"""A step with fewer intervals than this takes the percentiles of all: of fifty, five lie beyond each one."""
BILLION = 1_000_000_000
STEP = 1_000_000  # percentiles are told to a thousandth of a logarithm: a tenth of a percent of the interval
LONGEST = 3_650
"""No day is told that lies further off than ten years."""


@step
def purchase_intervals(
    orders: ir.Table, *, as_of: dt.date, store_keys: Iterable[int] | None = None
) -> ir.Table:
    """Every purchase day of every customer, with the interval that ended on it and what was known before.

    Columns: ordered_on; customer_key; gap_days (since the purchase day before; null on the first); log_gap
    (its natural logarithm in whole billionths); past (how many intervals had ended before this one);
    days_past (their sum); log_past (the sum of their logarithms, in billionths).
    """
    counted = orders.filter(*identified(orders, until=as_of, store_keys=store_keys))
    days = counted.filter(counted.kind == "sale").select("customer_key", "ordered_on").distinct()
    own = ibis.window(group_by=days.customer_key, order_by=days.ordered_on)
    placed = days.mutate(
        before=days.ordered_on.lag().over(own),
        first=days.ordered_on.min().over(own),
        place=ibis.row_number().over(own).cast("int64"),
    )
    gaps = placed.mutate(gap_days=placed.ordered_on.delta(placed.before, unit="day").cast("int64"))
    logs = gaps.mutate(log_gap=(gaps.gap_days.ln() * BILLION).floor().cast("int64"))
    so_far = ibis.cumulative_window(group_by=logs.customer_key, order_by=logs.ordered_on)
    summed = logs.mutate(log_sum=logs.log_gap.sum().over(so_far).cast("int64"))
    return summed.select(
        "ordered_on",
        "customer_key",
        "gap_days",
        "log_gap",
        past=ibis.greatest(summed.place - 1, 0),
        days_past=ibis.coalesce(summed.before.delta(summed.first, unit="day").cast("int64"), 0),
        log_past=ibis.coalesce(summed.log_sum - summed.log_gap, 0),
    )


@step
def interval_pool(intervals: ir.Table) -> ir.Table:
    """What is typical of everybody's intervals: one row for all, one per step of LADDER with ENOUGH of them.

    `intervals`: rows of `purchase_intervals`, those alone that ended before the day from which one looks. No
    row where none ended. Columns: past (the step: from so many earlier intervals on; -1: all together);
    intervals (how many); log_mean (mu, the mean logarithm of all, in billionths); low, high (a tenth of these
    intervals fell below, a tenth above, in thousandths of a logarithm from what would have been said).
    """
    ended = intervals.filter(intervals.gap_days.notnull())
    mean = ended.agg(log_mean=half_up(ended.log_gap.sum().cast("int64"), ended.count().cast("int64")))
    both = ended.cross_join(mean)
    off = quotient(both.log_gap - _log_expected(both.past, both.log_past, both.log_mean), ibis.literal(STEP))
    judged = both.select("log_mean", past=_step(both.past), off=off.floor().cast("int64"))
    counted = judged.group_by("log_mean", "past", "off").agg(n=judged.count().cast("int64"))
    whole = counted.mutate(past=ibis.literal(-1, "int64"))
    whole = whole.group_by("log_mean", "past", "off").agg(n=whole.n.sum().cast("int64"))
    steps = _percentiles(counted)
    return _percentiles(whole).union(steps.filter(steps.intervals >= ENOUGH))


def next_purchase(intervals: ir.Table, pool: ir.Table) -> ir.Table:
    """When each customer's next purchase is due: the shrunk geometric mean interval, and the window of four
    in five.

    `intervals`: `purchase_intervals` as of a day; `pool`: `interval_pool` of them. Nobody is in it where the
    pool is empty. Columns: customer_key; last_on; purchase_days; mean_days (the plain mean interval, a float;
    null for one purchase day); interval_days (the shrunk one, a float); next_on
    (last_on and the interval, to the nearest day); next_from, next_until (the first and the last whole day of
    the window; it always holds next_on); is_pooled (one purchase day: the interval is everybody's).
    """
    people = intervals.group_by("customer_key").agg(
        last_on=intervals.ordered_on.max(),
        past=intervals.count(where=intervals.gap_days.notnull()).cast("int64"),
        days_past=intervals.gap_days.sum().cast("int64"),
        log_past=ibis.coalesce(intervals.log_gap.sum().cast("int64"), 0),
    )
    told = _forecast(people, pool)
    return told.select(
        "customer_key",
        "last_on",
        purchase_days=told.past + 1,
        mean_days=quotient(told.days_past, told.past),
        interval_days=told.interval_days,
        next_on=_later(told.last_on, _near(nearest(told.interval_days))),
        next_from=_later(told.last_on, _near(told.from_days)),
        next_until=_later(told.last_on, _near(told.until_days)),
        is_pooled=told.past == 0,
    )


@step
def interval_forecasts(intervals: ir.Table, pool: ir.Table) -> ir.Table:
    """What would have been said of each interval that ended, on the day on which it began.

    `intervals`: as of `next_purchase`; `pool`: of those that had ended before the day of the judgement.
    Columns: customer_key; began_on; gap_days (how long it was); past (how many the customer had before);
    mean_days (their mean; null without any), interval_days (what `next_purchase` says), both floats;
    from_days, until_days (its window).
    """
    ended = intervals.filter(intervals.gap_days.notnull())
    told = _forecast(ended, pool)
    return told.select(
        "customer_key",
        "gap_days",
        "past",
        "interval_days",
        "from_days",
        "until_days",
        began_on=_later(told.ordered_on, -told.gap_days),
        mean_days=quotient(told.days_past, told.past),
    )


def _forecast(rows: ir.Table, pool: ir.Table) -> ir.Table:
    """`rows` (past, log_past, ...) with interval_days, from_days, until_days."""
    together = pool.filter(pool.past == -1).select("log_mean", all_low=pool.low, all_high=pool.high)
    steps = pool.filter(pool.past >= 0).select(step_past=pool.past, low=pool.low, high=pool.high)
    known = rows.cross_join(together).mutate(step=_step(rows.past))
    both = known.left_join(steps, known.step == steps.step_past)
    log = _log_expected(both.past, both.log_past, both.log_mean)
    told = both.mutate(
        interval_days=_days(log),
        least=_days(log + ibis.coalesce(both.low, both.all_low) * STEP).ceil().cast("int64"),
        most=_days(log + ibis.coalesce(both.high, both.all_high) * STEP).floor().cast("int64"),
    )
    on = nearest(told.interval_days)
    return told.mutate(from_days=ibis.least(told.least, on), until_days=ibis.greatest(told.most, on))


def _log_expected(past: ir.IntegerValue, log_past: ir.IntegerValue, mean: ir.IntegerValue) -> ir.IntegerValue:
    """The logarithm of the shrunk geometric mean, in billionths."""
    return half_up(log_past + K * mean, past + K)


def _step(past: ir.IntegerValue) -> ir.IntegerValue:
    """The step of LADDER on which so many intervals stand."""
    rungs = [(past >= rung, ibis.literal(rung, "int64")) for rung in reversed(LADDER)]
    return ibis.cases(*rungs, else_=ibis.literal(0, "int64"))


def _percentiles(counted: ir.Table) -> ir.Table:
    """Of (log_mean, past, off, n): the rows of `interval_pool`."""
    so_far = ibis.cumulative_window(group_by=counted.past, order_by=counted.off)
    ranked = counted.mutate(
        below=counted.n.sum().over(so_far).cast("int64"),
        of=counted.n.sum().over(ibis.window(group_by=counted.past)).cast("int64"),
    )
    return ranked.group_by("past").agg(
        intervals=ranked.n.sum().cast("int64"),
        log_mean=ranked.log_mean.max(),
        low=ranked.off.min(where=ranked.below * 10 >= ranked.of),
        high=ranked.off.min(where=ranked.below * 10 >= ranked.of * 9) + 1,
    )


def _days(log: ir.IntegerValue) -> ir.FloatingValue:
    return quotient(log, ibis.literal(BILLION)).exp()


def _near(days: ir.IntegerValue) -> ir.IntegerValue:
    """At least a day, at most LONGEST."""
    return ibis.greatest(ibis.least(days, LONGEST), 1)


def _later(day: ir.DateValue, days: ir.IntegerValue) -> ir.DateValue:
    return (day + days.as_interval("D")).cast("date")
