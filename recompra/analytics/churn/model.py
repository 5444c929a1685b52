"""Learning from windows of the past: how far to leave the buy-till-you-die model, and for which level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from recompra.analytics.churn import logistic, season
from recompra.analytics.churn.features import FEATURES, FREE, NAMES, Floats, place
from recompra.analytics.churn.logistic import DIGITS, Line, Sample

STRENGTHS = (10_000.0, 1_000.0, 100.0, 10.0)
"""How strongly the weights are held to the buy-till-you-die model's, in customers; the windows choose."""
CHECKS = 2
"""The newest windows on which the choice is made, each with what was known before it."""


@dataclass(frozen=True)
class Window:
    """What was known of the customers at the end of day `cut` (a day number), and who of them bought
    nothing in the `length` days after. `rows`: the columns of FEATURES; `count` customers share a row,
    `lost` of them were lost. `silent`: days since the last purchase."""

    cut: int
    length: int
    rows: Floats
    count: Floats
    lost: Floats
    silent: Floats

    @property
    def ends(self) -> int:
        return self.cut + self.length

    @property
    def customers(self) -> int:
        return round(float(self.count.sum()))


@dataclass(frozen=True)
class Model:
    """Logits of the features: `line` over rows cut to `low` .. `high`, plus `shift`, the coming window's
    level.

    strength: how strongly it was held to the buy-till-you-die model (infinite: it is that model). windows:
    days of the windows it learnt from, newest first; levels: by how much each differed.
    """

    line: Line
    shift: float
    low: Floats
    high: Floats
    strength: float
    windows: tuple[int, ...] = ()
    levels: tuple[float, ...] = ()

    def logits(self, rows: Floats) -> Floats:
        return self.line.logits(np.clip(rows, self.low, self.high)) + self.shift


@dataclass
class Lessons:
    """The windows of a shop, newest first, and what was learnt from those that ended by a day."""

    windows: Sequence[Window]
    _paths: dict[int, dict[float, tuple[Line, Floats, Floats]]] = field(default_factory=dict)

    def complete(self, day: int) -> list[Window]:
        return [window for window in self.windows if window.ends <= day]

    def model(self, day: int) -> Model | None:
        """The model as of a day: from the windows that ended by then. None: there is none."""
        known = self.complete(day)
        if not known:
            return None
        strength = self._strength(day)
        line, low, high = self._learnt(day)[strength]
        bare = Model(line, 0.0, low, high, strength)
        return _levelled(bare, known, day)

    def btyd(self, day: int) -> Model:
        """The buy-till-you-die model, brought to the level of the windows that ended by a day."""
        weights = np.array([feature.expected for feature in FEATURES])
        wide = np.full(len(FEATURES), np.inf)
        return _levelled(Model(Line(0.0, weights), 0.0, -wide, wide, np.inf), self.complete(day), day)

    def plain(self, day: int, names: Sequence[str]) -> Line:
        """A plain logistic regression on some features, to compare with; the others weigh nothing."""
        places = [place(name) for name in names]
        known = self.complete(day)
        sample = _sample(known)
        few = Sample(
            sample.rows[:, places], sample.count, sample.lost, sample.weight, np.zeros_like(sample.window)
        )
        wide, none = np.full(len(places), np.inf), np.zeros(len(places))
        found = logistic.fit(few, 1.0, low=-wide, high=wide, expected=none)
        weights = np.zeros(len(NAMES))
        weights[places] = found.weights
        return Line(found.intercept, weights)

    def _strength(self, day: int) -> float:
        """The strength with which the newest windows would have been told best by those before them."""
        losses = dict.fromkeys(STRENGTHS, 0.0)
        for window in [one for one in self.complete(day) if self.complete(one.cut)][:CHECKS]:
            for strength, (line, low, high) in self._learnt(window.cut).items():
                logits = line.logits(np.clip(window.rows, low, high))
                logits = logits + logistic.level(logits, window.count, window.lost)[0]
                losses[strength] += float(window.count @ np.logaddexp(0.0, logits) - window.lost @ logits)
        return min(STRENGTHS, key=lambda strength: (round(losses[strength], 6), -strength))

    def _learnt(self, day: int) -> dict[float, tuple[Line, Floats, Floats]]:
        """{strength: the weights learnt from the windows that ended by a day, and the range of each
        feature}."""
        if day not in self._paths:
            known = self.complete(day)
            sample = _sample(known)
            low, high = _range(sample.rows)
            held = replace(sample, rows=np.clip(sample.rows, low, high))
            bounds = {
                "low": np.array([feature.sign[0] for feature in FEATURES]),
                "high": np.array([feature.sign[1] for feature in FEATURES]),
                "expected": np.array([feature.expected for feature in FEATURES]),
            }
            path: dict[float, tuple[Line, Floats, Floats]] = {}
            line: Line | None = None
            for strength in STRENGTHS:
                line = logistic.fit(held, strength, **bounds, start=line)
                path[strength] = line, low, high
            self._paths[day] = path
        return self._paths[day]


def _sample(windows: Sequence[Window]) -> Sample:
    """The windows one below the other. Most customers are in all of them, so each of n windows tells only as
    much as 1 / sqrt(n) of an own one."""
    weight = 1 / np.sqrt(len(windows))
    return Sample(
        np.vstack([window.rows for window in windows]),
        np.concatenate([window.count for window in windows]),
        np.concatenate([window.lost for window in windows]),
        np.full(sum(len(window.rows) for window in windows), weight),
        np.concatenate([np.full(len(window.rows), place) for place, window in enumerate(windows)]),
    )


def _range(rows: Floats) -> tuple[Floats, Floats]:
    """What was seen of the features that may count either way; those of one sign are not cut, so that the
    risk goes on rising with silence."""
    free = np.array([feature.sign == FREE for feature in FEATURES])
    return np.where(free, rows.min(axis=0), -np.inf), np.where(free, rows.max(axis=0), np.inf)


def _levelled(model: Model, windows: Sequence[Window], day: int) -> Model:
    found = [logistic.level(model.logits(one.rows), one.count, one.lost) for one in windows]
    levels, errors = [shift for shift, _error in found], [error for _shift, error in found]
    shift = season.coming_level(day, [one.cut for one in windows], levels, errors)
    return Model(
        model.line, float(f"{shift:.{DIGITS}g}"), model.low, model.high, model.strength,
        tuple(one.cut for one in windows), tuple(float(f"{one:.{DIGITS}g}") for one in levels),
    )  # fmt: skip
