"""The risk of losing each customer: learnt from the shop's own past windows, checked on the last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from recompra.analytics.btyd.fit import Fitted
from recompra.analytics.churn import leaning
from recompra.analytics.churn.cuts import cuts
from recompra.analytics.churn.features import FEATURES, FREE, FROM_TABLE, NAMES, Floats
from recompra.analytics.churn.model import Lessons, Model, Window
from recompra.analytics.churn_features import ONE, churn_features, churn_sums
from recompra.analytics.churn_risk import Term, churn_risk
from recompra.analytics.standing import identified
from recompra.predictions import churn_check
from recompra.predictions.part import Asked, NotEnoughData, Part, Record, rounded
from recompra.warehouse.contract import Desk

ROWS = 120_000
"""Customers over all windows that the model learns from; more would move its weights by less than the
shop's own changes do. Beyond it, every n-th customer by key."""
LEAST = 10
"""Of fewer customers nothing is told."""
HISTORY = ("repeats", "last_days", "age_days")
UNSURE = ("empty", "no_repeats", "few")


@dataclass(frozen=True)
class Sales:
    """What is read, and the part of it that is learnt from: one customer in `one_in`."""

    orders: ir.Table
    items: ir.Table
    asked: Asked
    one_in: int = 1

    def sums(self, day: dt.date) -> ir.Table:
        return churn_sums(
            self.orders, self.items, as_of=day, one_in=self.one_in, store_keys=self.asked.store_keys
        )


@dataclass(frozen=True)
class Seen:
    """Customers as of a day, in grouped rows: the features, the buy-till-you-die model of that day, and the
    shop's usual interval (mean ln(days), millionths)."""

    rows: Floats
    count: Floats
    lost: Floats
    silent: Floats
    law: Fitted
    usual_interval: int


