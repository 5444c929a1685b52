"""Gamma-Gamma: what a purchase of each customer comes to, drawn towards the shop's mean the fewer there were.

Fader and Hardie, "The Gamma-Gamma Model of Monetary Value", 2013.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from recompra.analytics.btyd.histories import Floats, distinct_rows

FEW = 10
DIGITS = 12
RANGE = (np.log(1e-4), np.log(1e12))
LEAST_Q = np.log(1.01)
"""With q of 1 or less the mean over customers is infinite."""
GRID_FROM, GRID = 60_000, 100
"""Beyond so many distinct rows, mean values are moved to steps of 1 %."""


@dataclass(frozen=True)
class Spending:
    """Distinct customers' purchases with a value: `purchases` (x), their `mean` value (m > 0), and how many
    customers (`count`). Float64 arrays of one length. ValueError: anything else."""

    purchases: Floats
    mean: Floats
    count: Floats

    def __post_init__(self) -> None:
        if not (len(self.purchases) == len(self.mean) == len(self.count)):
            raise ValueError("the columns of spending must be equally long")
        columns = (self.purchases, self.mean)
        if not all(np.isfinite(column).all() and (column > 0).all() for column in columns):
            raise ValueError("Gamma-Gamma knows purchases of more than nothing alone")

    def grouped(self) -> Spending:
        """Equal rows made one in a fixed order; where there are very many, mean values within 1 %."""
        found = self._by(self.mean)
        if len(found.count) <= GRID_FROM:
            return found
        return self._by(np.exp(np.rint(np.log(self.mean) * GRID) / GRID))

    def _by(self, mean: Floats) -> Spending:
        (purchases, means), count = distinct_rows([self.purchases, mean], self.count)
        return Spending(purchases, means, count)


@dataclass(frozen=True)
class FittedSpending:
    """p, q and gamma (in the unit of the values). `note`: "" or "empty", "few" (fewer than ten customers;
    both a fallback: the mean of all, drawn to the customer's own as one purchase weighs), "at_bound"."""

    parameters: dict[str, float]
    log_likelihood: float
    customers: int
    note: str = ""

    def expected(self, purchases: Floats, mean: Floats) -> Floats:
        """Per row the value expected of a further purchase; a mean below nothing counts as nothing."""
        p, q, gamma = (self.parameters[name] for name in ("p", "q", "gamma"))
        found: Floats = p * (gamma + np.maximum(mean, 0.0) * purchases) / (p * purchases + q - 1)
        return found


def fit_spending(spending: Spending) -> FittedSpending:
    """The likeliest p, q and gamma, whatever the order of the rows."""
    rows = spending.grouped()
    customers = float(rows.count.sum())
    if customers < FEW:
        mean = float(rows.count @ rows.mean) / customers if customers else 0.0
        return _told(np.array([1.0, 2.0, mean]), rows, "few" if customers else "empty")
    typical = float(np.exp(rows.count @ np.log(rows.mean) / customers))
    done = minimize(
        _objective(rows), np.log([2.0, 3.0, typical]), jac=True, method="L-BFGS-B",
        bounds=[RANGE, (LEAST_Q, RANGE[1]), RANGE],
        options={"maxiter": 1_000, "maxfun": 2_000, "ftol": 1e-15, "gtol": 1e-8, "maxcor": 20},
    )  # fmt: skip
    found: Floats = np.exp(done.x)
    ends = np.array([[*RANGE], [LEAST_Q, RANGE[1]], [*RANGE]])
    at_bound = bool((np.abs(done.x[:, None] - ends) < 1e-6).any())
    return _told(found, rows, "at_bound" if at_bound else "")


def _told(at: Floats, rows: Spending, note: str) -> FittedSpending:
    parameters = dict(zip(("p", "q", "gamma"), (float(f"{one:.{DIGITS}g}") for one in at), strict=True))
    known = np.array(list(parameters.values()))
    value = float(rows.count @ _log_likelihood(known, rows)[0]) if known[2] > 0 else 0.0
    return FittedSpending(parameters, float(f"{value:.{DIGITS}g}"), round(float(rows.count.sum())), note)


def _log_likelihood(at: Floats, rows: Spending) -> tuple[Floats, Floats]:
    """Per row the log-likelihood, and its derivatives (rows x 3)."""
    p, q, gamma = at
    x, m = rows.purchases, rows.mean
    whole = np.log(gamma + m * x)
    value = (
        gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
        + (p * x - 1) * np.log(m) + p * x * np.log(x) - (p * x + q) * whole
    )  # fmt: skip
    slope = np.column_stack(
        [
            x * (digamma(p * x + q) - digamma(p * x) + np.log(m) + np.log(x) - whole),
            digamma(p * x + q) - digamma(q) + np.log(gamma) - whole,
            q / gamma - (p * x + q) / (gamma + m * x),
        ]
    )
    return value, slope


def _objective(rows: Spending) -> Callable[[Floats], tuple[float, Floats]]:
    share = rows.count / rows.count.sum()

    def minus(at: Floats) -> tuple[float, Floats]:
        plain = np.exp(at)
        value, slope = _log_likelihood(plain, rows)
        return -float(share @ value), -(share @ slope) * plain

    return minus
