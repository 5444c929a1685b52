"""Pareto/NBD (Schmittlein, Morrison and Colombo 1987; likelihood as in Fader and Hardie 2005).

Purchases come at random at a rate of the customer's own, gamma over customers; the customer leaves at random
at a rate of their own, gamma over customers, whether they buy or not. The likelihood's integral over the
moment of leaving is taken by quadrature instead of by the hypergeometric function, which overflows (and in
SciPy has crashed) for customers who buy often.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import digamma, gammaln, log1p

from recompra.analytics.btyd.histories import Floats, Histories

NODES = 32
FALL = 36.0
"""The integral is cut where the integrand has fallen by exp(-36): 2e-16 of its first value."""
ROWS = 8_192
_X, _W = np.polynomial.legendre.leggauss(NODES)
_X, _W = (_X + 1) / 2, _W / 2


class Pareto:
    """Parameters, in order: r, alpha (weeks) of the purchase rates' gamma; s, beta (weeks) of the leaving
    rates'."""

    names = ("r", "alpha", "s", "beta")
    highest = (1e6, 1e6, 1e6, 1e6)

    def log_likelihood(self, at: Floats, h: Histories, scale: Floats) -> tuple[Floats, Floats]:
        """Per row the log-likelihood, and its four derivatives (rows x 4)."""
        r, s, beta = at[0], at[2], at[3]
        alpha = at[1] * scale
        x = h.repeats
        integral, slopes = _integral(at, x, alpha, h.last, h.age)
        stays = -(r + x) * np.log(alpha + h.age) - s * np.log(beta + h.age)
        left = np.log(s) + integral
        either = np.logaddexp(stays, left)
        still, gone = np.exp(stays - either), np.exp(left - either)
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + either
        slope = np.column_stack(
            [
                digamma(r + x) - digamma(r) + np.log(alpha)
                - still * np.log(alpha + h.age) + gone * slopes[0],
                (r / alpha - still * (r + x) / (alpha + h.age) + gone * slopes[1]) * scale,
                np.log(beta) - still * np.log(beta + h.age) + gone * (1 / s + slopes[2]),
                s / beta - still * s / (beta + h.age) + gone * slopes[3],
            ]
        )  # fmt: skip
        return value, slope

    def p_alive(self, at: Floats, h: Histories, scale: Floats) -> Floats:
        """The probability that the customer has not left."""
        alpha = at[1] * scale
        integral, _ = _integral(at, h.repeats, alpha, h.last, h.age)
        stays = -(at[0] + h.repeats) * np.log(alpha + h.age) - at[2] * np.log(at[3] + h.age)
        alive: Floats = np.exp(stays - np.logaddexp(stays, np.log(at[2]) + integral))
        return alive

    def p_none(self, at: Floats, h: Histories, scale: Floats, weeks: Floats) -> Floats:
        """The probability of no purchase in the next weeks: gone already, or leaving before a purchase, or
        here to the end without one."""
        r, s, beta = at[0], at[2], at[3]
        alpha = at[1] * scale
        base = (r + h.repeats) * np.log(alpha + h.age) + s * np.log(beta + h.age)
        integral, _ = _integral(at, h.repeats, alpha, h.age, h.age + weeks)
        leaves = np.exp(np.log(s) + base + integral)
        waits = np.exp(-(r + h.repeats) * log1p(weeks / (alpha + h.age)) - s * log1p(weeks / (beta + h.age)))
        none: Floats = 1.0 - self.p_alive(at, h, scale) * np.clip(1.0 - leaves - waits, 0.0, 1.0)
        return none

    def expected(self, at: Floats, h: Histories, scale: Floats, weeks: Floats) -> Floats:
        """The purchases expected in the next weeks; s = 1 is no exception."""
        r, s, beta = at[0], at[2], at[3]
        ahead = log1p(weeks / (beta + h.age))
        time = ahead if s == 1 else -np.expm1(-(s - 1) * ahead) / (s - 1)
        rate = (r + h.repeats) / (at[1] * scale + h.age)
        found: Floats = rate * (beta + h.age) * time * self.p_alive(at, h, scale)
        return found


def _integral(at: Floats, x: Floats, alpha: Floats, start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """ln of the integral from start to end of (alpha + t)^-(r + x) (beta + t)^-(s + 1) dt, and the
    derivatives of that logarithm by r, alpha, s and beta (4 x rows); -inf and 0 where start = end."""
    value, slopes = np.empty(len(x)), np.empty((4, len(x)))
    for some in _pieces(len(x)):
        value[some], slopes[:, some] = _quadrature(at, x[some], alpha[some], start[some], end[some])
    return value, slopes


def _quadrature(at: Floats, x: Floats, alpha: Floats, start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Gauss-Legendre in the logarithm of t + min(alpha, beta), where both factors are smooth."""
    r, s, beta = at[0], at[2], at[3]
    near = np.minimum(alpha, beta)
    with np.errstate(over="ignore"):
        fallen = np.minimum(
            (alpha + start) * np.expm1(FALL / (r + x)), (beta + start) * np.expm1(FALL / (s + 1))
        )
    width = log1p(np.minimum(end - start, fallen) / (near + start))
    passed = (near + start)[:, None] * np.expm1(width[:, None] * _X)  # t - start at the nodes
    one, other = log1p(passed / (alpha + start)[:, None]), log1p(passed / (beta + start)[:, None])
    weights = np.exp(-(r + x)[:, None] * one - (s + 1) * other) * ((near + start)[:, None] + passed) * _W
    total = weights.sum(axis=1)
    here = width > 0
    whole = np.where(here, total, 1.0)
    weights = weights / whole[:, None]
    first, second = np.log(alpha + start), np.log(beta + start)
    with np.errstate(divide="ignore"):
        value = np.log(total * width) - (r + x) * first - (s + 1) * second
    slopes = np.stack(
        [
            -(weights * one).sum(axis=1) - first,
            -(r + x) * (weights / ((alpha + start)[:, None] + passed)).sum(axis=1),
            -(weights * other).sum(axis=1) - second,
            -(s + 1) * (weights / ((beta + start)[:, None] + passed)).sum(axis=1),
        ]
    )
    return value, np.where(here, slopes, 0.0)


def _pieces(rows: int) -> Iterator[slice]:
    """Rows in pieces whose nodes fit a processor's cache."""
    return (slice(first, first + ROWS) for first in range(0, rows, ROWS))
