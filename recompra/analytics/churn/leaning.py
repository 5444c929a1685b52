"""What the risk model leans on: the buy-till-you-die model's logit of “no purchase in the horizon”, in the
two behaviours that it is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recompra.analytics.btyd.fit import Fitted, fit
from recompra.analytics.btyd.histories import Histories
from recompra.analytics.churn.features import Floats

LAW = "mbgnbd"
"""Of the three laws the one whose one-timers may have left at once, and whose answer has a closed form: it is
asked about each history of each window."""
WEEK = 7
_CLOSEST = 1e-9


@dataclass(frozen=True)
class Days:
    """Distinct histories in days, and how many customers have each."""

    repeats: Floats
    last: Floats
    age: Floats
    count: Floats

    def at(self, age: Floats) -> Histories:
        return Histories(self.repeats, self.last / WEEK, age / WEEK, self.count)


def learnt(days: Days) -> Fitted:
    """The law's likeliest parameters."""
    return fit(LAW, days.at(days.age))


def logits(law: Fitted, days: Days, horizon_days: int) -> tuple[Floats, Floats]:
    """(fresh, silence) of each history, in whole millionths.

    fresh: the logit as if the last purchase were today, so made of frequency alone; silence: what the days
    since add to it, never less than 0. Together they are the logit itself.
    """
    weeks = horizon_days / WEEK
    fresh = _logit(law.p_none(days.at(days.last), weeks))
    whole = _logit(law.p_none(days.at(days.age), weeks))
    return np.rint(fresh * 1e6), np.rint(np.maximum(whole - fresh, 0.0) * 1e6)


def _logit(chance: Floats) -> Floats:
    safe = np.clip(chance, _CLOSEST, 1 - _CLOSEST)
    found: Floats = np.log(safe) - np.log1p(-safe)
    return found
