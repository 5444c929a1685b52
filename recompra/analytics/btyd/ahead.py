"""What distinct histories lead to: two laws averaged, and how widely what comes is spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from recompra.analytics.btyd.fit import Fitted
from recompra.analytics.btyd.histories import Floats, Histories

LAWS = ("mbgnbd", "pareto")
"""Who may leave after any purchase, and who may leave at any time: neither is right, each is the better one
for some shops, and their plain mean is never far from the better one. Choosing by likelihood is no help: on
the CDNOW sample it prefers the law that predicts worse."""
TAIL = 0.10
NO_DAYS = 1e-12


@dataclass(frozen=True)
class Span:
    """The next days, per row. `none`: probability of no purchase day; `expected`: purchase days.

    Given that there is some: `some` purchase days (mean, at least 1), `variety` (their variance over the
    square of the mean), `low` and `high` the standard normal's quantiles between which four of five of what
    comes to all lies (-inf: nothing).
    """

    none: Floats
    expected: Floats
    some: Floats
    variety: Floats
    low: Floats
    high: Floats


def spans(
    fitted: Sequence[Fitted], h: Histories, factors: Mapping[int, float]
) -> tuple[Floats, dict[int, Span]]:
    """Per row the probability of not having left, and {days: what they bring}, both the mean of the models.

    `factors`: {days: how much busier than the mean they will be}.
    """
    alive = [one.p_alive(h) for one in fitted]
    found = {}
    for days, factor in factors.items():
        weeks = days / 7
        quiet = [1 - one.p_some(h, weeks) for one in fitted]
        none = _mean([1 - a * (1 - q**factor) for a, q in zip(alive, quiet, strict=True)])
        expected = _mean(
            [a * one.expected_alive(h, weeks) * factor for a, one in zip(alive, fitted, strict=True)]
        )
        shape = _mean([one.parameters["r"] + h.repeats for one in fitted])
        found[days] = _span(none, expected, shape)
    return _mean(alive), found


def chance_of_none(fitted: Sequence[Fitted], h: Histories, days: int) -> Floats:
    """Per row the probability of no purchase day in the next days, the mean of the models."""
    return _mean([one.p_none(h, days / 7) for one in fitted])


def expected_days(fitted: Sequence[Fitted], h: Histories, days: int) -> Floats:
    """Per row the purchase days expected in the next days, the mean of the models."""
    return _mean([one.expected(h, days / 7) for one in fitted])


def _mean(columns: Sequence[Floats]) -> Floats:
    found: Floats = np.mean(columns, axis=0)
    return found


def _span(none: Floats, expected: Floats, shape: Floats) -> Span:
    """Purchase days beyond the first of a period are spread as a gamma-Poisson of the rate's shape."""
    chance = np.maximum(1 - none, NO_DAYS)
    some = np.maximum(expected / chance, 1.0)
    more = some - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(none < TAIL, ndtri(np.clip((TAIL - none) / chance, 0, 1)), -np.inf)
        high = np.where(none < 1 - TAIL, ndtri(np.clip((1 - TAIL - none) / chance, 0, 1)), -np.inf)
    return Span(none, expected, some, (more + more**2 / shape) / some**2, low, high)
