"""What distinct histories lead to: two laws averaged, and how widely what comes is spread."""

from __future__ import annotations

from collections.abc import Sequence
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


class Outlook:
    """The mean of some fitted models' answers, per row of histories."""

    def __init__(self, fitted: Sequence[Fitted], h: Histories) -> None:
        self._fitted, self._h = fitted, h
        self._alive = [one.p_alive(h) for one in fitted]
        self._some: dict[int, list[Floats]] = {}
        # Of who has not left, what comes hangs on repeats and age alone: there are far fewer of such pairs.
        pairs, self._place = np.unique(h.repeats + 1j * h.age, return_inverse=True)
        self._pairs = Histories(pairs.real, np.zeros(len(pairs)), pairs.imag, np.ones(len(pairs)))

    @property
    def p_alive(self) -> Floats:
        return _mean(self._alive)

    def p_none(self, days: int) -> Floats:
        """The probability of no purchase day in the next days."""
        return self._none(days, 1.0)

    def expected(self, days: int) -> Floats:
        """The purchase days expected in the next days."""
        pairs = zip(self._alive, self._fitted, strict=True)
        return _mean([alive * self._each(one.expected_alive(self._pairs, days / 7)) for alive, one in pairs])

    def span(self, days: int, factor: float) -> Span:
        """The next days, which are so many times as busy as the models think."""
        none, expected = self._none(days, factor), self.expected(days) * factor
        shape = _mean([one.parameters["r"] + self._h.repeats for one in self._fitted])
        return _span(none, expected, shape)

    def _none(self, days: int, factor: float) -> Floats:
        if days not in self._some:
            self._some[days] = [self._each(one.p_some(self._pairs, days / 7)) for one in self._fitted]
        pairs = zip(self._alive, self._some[days], strict=True)
        return _mean([1 - alive * (1 - (1 - some) ** factor) for alive, some in pairs])

    def _each(self, of_pairs: Floats) -> Floats:
        """The answers about pairs as answers about each of the histories."""
        found: Floats = of_pairs[self._place]
        return found


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
