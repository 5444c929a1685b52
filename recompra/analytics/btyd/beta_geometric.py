"""BG/NBD and MBG/NBD: purchases come at random at a rate of the customer's own, gamma over customers; after
each purchase the customer leaves with a probability of their own, beta over customers.

BG/NBD (Fader, Hardie and Lee 2005): nobody leaves right after the first purchase. MBG/NBD (Batislam, Denizel
and Filiztekin 2007): they may. So the second is the first with one more occasion to leave.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, digamma, gammaln, log1p

from recompra.analytics.btyd.histories import Floats, Histories
from recompra.analytics.btyd.pieces import in_pieces

TERMS, ENOUGH = 200_000, 1e-13
ROWS = 8_192


@dataclass(frozen=True)
class BetaGeometric:
    """The law with `first` (1: one may leave right after the first purchase, MBG/NBD; 0: not, BG/NBD).

    Parameters, in order: r, alpha (weeks) of the rates' gamma; a, b of the leavings' beta.
    """

    first: int
    names = ("r", "alpha", "a", "b")
    lowest = (1e-4, 0.1, 1e-4, 1e-4)
    highest = (20.0, 1e6, 50.0, 1e6)
    """With r = 20 customers hardly differ in how often they buy, with a = 50 in how they leave, and an alpha
    of 17 hours is less than the day to which purchases are counted; beyond, the series of `expected` would
    overflow, cancel or not end."""

    def log_likelihood(
        self, at: Floats, h: Histories, scale: Floats, *, slopes: bool = True
    ) -> tuple[Floats, Floats]:
        """Per row the log-likelihood, and its four derivatives (rows x 4; none without `slopes`). `scale`
        multiplies alpha, row by row."""
        r, a, b = at[0], at[2], at[3]
        alpha = at[1] * scale
        x, k = h.repeats, h.repeats + self.first
        may_have_left = k > 0
        stays = -(r + x) * np.log(alpha + h.age)
        odds = np.log(a) - np.log(np.where(may_have_left, b + k - 1, 1.0))
        left = np.where(may_have_left, odds - (r + x) * np.log(alpha + h.last), -np.inf)
        either = np.logaddexp(stays, left)
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + k) - betaln(a, b) + either
        if not slopes:
            return value, np.empty((len(x), 0))
        still, gone = np.exp(stays - either), np.exp(left - either)
        slope = np.column_stack(
            [
                digamma(r + x) - digamma(r) + np.log(alpha)
                - still * np.log(alpha + h.age) - gone * np.log(alpha + h.last),
                (r / alpha - (r + x) * (still / (alpha + h.age) + gone / (alpha + h.last))) * scale,
                digamma(a + b) - digamma(a + b + k) + gone / a,
                digamma(b + k) - digamma(a + b + k) - digamma(b) + digamma(a + b)
                - np.where(may_have_left, gone / np.where(may_have_left, b + k - 1, 1.0), 0.0),
            ]
        )  # fmt: skip
        return value, slope

    def p_alive(self, at: Floats, h: Histories, scale: Floats) -> Floats:
        """The probability that the customer has not left."""
        r, a, b = at[0], at[2], at[3]
        alpha = at[1] * scale
        k = h.repeats + self.first
        odds = np.where(k > 0, a / np.where(k > 0, b + k - 1, 1.0), 0.0)
        grown = np.exp(np.minimum((r + h.repeats) * log1p((h.age - h.last) / (alpha + h.last)), 700.0))
        alive: Floats = 1.0 / (1.0 + odds * grown)
        return alive

    def p_some(self, at: Floats, h: Histories, scale: Floats, weeks: Floats) -> Floats:
        """The probability of a purchase in the next weeks by a customer who has not left: exact, as one
        leaves only by a purchase."""
        some: Floats = -np.expm1(-(at[0] + h.repeats) * log1p(weeks / (at[1] * scale + h.age)))
        return some

    def expected(self, at: Floats, h: Histories, scale: Floats, weeks: Floats) -> Floats:
        """The purchases expected in the next weeks of a customer who has not left.

        The paper's formula after Euler's transformation, with the 1/(a - 1) taken out of it: x stands only
        below, so that nothing overflows, and a = 1 is no exception.
        """
        r, a, b = at[0], at[2], at[3]
        alpha = at[1] * scale
        c = a + b + h.repeats + self.first - 1
        ahead = log1p(weeks / (alpha + h.age))
        grown = ahead if a == 1 else np.expm1((1 - a) * ahead) / (1 - a)
        rest = np.exp((1 - a) * ahead) * _series(a + b + self.first - 1 - r, a, c, ahead)
        found: Floats = np.maximum(c * grown - rest, 0.0)
        return found


def _series(top: float, a: float, c: Floats, ahead: Floats) -> Floats:
    """Sum over n of (top)_n (a)_{n-1} z^n / ((c + 1)_{n-1} n!), from n = 1, where 1 - z = exp(-ahead).

    It is c [2F1(top, a - 1; c; z) - 1] / (a - 1). Rows of like z are summed together, as long as they need.
    """
    found = np.empty(len(c))
    order = np.argsort(ahead, kind="stable")

    def put(piece: slice) -> None:
        some = order[piece]
        found[some] = _sum(top, a, c[some], -np.expm1(-ahead[some]), np.exp(-ahead[some]))

    in_pieces(len(c), ROWS, put)
    return found


def _sum(top: float, a: float, c: Floats, z: Floats, left: Floats) -> Floats:
    term: Floats = top * z
    total = term.copy()
    for n in range(1, TERMS):
        term *= ((top + n) * (a + n - 1) / (n + 1)) / (c + n) * z
        total += term
        if n % 8 == 0 and (np.abs(term) <= ENOUGH * np.abs(total) * left).all():
            break
    return total
