"""The risk of losing each customer, told as the sum of what five behaviours add to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import ibis
import ibis.expr.datatypes as kinds
import ibis.expr.types as ir

from recompra.analytics.portable import quotient

BEHAVIOURS = ("recency", "ticket", "frequency", "growth", "mix")
PARTS = 100_000_000
"""Weights count in parts of one, so that what is added up are whole numbers: every engine finds the same, and
the parts come to the logit exactly."""
UNIT = 1_000_000 * PARTS
FAR = 30
"""Logits beyond it are told as they are; the risk stays this close to 0 or 1."""


@dataclass(frozen=True)
class Term:
    """How one feature counts: weight * (the feature, not below `low` nor above `high`, less `usual`).

    The three are in millionths, as the features are; None: no end. The weight is taken to eight decimals.
    """

    behaviour: str
    weight: float
    usual: int
    low: int | None = None
    high: int | None = None


def churn_risk(features: ir.Table, *, base: float, terms: Mapping[str, Term], active_days: int) -> ir.Table:
    """The probability that each customer does not buy in the horizon, and what each behaviour adds to it.

    `features`: the columns of `churn_features`, and logit_silence and logit_fresh (logits in millionths).
    Columns: customer_key; is_active (bought in the last `active_days` days); churn_risk (0 to 1); churn_base
    (the logit of a customer who is usual in everything); churn_recency, churn_ticket, churn_frequency,
    churn_growth, churn_mix (what the own behaviours add to it). The six add up to the logit, ln(churn_risk /
    (1 - churn_risk)).
    """
    told = features.select(
        "customer_key",
        is_active=features.silence_days <= active_days,
        base=_whole(round(base * UNIT)),
        **{behaviour: _added(features, behaviour, terms) for behaviour in BEHAVIOURS},
    )
    logit = reduce(lambda sum, name: sum + told[name], BEHAVIOURS, told.base)
    near = quotient(ibis.least(ibis.greatest(logit, _whole(-FAR * UNIT)), _whole(FAR * UNIT)), _whole(UNIT))
    return told.select(
        "customer_key",
        "is_active",
        churn_risk=quotient(_whole(1).cast(kinds.float64), 1 + (-near).exp()),
        **{f"churn_{name}": quotient(told[name], _whole(UNIT)) for name in ("base", *BEHAVIOURS)},
    )


def _added(features: ir.Table, behaviour: str, terms: Mapping[str, Term]) -> ir.IntegerValue:
    """What one behaviour's features add to the logit of who is usual in them."""
    own = [
        _within(features[name], term) * _whole(round(term.weight * PARTS))
        for name, term in terms.items()
        if term.behaviour == behaviour
    ]
    return reduce(lambda left, right: left + right, own, _whole(0))


def _within(feature: ir.IntegerValue, term: Term) -> ir.IntegerValue:
    found = feature
    if term.low is not None:
        found = ibis.greatest(found, _whole(term.low))
    if term.high is not None:
        found = ibis.least(found, _whole(term.high))
    return found - _whole(term.usual)


def _whole(number: int) -> ir.IntegerValue:
    return ibis.literal(number, "int64")