def churn(desk: Desk, orders: ir.Table, order_items: ir.Table, asked: Asked) -> Part:
    """The risk of everybody with a purchase up to `asked.as_of`, and whether they count as active.

    Its columns are those of `churn_risk` and churn_source: "model", or "btyd" where the buy-till-you-die
    model answers instead, and the record says why. Raises NotEnoughData.
    """
    whole = Sales(orders, order_items, asked)
    customers, since = _extent(desk, whole)
    if customers < LEAST:
        raise NotEnoughData
    days = cuts(asked.as_of, since, asked.horizon_days)
    one_in = -(-customers * (len(days) + 1) // ROWS)
    with _sampled(desk, whole, one_in) as sample:
        windows = [_window(desk, sample, day) for day in days]
        now = _seen(desk, sample, asked.as_of)
    lessons = Lessons([window for window in windows if window is not None], asked.active_days)
    verdict = churn_check.verdict(lessons, asked)
    if now.law.note in UNSURE and verdict.accuracy is None:
        raise NotEnoughData
    today = asked.as_of.toordinal()
    learnt = lessons.model(today) if verdict.source == "model" else None
    model = learnt or lessons.btyd(today)
    base, terms = _terms(model, now, asked)
    table = _scored(desk, whole, now, base, terms, verdict.source)
    data = {
        "customers": customers,
        "since": since.isoformat(),
        "until": asked.as_of.isoformat(),
        "one_in": one_in,
    }
    parameters = _parameters(model, now, asked) | {
        "source": verdict.source,
        "base": base,
        "terms": {name: vars(term) for name, term in terms.items()},
    }
    accuracy = rounded(verdict.accuracy)
    return Part(table, Record("churn", rounded(parameters), data, accuracy, verdict.is_shown, verdict.reason))


def _parameters(model: Model, now: Seen, asked: Asked) -> dict[str, Any]:
    """What the model was learnt with, for its record."""
    return {
        "horizon_days": asked.horizon_days,
        "active_days": asked.active_days,
        "usual_interval": now.usual_interval,
        "law": {"model": now.law.model, "note": now.law.note} | now.law.parameters,
        "strength": None if np.isinf(model.strength) else model.strength,
        "steepness": model.steepness,
        "level": model.shift,
        "windows": [
            {"cut": dt.date.fromordinal(cut).isoformat(), "level": level}
            for cut, level in zip(model.windows, model.levels, strict=True)
        ],
    }


def _extent(desk: Desk, sales: Sales) -> tuple[int, dt.date]:
    """How many customers have a sale by the day that is asked about, and the first day of sales."""
    asked = sales.asked
    sold = sales.orders.filter(
        *identified(sales.orders, until=asked.as_of, store_keys=asked.store_keys), sales.orders.kind == "sale"
    )
    row = desk.rows(sold.agg(customers=sold.customer_key.nunique(), since=sold.ordered_on.min()))[0]
    return row["customers"], row["since"] or asked.as_of


@contextmanager
def _sampled(desk: Desk, sales: Sales, one_in: int) -> Iterator[Sales]:
    """The sales of one customer in so many, read once for all windows."""
    if one_in <= 1:
        yield sales
        return
    own = [
        desk.hold(
            table.filter(
                *identified(table, until=sales.asked.as_of, store_keys=sales.asked.store_keys),
                table.kind == "sale",
                table.customer_key % one_in == 0,
            ),
            name,
        )
        for table, name in ((sales.orders, "churn_orders"), (sales.items, "churn_items"))
    ]
    yield Sales(own[0], own[1], sales.asked)
    desk.drop("churn_orders")
    desk.drop("churn_items")


def _window(desk: Desk, sales: Sales, day: dt.date) -> Window | None:
    """The customers of a past day, and who of them was lost in the horizon after it."""
    seen = _seen(desk, sales, day)
    if not len(seen.rows):
        return None
    return Window(day.toordinal(), sales.asked.horizon_days, seen.rows, seen.count, seen.lost, seen.silent)


def _seen(desk: Desk, sales: Sales, day: dt.date) -> Seen:
    sums = desk.hold(sales.sums(day), "churn_sums")
    try:
        usual = _usual_interval(desk, sums)
        found = desk.run(_grouped(churn_features(sums, usual_interval=usual), _returned(sales, day)))
    finally:
        desk.drop("churn_sums")
    columns = {name: found[name].to_numpy().astype(np.float64) for name in found.column_names}
    days = leaning.Days(*(columns[name] for name in (*HISTORY, "customers")))
    law = leaning.learnt(days)
    fresh, silence = leaning.logits(law, days, sales.asked.horizon_days)
    told = {"logit_fresh": fresh, "logit_silence": silence} | columns
    rows = np.column_stack([told[name] for name in NAMES]) / ONE
    return Seen(rows, columns["customers"], columns["lost"], columns["silence_days"], law, usual)


def _usual_interval(desk: Desk, sums: ir.Table) -> int:
    """The mean ln(days) of all intervals, millionths; of a shop without any, of a month."""
    row = desk.rows(sums.agg(logs=sums.interval_logs.sum(), n=sums.intervals.sum()))[0]
    return round(int(row["logs"]) / int(row["n"])) if row["n"] else round(float(np.log(30)) * ONE)


def _returned(sales: Sales, day: dt.date) -> ir.Table:
    """Who bought in the horizon after a day."""
    until = min(day + dt.timedelta(days=sales.asked.horizon_days), sales.asked.as_of)
    rules = identified(
        sales.orders,
        since=day + dt.timedelta(days=1),
        until=until,
        store_keys=sales.asked.store_keys,
    )
    came = sales.orders.filter(*rules, sales.orders.kind == "sale")
    return came.select("customer_key").distinct().mutate(came=ibis.literal(1, "int64"))


def _grouped(features: ir.Table, returned: ir.Table) -> ir.Table:
    """The distinct rows in a fixed order, how many customers share each, and how many were lost."""
    both = features.left_join(returned, features.customer_key == returned.customer_key)
    keys = [*HISTORY, "silence_days", *FROM_TABLE]
    told = both.select(*(features[name] for name in keys), lost=1 - returned.came.fill_null(0))
    groups = told.group_by(keys).agg(customers=told.count().cast("int64"), lost=told.lost.sum().cast("int64"))
    return groups.order_by(keys)


def _terms(model: Model, now: Seen, asked: Asked) -> tuple[float, dict[str, Term]]:
    """The model's numbers with what is usual among the active customers of today as their middle."""
    active = now.count * (now.silent <= asked.active_days)
    among = active if active.sum() else now.count
    held = np.clip(now.rows, model.low, model.high)
    usual = np.rint(among @ held / among.sum() * ONE)
    base = model.line.intercept + model.shift + float(model.line.weights @ usual) / ONE
    terms = {}
    for place, feature in enumerate(FEATURES):
        weight = float(model.line.weights[place])
        if not weight:
            continue
        cut = feature.sign == FREE and np.isfinite(model.low[place])
        ends = (round(model.low[place] * ONE), round(model.high[place] * ONE)) if cut else (None, None)
        terms[feature.name] = Term(feature.behaviour, weight, int(usual[place]), *ends)
    return float(f"{base:.12g}"), terms


def _scored(
    desk: Desk, sales: Sales, now: Seen, base: float, terms: dict[str, Term], source: str
) -> ir.Table:
    """Everybody's risk, held as the table "churn"."""
    asked = sales.asked
    own = churn_features(sales.sums(asked.as_of), usual_interval=now.usual_interval)
    features = desk.hold(own, "churn_features")
    histories = desk.run(features.group_by(HISTORY).agg(customers=features.count().cast("int64")))
    columns = [histories[name].to_numpy().astype(np.float64) for name in (*HISTORY, "customers")]
    fresh, silence = leaning.logits(now.law, leaning.Days(*columns), asked.horizon_days)
    told = pa.table(
        {name: histories[name] for name in HISTORY}
        | {"logit_fresh": fresh.astype(np.int64), "logit_silence": silence.astype(np.int64)}
    )
    leant = desk.hold(told, "churn_logits")
    same = reduce(lambda left, right: left & right, (features[name] == leant[name] for name in HISTORY))
    joined = features.join(leant, same).select(
        *(features[name] for name in features.columns), leant.logit_fresh, leant.logit_silence
    )
    risks = churn_risk(joined, base=base, terms=terms, active_days=asked.active_days)
    table = desk.hold(risks.mutate(churn_source=ibis.literal(source)), "churn")
    desk.drop("churn_logits")
    desk.drop("churn_features")
    return table
