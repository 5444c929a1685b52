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
ONE = 1_000_000
FAR = 30
"""Logits beyond it are told as they are; the risk stays this close to 0 or 1."""


@dataclass(frozen=True)
class Term:
    """How one feature counts: weight * (the feature, not below `low` nor above `high`, less `usual`).

    The three are in millionths, as the features are; None: no end.
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
        churn_base=ibis.literal(base, kinds.float64),
        **{f"churn_{behaviour}": _added(features, behaviour, terms) for behaviour in BEHAVIOURS},
    )
    logit = reduce(lambda sum, name: sum + told[f"churn_{name}"], BEHAVIOURS, told.churn_base)
    near = ibis.least(ibis.greatest(logit, _whole(-FAR)), _whole(FAR))
    risk = quotient(_whole(1), 1 + (-near).exp())
    return told.select(
        "customer_key", "is_active", "churn_base", *(f"churn_{name}" for name in BEHAVIOURS), churn_risk=risk
    ).relocate("churn_risk", after="is_active")


def _added(features: ir.Table, behaviour: str, terms: Mapping[str, Term]) -> ir.FloatingValue:
    """What one behaviour's features add to the logit of who is usual in them."""
    own = [
        _within(features[name], term).cast(kinds.float64) * ibis.literal(term.weight, kinds.float64)
        for name, term in terms.items()
        if term.behaviour == behaviour
    ]
    return quotient(reduce(lambda left, right: left + right, own, _whole(0)), _whole(ONE))


def _within(feature: ir.IntegerValue, term: Term) -> ir.IntegerValue:
    found = feature
    if term.low is not None:
        found = ibis.greatest(found, ibis.literal(term.low, "int64"))
    if term.high is not None:
        found = ibis.least(found, ibis.literal(term.high, "int64"))
    return found - term.usual


def _whole(number: int) -> ir.FloatingValue:
    return ibis.literal(number, kinds.float64)
