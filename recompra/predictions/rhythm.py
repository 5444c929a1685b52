"""When each customer's next purchase is due, and how well that was told of the shop's own past."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import ibis
import ibis.expr.types as ir

from recompra.analytics.next_purchase import (
    LADDER,
    K,
    interval_forecasts,
    interval_pool,
    next_purchase,
    purchase_intervals,
)
from recompra.analytics.portable import half_up
from recompra.predictions.part import NOT_ENOUGH, Asked, NotEnoughData, Part, Record, rounded
from recompra.warehouse.contract import Desk

JUDGED_FROM = 2
"""Intervals that a customer must have had: with fewer the mean and the median are no baselines."""
LEAST = 30
"""Fewer intervals than this tell nothing of who is better."""
NOT_BETTER = "not_better"
NEAR_DAYS = 7
THOUSAND, TEN = 1_000, 10
SAID = ("interval", "mean", "median")
"""Who is compared: our interval, and the mean and the median of the customer's own so far."""


COLUMNS = ("customer_key", "interval_days", "next_on", "next_from", "next_until", "is_pooled")


def rhythm(desk: Desk, orders: ir.Table, asked: Asked) -> Part:
    """As `whole_rhythm`, with what is kept of it."""
    part = whole_rhythm(desk, orders, asked)
    return Part(part.table.select(*COLUMNS), part.record)


def whole_rhythm(desk: Desk, orders: ir.Table, asked: Asked) -> Part:
    """The next purchase of everybody with a purchase up to `asked.as_of`.

    Looks back at the last complete window: the intervals that began in horizon_days days, told from what had
    ended before. Each had as long to end as nine of ten intervals take, and the horizon at least: with less,
    the long ones would be missing, and every window would seem to cover more than it does. Shown unless its
    mean absolute error is larger than that of the mean or of the median interval by more than one standard
    error of the difference: what a hair would hide today would be back tomorrow.
    Raises NotEnoughData where not a single interval ended.
    """
    intervals = desk.hold(
        purchase_intervals(orders, as_of=asked.as_of, store_keys=asked.store_keys), "rhythm_intervals"
    )
    try:
        steps = sorted(desk.rows(interval_pool(intervals)), key=lambda row: row["past"])
        if not steps:
            raise NotEnoughData
        table = desk.hold(next_purchase(intervals, interval_pool(intervals)), "rhythm")
        data = desk.rows(_seen(intervals))[0]
        accuracy = _looked_back(desk, intervals, asked, data["long_days"])
        return Part(table, _record(steps, data, accuracy))
    finally:
        desk.drop("rhythm_intervals")


def _record(steps: list[dict[str, Any]], data: dict[str, Any], accuracy: dict[str, Any] | None) -> Record:
    reason = "" if accuracy and _is_better(accuracy) else NOT_BETTER if accuracy else NOT_ENOUGH
    parameters = {
        "k": K,
        "ladder": list(LADDER),
        "log_mean": steps[0]["log_mean"],
        "steps": [{name: row[name] for name in ("past", "intervals", "low", "high")} for row in steps],
    }
    told = {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in data.items()}
    return Record("rhythm", parameters, told, accuracy, is_shown=not reason, reason=reason)


def _seen(intervals: ir.Table) -> ir.Table:
    return intervals.agg(
        customers=intervals.customer_key.nunique().cast("int64"),
        intervals=intervals.count(where=intervals.gap_days.notnull()).cast("int64"),
        since=intervals.ordered_on.min(),
        until=intervals.ordered_on.max(),
        long_days=intervals.gap_days.cast("float64").quantile(0.9).ceil().cast("int64"),
    )


def _is_better(accuracy: dict[str, Any]) -> bool:
    miss = accuracy["measures"][0]
    return all(miss["value"] <= other + miss["errors"][of] for of, other in miss["baselines"].items())


def _looked_back(desk: Desk, intervals: ir.Table, asked: Asked, long_days: int) -> dict[str, Any] | None:
    """What was told of the intervals that began in the last complete window, against what came; None where
    they are too few."""
    horizon = dt.timedelta(days=asked.horizon_days)
    until = asked.as_of - max(horizon, dt.timedelta(days=long_days))
    cut = until - horizon + dt.timedelta(days=1)
    pool = desk.hold(interval_pool(intervals.filter(intervals.ordered_on < ibis.literal(cut))), "rhythm_past")
    told = desk.hold(_told(intervals, pool, cut, until), "rhythm_told")
    try:
        found = desk.rows(_measured(_beside_the_median(told, intervals)))[0]
    finally:
        for name in ("rhythm_told", "rhythm_past"):
            desk.drop(name)
    if found["intervals"] < LEAST:
        return None
    measures = [_measure(found, name) for name in ("mae", "median_error", "within_7")]
    measures[0]["errors"] = {of: _error(found, of) for of in SAID if of != "interval"}
    covered = {"name": "coverage_80", "value": found["covered"] / found["intervals"], "baselines": {}}
    return {
        "cut": cut.isoformat(),
        "until": until.isoformat(),
        "customers": found["customers"],
        "intervals": found["intervals"],
        "measures": rounded([*measures, covered]),
        "bins": [],
    }


