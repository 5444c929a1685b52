"""Whether the risks would have been right: the last complete window, told from what was known before it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from scipy.special import expit

from recompra.analytics.churn import measures
from recompra.analytics.churn.features import PLAIN, Floats, place
from recompra.analytics.churn.model import Lessons, Window
from recompra.predictions.part import Asked

LEAST = 30
"""So many active customers must have come back in the window, and so many not, for anything to be told of
it."""
MATTERS = 0.002
"""Of AUC, and of log loss: with many customers smaller differences are certain and still change no
decision."""
SHORT = "short_history"
"""The buy-till-you-die model answers: no earlier window is complete to learn from, or the last one is too
small to check on."""
BEHIND = "model_not_better"
"""The buy-till-you-die model answers: on the last window the own model was worse than it, or than recency."""
NOT_BETTER = "not_better"
"""Nothing is shown: on the last window the risks were worse than recency alone."""


@dataclass(frozen=True)
class Verdict:
    """Who answers ("model" or "btyd"), whether it is shown, and why not, or why the other one."""

    source: str
    is_shown: bool
    reason: str
    accuracy: dict[str, Any] | None = None


@dataclass(frozen=True)
class Watched:
    """The active customers of a past day: who was lost, and the risks that were told of them by each way."""

    count: Floats
    lost: Floats
    risks: dict[str, Floats]

    def is_worse(self, one: str, other: str) -> bool:
        """Whether one way was worse than the other in rank or in likelihood: by more than one standard error,
        and by more than matters."""
        found = measures.better(self.risks[one], self.risks[other], self.count, self.lost)
        return any(gain < -max(error, MATTERS) for gain, error in found.values())


def verdict(lessons: Lessons, asked: Asked) -> Verdict:
    """The rule, the same for every shop: the model where, on the last complete window, it was not worse than
    recency alone nor than the buy-till-you-die model by more than one standard error; else the
    buy-till-you-die model where it was not worse than recency; else nothing."""
    last = lessons.windows[0] if lessons.windows else None
    if last is None or not _is_enough(last := last.active(asked.active_days)):
        return Verdict("btyd", True, SHORT)
    watched = _watched(lessons, last, asked)
    if "model" not in watched.risks:
        return Verdict("btyd", True, SHORT, _accuracy(watched, last, "btyd"))
    if not watched.is_worse("model", "recency") and not watched.is_worse("model", "btyd_raw"):
        return Verdict("model", True, "", _accuracy(watched, last, "model"))
    if not watched.is_worse("btyd", "recency"):
        return Verdict("btyd", True, BEHIND, _accuracy(watched, last, "btyd"))
    return Verdict("btyd", False, NOT_BETTER, _accuracy(watched, last, "btyd"))


def _is_enough(active: Window) -> bool:
    lost = active.lost.sum()
    return bool(lost >= LEAST and active.count.sum() - lost >= LEAST)


def _watched(lessons: Lessons, active: Window, asked: Asked) -> Watched:
    raw = active.rows[:, place("logit_fresh")] + active.rows[:, place("logit_silence")]
    risks = {"btyd_raw": expit(raw), "btyd": expit(lessons.btyd(active.cut).logits(active.rows))}
    model = lessons.model(active.cut)
    if model is not None and _has_both(lessons, active.cut, asked):
        plain = {"base_rate": (), "recency": ("silence",), "behaviours": PLAIN}
        risks["model"] = expit(model.logits(active.rows))
        for name, features in plain.items():
            line = lessons.plain(active.cut, features)
            risks[name] = expit(line.logits(active.rows))
    return Watched(active.count, active.lost, risks)


def _has_both(lessons: Lessons, day: int, asked: Asked) -> bool:
    """Whether before a day enough active customers came back, and enough did not, for a comparison."""
    known = [window.active(asked.active_days) for window in lessons.complete(day)]
    lost = sum(float(window.lost.sum()) for window in known)
    return min(lost, sum(float(window.count.sum()) for window in known) - lost) >= LEAST


def _accuracy(watched: Watched, window: Window, source: str) -> dict[str, Any]:
    found = {
        name: measures.measured(risk, watched.count, watched.lost).told()
        for name, risk in watched.risks.items()
    }
    told = ("base_rate", "recency", "btyd_raw", "behaviours")
    return {
        "cut": dt.date.fromordinal(window.cut).isoformat(),
        "until": dt.date.fromordinal(window.ends).isoformat(),
        "customers": round(float(watched.count.sum())),
        "measures": [
            {
                "name": name,
                "value": value,
                "baselines": {
                    "btyd" if other == "btyd_raw" else other: found[other][name]
                    for other in told
                    if other in found
                },
            }
            for name, value in found[source].items()
        ],
        "bins": measures.bins(watched.risks[source], watched.count, watched.lost),
    }
