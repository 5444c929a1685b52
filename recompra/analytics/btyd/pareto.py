"""Pareto/NBD (Schmittlein, Morrison and Colombo 1987; likelihood as in Fader and Hardie 2005).

Purchases come at random at a rate of the customer's own, gamma over customers; the customer leaves at random
at a rate of their own, gamma over customers, whether they buy or not. The likelihood's integral over the
moment of leaving is taken by quadrature instead of by the hypergeometric function, which overflows (and in
SciPy has crashed) for customers who buy often.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import digamma, gammaln, log1p

from recompra.analytics.btyd.histories import Floats, Histories, Ints
from recompra.analytics.btyd.pieces import in_pieces

NODES, FEWER = 32, 16
FLAT = 12.0
"""Where the integrand falls by no more than exp(-12), half of the nodes tell it as exactly (to 1e-12)."""
FALL = 36.0
"""The integral is cut where the integrand has fallen by exp(-36): 2e-16 of its first value."""
ROWS = 4_096
"""Rows whose nodes fit a processor's cache."""


class Pareto:
    """Parameters, in order: r, alpha (weeks) of the purchase rates' gamma; s, beta (weeks) of the leaving
    rates'."""

    names = ("r", "alpha", "s", "beta")
    lowest = (1e-4, 1e-4, 1e-4, 1e-4)
    highest = (1e6, 1e6, 1e6, 1e6)

    def log_likelihood(
        self, at: Floats, h: Histories, scale: Floats, *, slopes: bool = True
    ) -> tuple[Floats, Floats]:
        """Per row the log-likelihood, and its four derivatives (rows x 4; none without `slopes`)."""
        r, s, beta = at[0], at[2], at[3]
        alpha = at[1] * scale
        x = h.repeats
        integral, by = _integral(at, x, alpha, h.last, h.age, slopes=slopes)
        stays = -(r + x) * np.log(alpha + h.age) - s * np.log(beta + h.age)
        left = np.log(s) + integral
        either = np.logaddexp(stays, left)
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + either
        if not slopes:
            return value, np.empty((len(x), 0))
        still, gone = np.exp(stays - either), np.exp(left - either)
        slope = np.column_stack(
            [
                digamma(r + x) - digamma(r) + np.log(alpha)
                - still * np.log(alpha + h.age) + gone * by[0],
                (r / alpha - still * (r + x) / (alpha + h.age) + gone * by[1]) * scale,
                np.log(beta) - still * np.log(beta + h.age) + gone * (1 / s + by[2]),
                s / beta - still * s / (beta + h.age) + gone * by[3],
            ]
        )  # fmt: skip
        return value, slope

    def p_alive(self, at: Floats, h: Histories, scale: Floats) -> Floats:
        """The probability that the customer has not left."""
        alpha = at[1] * scale
        integral, _ = _integral(at, h.repeats, alpha, h.last, h.age, slopes=False)
        stays = -(at[0] + h.repeats) * np.log(alpha + h.age) - at[2] * np.log(at[3] + h.age)
        alive: Floats = np.exp(stays - np.logaddexp(stays, np.log(at[2]) + integral))
        return alive

    def p_some(self, at: Floats, h: Histories, scale: Floats, weeks: Floats) -> Floats:
        """The probability of a purchase in the next weeks by a customer who has not left: not leaving before
        one, and not here to the end without one."""
        r, s, beta = at[0], at[2], at[3]
        alpha = at[1] * scale
        base = (r + h.repeats) * np.log(alpha + h.age) + s * np.log(beta + h.age)
        integral, _ = _integral(at, h.repeats, alpha, h.age, h.age + weeks, slopes=False)
        leaves = np.exp(np.log(s) + base + integral)
        waits = np.exp(-(r + h.repeats) * log1p(weeks / (alpha + h.age)) - s * log1p(weeks / (beta + h.age)))
        some: Floats = np.clip(1.0 - leaves - waits, 0.0, 1.0)
        return some

    def expected(self, at: Floats, h: Histories, scale: Floats, weeks: Floats) -> Floats:
        """The purchases expected in the next weeks of a customer who has not left; s = 1 is no exception."""
        r, s, beta = at[0], at[2], at[3]
        ahead = log1p(weeks / (beta + h.age))
        time = ahead if s == 1 else -np.expm1(-(s - 1) * ahead) / (s - 1)
        found: Floats = (r + h.repeats) / (at[1] * scale + h.age) * (beta + h.age) * time
        return found


