"""How much the coming window will differ from the mean one: what the windows of the past differed by, and
how far away they lie in the year and in time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recompra.analytics.churn.features import Floats

YEAR = 364
"""Whole weeks, so that a Saturday is compared with a Saturday."""
MEMORY = 180
"""Days after which what moved a level without a season is remembered to 37 %."""
WIDTH = 0.7
"""How alike two days of the year are: exp(-2 sin^2(pi d / 364) / WIDTH^2), for a month apart .76, for two
.33."""
SIZES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Standard deviations of the levels that are thought possible, in logits; all of them as likely."""
SEASONAL = (0.2, 0.5, 0.8, 0.95)
"""Shares of it that are the season's."""


def coming_level(day: int, days: Sequence[int], levels: Sequence[float], errors: Sequence[float]) -> float:
    """The level to expect of a window after `day`, from the levels of windows after earlier days.

    A Gaussian process with a part that returns each year and a part that fades, averaged over its size and
    its share of season by how well each explains the levels (Rasmussen & Williams 2006, 2.2 and 5.2).
    Levels that differ by no more than their errors give next to 0; without a year of history nothing is
    known of the season, and the newest window counts most.
    """
    if not days:
        return 0.0
    past, seen = np.array(days, dtype=np.float64), np.array(levels, dtype=np.float64)
    noise = np.diag(np.array(errors, dtype=np.float64) ** 2)
    likelihoods, means = [], []
    for size in SIZES:
        for share in SEASONAL:
            root = np.linalg.cholesky(size**2 * _alike(past, past, share) + noise)
            solved = np.linalg.solve(root.T, np.linalg.solve(root, seen))
            likelihoods.append(-0.5 * seen @ solved - np.log(np.diag(root)).sum())
            means.append(float((size**2 * _alike(np.array([float(day)]), past, share) @ solved)[0]))
    chance = np.exp(np.array(likelihoods) - max(likelihoods))
    return float(chance @ np.array(means) / chance.sum())


def _alike(one: Floats, other: Floats, seasonal: float) -> Floats:
    apart = np.abs(one[:, None] - other[None, :])
    year = np.exp(-2 * np.sin(np.pi * apart / YEAR) ** 2 / WIDTH**2)
    found: Floats = seasonal * year + (1 - seasonal) * np.exp(-apart / MEMORY)
    return found
