"""The laws once more, slowly: chances and expectations as plain means over customers' own rates.

Nothing is shared with the product: the story of one customer is written down, and averaged over a fine grid
of the quantiles of both rates.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import beta as beta_law
from scipy.stats import gamma as gamma_law

from recompra.analytics.btyd.histories import Floats

STEPS = 1500
_QUANTILES = (np.arange(STEPS) + 0.5) / STEPS


def geometric(
    model: str, r: float, alpha: float, a: float, b: float, x: int, last: float, age: float
) -> tuple[float, float]:
    """(likelihood of the history, of the history and of being still a customer) under BG/NBD or MBG/NBD."""
    occasions = x + (model == "mbgnbd")
    rate, leave = _gammas(r, alpha)[:, None], beta_law.ppf(_QUANTILES, a, b)[None, :]
    stays = (1 - leave) ** occasions * rate**x * np.exp(-rate * age)
    if not occasions:
        return float(stays.mean()), float(stays.mean())
    left = leave * (1 - leave) ** (occasions - 1) * rate**x * np.exp(-rate * last)
    return float((stays + left).mean()), float(stays.mean())


def pareto(
    r: float, alpha: float, s: float, beta: float, x: int, last: float, age: float
) -> tuple[float, float]:
    """As `geometric`, under Pareto/NBD."""
    rate, leave = _gammas(r, alpha)[:, None], _gammas(s, beta)[None, :]
    both = rate + leave
    stays = rate**x * np.exp(-both * age)
    left = rate**x * leave / both * (np.exp(-both * last) - np.exp(-both * age))
    return float((stays + left).mean()), float(stays.mean())


def geometric_ahead(
    model: str, r: float, alpha: float, a: float, b: float, x: int, age: float, weeks: float
) -> tuple[float, float]:
    """(chance of a purchase, purchases expected) in the next weeks of who is still a customer."""
    occasions = x + (model == "mbgnbd")
    rate = _gammas(r + x, alpha + age)[:, None]
    leave = beta_law.ppf(_QUANTILES, a, b + occasions)[None, :]
    expected = -np.expm1(-rate * leave * weeks) / leave
    return float(-np.expm1(-rate * weeks).mean()), float(expected.mean())


def pareto_ahead(
    r: float, alpha: float, s: float, beta: float, x: int, age: float, weeks: float
) -> tuple[float, float]:
    """As `geometric_ahead`, under Pareto/NBD."""
    rate, leave = _gammas(r + x, alpha + age)[:, None], _gammas(s, beta + age)[None, :]
    some = rate / (rate + leave) * -np.expm1(-(rate + leave) * weeks)
    return float(some.mean()), float((rate * -np.expm1(-leave * weeks) / leave).mean())


def _gammas(shape: float, rate: float) -> Floats:
    found: Floats = gamma_law.ppf(_QUANTILES, shape, scale=1 / rate)
    return found