def _measure(found: dict[str, Any], name: str) -> dict[str, Any]:
    count = found["intervals"] if name != "median_error" else 1
    values = {of: found[f"{name}_{of}"] / count / (1 if name == "within_7" else THOUSAND) for of in SAID}
    return {"name": name, "value": values.pop("interval"), "baselines": values}


def _error(found: dict[str, Any], of: str) -> float:
    """The standard error, in days, of the mean difference of the errors of our interval and of another one.
    The intervals of one customer are alike, so that customers count, not intervals; of a single one nobody
    knows: 0."""
    customers, intervals = found["customers"], found["intervals"]
    if customers < 2:
        return 0.0
    mean = found[f"ahead_{of}"] / intervals
    about = found[f"squares_{of}"] - 2 * mean * found[f"products_{of}"] + mean**2 * found["lengths"]
    error: float = math.sqrt(max(about, 0.0) * customers / (customers - 1)) / intervals / TEN
    return error


def _told(intervals: ir.Table, pool: ir.Table, cut: dt.date, until: dt.date) -> ir.Table:
    """The intervals that began from `cut` to `until` and ended, with what was said of them."""
    told = interval_forecasts(intervals.filter(intervals.past >= JUDGED_FROM), pool)
    return told.filter(told.began_on >= ibis.literal(cut), told.began_on <= ibis.literal(until))


def _beside_the_median(told: ir.Table, intervals: ir.Table) -> ir.Table:
    """Each with the median of the customer's intervals that had ended when it began."""
    earlier = intervals.filter(intervals.gap_days.notnull()).select(
        "ordered_on", gap=intervals.gap_days, who=intervals.customer_key
    )
    both = told.join(earlier, (told.customer_key == earlier.who) & (earlier.ordered_on <= told.began_on))
    medians = both.group_by("customer_key", "began_on").agg(
        median_days=both.gap.cast("float64").quantile(0.5)
    )
    return told.join(medians, ["customer_key", "began_on"])


def _measured(told: ir.Table) -> ir.Table:
    """One row: counts, errors in whole thousandths of a day, so that their sums are exact; and for `_error`
    what each customer's intervals are ahead by, in tenths."""
    errors = told.mutate(
        **{of: ((told[f"{of}_days"] - told.gap_days).abs() * THOUSAND).floor().cast("int64") for of in SAID}
    )
    inside = (errors.gap_days >= errors.from_days) & (errors.gap_days <= errors.until_days)
    whole = errors.agg(
        intervals=errors.count().cast("int64"),
        customers=errors.customer_key.nunique().cast("int64"),
        covered=errors.count(where=inside).cast("int64"),
        **{f"mae_{of}": errors[of].sum().cast("int64") for of in SAID},
        **{f"median_error_{of}": errors[of].cast("float64").quantile(0.5) for of in SAID},
        **{
            f"within_7_{of}": errors.count(where=errors[of] <= NEAR_DAYS * THOUSAND).cast("int64")
            for of in SAID
        },
    )
    return whole.cross_join(_by_customer(errors))


def _by_customer(errors: ir.Table) -> ir.Table:
    """One row of sums over customers: `lengths` (intervals squared), and against each other interval `ahead`,
    `squares` and `products` (with the intervals) of what the customer's own sum to."""
    others = [of for of in SAID if of != "interval"]
    behind = {of: errors.interval.sum().cast("int64") - errors[of].sum().cast("int64") for of in others}
    tenth = ibis.literal(THOUSAND // TEN, "int64")
    own = errors.group_by("customer_key").agg(
        n=errors.count().cast("int64"), **{of: half_up(sum_, tenth) for of, sum_ in behind.items()}
    )
    return own.agg(
        lengths=(own.n * own.n).sum().cast("int64"),
        **{f"ahead_{of}": own[of].sum().cast("int64") for of in others},
        **{f"squares_{of}": (own[of] * own[of]).sum().cast("int64") for of in others},
        **{f"products_{of}": (own[of] * own.n).sum().cast("int64") for of in others},
    )
