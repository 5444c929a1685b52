"""Whose time it is to be called: customers whose own rhythm ran out, ranked by what is at stake."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir

from recompra.analytics.portable import cents, half_up, hundredths

ACTIVE_DAYS = 180
"""The days after which a customer counts as inactive, where nothing was predicted of them."""
PATIENCE = 2
"""Who buys seldom stays within reach for so many of their own intervals."""
YEAR = 365


def is_within_reach(waiting_days: int, usual_days: int) -> bool:
    """Whether somebody who bought so many days ago is still to be called, and not won back."""
    return waiting_days <= max(ACTIVE_DAYS, PATIENCE * usual_days)


def due_calls(scores: ir.Table, predictions: ir.Table, *, as_of: dt.date, after_days: int) -> ir.Table:
    """Customers with two purchase days or more who are `after_days` or more past their mean interval, and
    still within reach: active, or silent for no more than PATIENCE of their own intervals.

    The mean interval counts in whole days, halves up: with a mean of 15 days and `after_days` 1, on day 15 it
    is too early and on day 16 it is time. Columns: customer_key; store_key; last_on; usual_days; over_days
    (past the mean interval); churn_risk (null: not told); next_from, next_until (the predicted window; null:
    not told); stake (R$; with a forecast the churn risk times the predicted spend of a year; else what the
    customer spent per year since the first purchase, in less than a year what it was, times the share of the
    interval that is exceeded, once at the most); is_forecast.
    """
    told = predictions.select(
        "customer_key", "is_active", "churn_risk", "spend_365", "next_from", "next_until"
    )
    both = scores.left_join(told, "customer_key")
    usual = half_up(cents(both.mean_interval_days), ibis.literal(100))
    known = both.select(
        "customer_key",
        "store_key",
        "last_on",
        "ltv",
        "is_active",
        "churn_risk",
        "spend_365",
        "next_from",
        "next_until",
        usual_days=usual,
        waiting=ibis.literal(as_of).delta(both.last_on, unit="day").cast("int64"),
        known=ibis.literal(as_of).delta(both.first_on, unit="day").cast("int64"),
    )
    timed = known.mutate(over_days=known.waiting - known.usual_days)
    is_active = ibis.coalesce(timed.is_active, timed.waiting <= ACTIVE_DAYS)
    within = is_active | (timed.waiting <= timed.usual_days * PATIENCE)
    due = timed.filter(timed.usual_days.notnull(), timed.over_days >= after_days, within)
    forecast = due.churn_risk.notnull() & due.spend_365.notnull()
    predicted = (cents(due.spend_365) * due.churn_risk).floor().cast("int64")
    yearly = half_up(cents(due.ltv) * YEAR, ibis.greatest(due.known, YEAR))
    exceeded = ibis.greatest(ibis.least(due.over_days, due.usual_days), 0)
    by_rhythm = half_up(yearly * exceeded, due.usual_days)
    stake = ibis.greatest(ibis.coalesce(forecast.ifelse(predicted, by_rhythm), 0), 0)
    return due.select(
        "customer_key",
        "store_key",
        "last_on",
        "usual_days",
        "over_days",
        "churn_risk",
        "next_from",
        "next_until",
        stake=hundredths(stake, "decimal(18, 2)"),
        is_forecast=forecast,
    )