def _integral(
    at: Floats, x: Floats, alpha: Floats, start: Floats, end: Floats, *, slopes: bool = True
) -> tuple[Floats, Floats]:
    """ln of the integral from start to end of (alpha + t)^-(r + x) (beta + t)^-(s + 1) dt, and the
    derivatives of that logarithm by r, alpha, s and beta (4 x rows); -inf and 0 where start = end."""
    value, slope = np.empty(len(x)), np.zeros((4, len(x)))
    fallen = _fallen(at, x, alpha, start, end)
    for rule, rows in ((FEWER, np.flatnonzero(fallen <= FLAT)), (NODES, np.flatnonzero(fallen > FLAT))):

        def put(piece: slice, rule: int = rule, rows: Ints = rows) -> None:
            some = rows[piece]
            nodes = _Nodes.at(at, x[some], alpha[some], start[some], end[some], rule)
            value[some] = nodes.value()
            if slopes:
                slope[:, some] = nodes.slopes()

        in_pieces(len(rows), ROWS * NODES // rule, put)
    return value, slope


def _fallen(at: Floats, x: Floats, alpha: Floats, start: Floats, end: Floats) -> Floats:
    """By how much the logarithm of the integrand falls from start to end."""
    long = end - start
    fallen: Floats = (at[0] + x) * log1p(long / (alpha + start)) + (at[2] + 1) * log1p(long / (at[3] + start))
    return fallen


@cache
def _rule(nodes: int) -> tuple[Floats, Floats]:
    """Places and weights of Gauss-Legendre from 0 to 1."""
    places, weights = np.polynomial.legendre.leggauss(nodes)
    return (places + 1) / 2, weights / 2


@dataclass(frozen=True)
class _Nodes:
    """Gauss-Legendre in the logarithm of t + min(alpha, beta), where both factors are smooth.

    Per row: the exponents, the logarithm of each factor at the start, and how wide the integral is; per row
    and node: how the factors have grown, and the weighted integrand over that of the start.
    """

    one: Floats
    other: float
    first: Floats
    second: Floats
    width: Floats
    grown: tuple[Floats, Floats]
    weights: Floats

    @classmethod
    def at(cls, at: Floats, x: Floats, alpha: Floats, start: Floats, end: Floats, rule: int) -> _Nodes:
        places, share = _rule(rule)
        one, other, beta = at[0] + x, float(at[2]) + 1, at[3]
        near = np.minimum(alpha, beta) + start
        with np.errstate(over="ignore"):
            fallen = np.minimum(
                (alpha + start) * np.expm1(FALL / one), (beta + start) * np.expm1(FALL / other)
            )
        width = log1p(np.minimum(end - start, fallen) / near)
        passed = near[:, None] * np.expm1(width[:, None] * places)  # t - start
        grown = log1p(passed / (alpha + start)[:, None]), log1p(passed / (beta + start)[:, None])
        weights = np.exp(-one[:, None] * grown[0] - other * grown[1]) * (near[:, None] + passed) * share
        return cls(one, other, np.log(alpha + start), np.log(beta + start), width, grown, weights)

    def value(self) -> Floats:
        with np.errstate(divide="ignore"):
            found: Floats = np.log(self.weights.sum(axis=1) * self.width)
        return found - self.one * self.first - self.other * self.second

    def slopes(self) -> Floats:
        here = self.width > 0
        share = self.weights / np.where(here, self.weights.sum(axis=1), 1.0)[:, None]
        by_alpha, by_beta = (np.exp(-grown) for grown in self.grown)
        found = np.stack(
            [
                -(share * self.grown[0]).sum(axis=1) - self.first,
                -self.one * (share * by_alpha).sum(axis=1) / np.exp(self.first),
                -(share * self.grown[1]).sum(axis=1) - self.second,
                -self.other * (share * by_beta).sum(axis=1) / np.exp(self.second),
            ]
        )
        return np.where(here, found, 0.0)
