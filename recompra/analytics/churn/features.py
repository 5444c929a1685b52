"""The features of the risk model: to which behaviour each belongs, and which way it may count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FREE = (-np.inf, np.inf)
RAISES = (0.0, np.inf)
LOWERS = (-np.inf, 0.0)


@dataclass(frozen=True)
class Feature:
    """One column of the rows that a fit sees.

    `sign`: the range of its weight. Whatever moves while a customer is silent may move the risk one way
    only, so that silence never lowers it; what stands still may count either way. `expected`: the weight it
    has when the data say nothing.
    """

    name: str
    behaviour: str
    sign: tuple[float, float]
    expected: float = 0.0


FEATURES = (
    Feature("logit_silence", "recency", RAISES, 1.0),
    Feature("silence", "recency", RAISES),
    Feature("overdue", "recency", RAISES),
    Feature("long_overdue", "recency", RAISES),
    Feature("logit_fresh", "frequency", RAISES, 1.0),
    Feature("decayed_15", "frequency", LOWERS),
    Feature("decayed_45", "frequency", LOWERS),
    Feature("decayed_120", "frequency", LOWERS),
    Feature("decayed_360", "frequency", LOWERS),
    Feature("days_12m", "frequency", LOWERS),
    Feature("once", "frequency", FREE),
    Feature("interval", "frequency", FREE),
    Feature("irregularity", "frequency", FREE),
    Feature("ticket", "ticket", FREE),
    Feature("ticket_change", "ticket", FREE),
    Feature("growth", "growth", FREE),
    Feature("products", "mix", LOWERS),
    Feature("units", "mix", LOWERS),
)
"""`logit_fresh`: the logit of the buy-till-you-die model's “no purchase in the horizon” as if the customer
had bought today; `logit_silence`: what the silence since then adds to it. Together they are its logit, and
each is made of one behaviour. The others are columns of `churn_features`, as natural logarithms."""

NAMES = tuple(feature.name for feature in FEATURES)
FROM_TABLE = tuple(name for name in NAMES if not name.startswith("logit_"))
PLAIN = ("silence", "ticket", "days_12m", "growth", "products", "units")
"""One plain feature of each behaviour (of the mix, products and what stands for them without product ids)."""


def place(name: str) -> int:
    """The column of a feature in the rows."""
    return NAMES.index(name)
