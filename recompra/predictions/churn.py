"""The risk of losing each customer: learnt from the shop's own past windows, checked on the last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from recompra.analytics.churn import leaning
from recompra.analytics.churn.cuts import cuts
from recompra.analytics.churn.features import FEATURES, FREE
from recompra.analytics.churn.model import Lessons, Model
from recompra.analytics.churn_features import ONE, churn_features
from recompra.analytics.churn_risk import Term, churn_risk
from recompra.predictions import churn_check
from recompra.predictions.churn_check import Verdict
from recompra.predictions.churn_windows import HISTORY, Sales, Seen, seen
from recompra.predictions.part import Asked, NotEnoughData, Part, Record, rounded
from recompra.warehouse.contract import Desk

ROWS = 120_000
"""Customers over all windows that the model learns from; more would move its weights by less than the
shop's own changes do. Beyond it, every n-th customer by key."""
LEAST = 10
"""Of fewer customers nothing is told."""
UNSURE = ("empty", "no_repeats", "few")


@dataclass(frozen=True)
class Learnt:
    """Who answers, and the model that does."""

    verdict: Verdict
    model: Model


def churn(desk: Desk, orders: ir.Table, order_items: ir.Table, asked: Asked) -> Part:
    """The risk of everybody with a purchase up to `asked.as_of`, and whether they count as active.

    Its columns are those of `churn_risk` and churn_source: "model", or "btyd" where the buy-till-you-die
    model answers instead, and the record says why. Raises NotEnoughData.
    """
    sales = Sales(orders, order_items, asked)
    customers, since = sales.extent(desk)
    if customers < LEAST:
        raise NotEnoughData
    days = cuts(asked.as_of, since, asked.horizon_days)
    one_in = -(-customers * (len(days) + 1) // ROWS)
    with sales.some(desk, one_in) as some:
        known = seen(desk, some, [*days, asked.as_of])
    now = known[asked.as_of]
    with ThreadPoolExecutor(1) as beside:  # the engine sums up everybody while the model is learnt
        everybody = beside.submit(desk.hold, sales.sums(), "churn_everybody")
        learnt = _learnt(known, days, asked)
    sums = everybody.result()
    try:
        if now.law.note in UNSURE and learnt.verdict.accuracy is None:
            raise NotEnoughData
        base, terms = _terms(learnt.model, now, asked)
        table = _scored(desk, sums, now, asked, base, terms, learnt.verdict.source)
    finally:
        desk.drop("churn_everybody")
    verdict = learnt.verdict
    data = {
        "customers": customers,
        "since": since.isoformat(),
        "until": asked.as_of.isoformat(),
        "one_in": one_in,
    }
    parameters = _parameters(learnt.model, now, asked) | {
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


def _learnt(known: dict[dt.date, Seen], days: Sequence[dt.date], asked: Asked) -> Learnt:
    """What the windows after these days taught."""
    windows = [known[day].window(day, asked.horizon_days) for day in days if len(known[day].rows)]
    lessons, today = Lessons(windows, asked.active_days), asked.as_of.toordinal()
    verdict = churn_check.verdict(lessons, asked)
    model = lessons.model(today) if verdict.source == "model" else None
    return Learnt(verdict, model or lessons.btyd(today))


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
    desk: Desk, sums: ir.Table, now: Seen, asked: Asked, base: float, terms: dict[str, Term], source: str
) -> ir.Table:
    """Everybody's risk, held as the table "churn"."""
    histories = desk.run(sums.group_by(HISTORY).agg(customers=sums.count().cast("int64")))
    features = churn_features(sums, usual_interval=now.usual_interval)
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
    return table
