"""Learning from windows of the past: how far to leave the buy-till-you-die model, and for which level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from recompra.analytics.churn import logistic, season
from recompra.analytics.churn.features import FEATURES, FREE, NAMES, Floats, place
from recompra.analytics.churn.logistic import DIGITS, Line, Sample

STRENGTHS = (1_000.0, 100.0, 10.0)
"""How strongly the weights are held to the buy-till-you-die model's, in customers; the windows choose."""
ENOUGH = 25_000
"""Rows that weights are learnt from; the levels of the windows are measured on all. Rows are in the order of
their histories, so that every n-th of them is a fair share of each."""
BOUNDS: Mapping[str, Floats] = {
    "low": np.array([feature.sign[0] for feature in FEATURES]),
    "high": np.array([feature.sign[1] for feature in FEATURES]),
    "expected": np.array([feature.expected for feature in FEATURES]),
}
CHECKS = 2
"""The newest windows on which the choice is made, each with what was known before it."""
USUAL, HELD, DRIFT = 0.96, 0.1, 0.2
"""A model's steepness: its mean over shops, and its standard deviations, from shop to shop and from window
to window. A model left as steep as it was learnt is too sure, as no window to come is quite like those that
were; what one window of a shop with a season says of it hangs on that season."""


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

    def active(self, days: int) -> Window:
        """The customers whose last purchase was at most so many days ago."""
        some = self.silent <= days
        return replace(
            self, rows=self.rows[some], count=self.count[some], lost=self.lost[some], silent=self.silent[some]
        )


@dataclass(frozen=True)
class Model:
    """Logits of the features: `line` over rows cut to `low` .. `high`, plus `shift`, the coming window's
    level.

    strength: how strongly it was held to the buy-till-you-die model (infinite: it is that model). steepness:
    by what its weights were multiplied. windows: days of the windows it learnt from, newest first; levels:
    by how much each differed.
    """

    line: Line
    shift: float
    low: Floats
    high: Floats
    strength: float
    steepness: float = 1.0
    windows: tuple[int, ...] = ()
    levels: tuple[float, ...] = ()

    def logits(self, rows: Floats) -> Floats:
        return self.line.logits(np.clip(rows, self.low, self.high)) + self.shift


@dataclass
class Lessons:
    """The windows of a shop, newest first, and what was learnt from those that ended by a day.

    Weights are learnt from all customers, levels and steepness from those whose last purchase was at most
    `active_days` ago: of them the risk is shown.
    """

    windows: Sequence[Window]
    active_days: int
    _paths: dict[int, dict[float, tuple[Line, Floats, Floats]]] = field(default_factory=dict)

    def complete(self, day: int) -> list[Window]:
        return [window for window in self.windows if window.ends <= day]

    def model(self, day: int) -> Model | None:
        """The model as of a day: from the windows that ended by then. None: there is none."""
        known = self.complete(day)
        if not known:
            return None
        strength = self._strength(day)
        line, low, high = self._learnt(day, strength)
        steep = self._steepness(day, strength)
        return self._levelled(Model(line.times(steep), 0.0, low, high, strength, steep), day)

    def btyd(self, day: int) -> Model:
        """The buy-till-you-die model, brought to the level and the steepness of the windows that ended by a
        day; without any as it is."""
        wide, line = np.full(len(FEATURES), np.inf), Line(0.0, BOUNDS["expected"])
        newest = self._active(self.complete(day)[:CHECKS])
        steep = _steepness([(line.logits(one.rows), one) for one in newest]) if newest else 1.0
        return self._levelled(Model(line.times(steep), 0.0, -wide, wide, np.inf, steep), day)

    def plain(self, day: int, names: Sequence[str]) -> Line:
        """A plain logistic regression on some features of active customers alone, to compare with; the other
        features weigh nothing. Without any feature it is the base rate."""
        places = [place(name) for name in names]
        known = self._active(self.complete(day))
        sample = _sample(known)
        few = replace(sample, rows=sample.rows[:, places], window=np.zeros_like(sample.window))
        wide, none = np.full(len(places), np.inf), np.zeros(len(places))
        found = logistic.fit(few, 1.0, low=-wide, high=wide, expected=none)
        weights = np.zeros(len(NAMES))
        weights[places] = found.weights
        return Line(found.intercept, weights)

    def _strength(self, day: int) -> float:
        """The strength with which the newest windows would have been told best by those before them."""
        losses = dict.fromkeys(STRENGTHS, 0.0)
        for window in self._checks(day):
            for strength in STRENGTHS:
                logits = self._told(window, strength)
                losses[strength] += float(window.count @ np.logaddexp(0.0, logits) - window.lost @ logits)
        return min(STRENGTHS, key=lambda strength: (round(losses[strength], 6), -strength))

    def _steepness(self, day: int, strength: float) -> float:
        """That of the weights, by the newest windows as those before them would have told them."""
        return _steepness([(self._told(one, strength), one) for one in self._active(self._checks(day))])

    def _checks(self, day: int) -> list[Window]:
        return [one for one in self.complete(day) if self.complete(one.cut)][:CHECKS]

    def _active(self, windows: Sequence[Window]) -> list[Window]:
        return [window.active(self.active_days) for window in windows]

    def _told(self, window: Window, strength: float) -> Floats:
        """The logits of a window's rows by what was known before it, at their own level."""
        line, low, high = self._learnt(window.cut, strength)
        logits = line.logits(np.clip(window.rows, low, high))
        return logits + logistic.level(logits, window.count, window.lost)[0]

    def _levelled(self, model: Model, day: int) -> Model:
        """The model at the level that is to be expected after a day."""
        known = self._active(self.complete(day))
        found = [logistic.level(model.logits(one.rows), one.count, one.lost) for one in known]
        levels, errors = [shift for shift, _error in found], [error for _shift, error in found]
        shift = season.coming_level(day, [one.cut for one in known], levels, errors)
        return replace(
            model,
            shift=float(f"{shift:.{DIGITS}g}"),
            windows=tuple(one.cut for one in known),
            levels=tuple(float(f"{one:.{DIGITS}g}") for one in levels),
        )

    def _learnt(self, day: int, strength: float) -> tuple[Line, Floats, Floats]:
        """The weights learnt from the windows that ended by a day, and the range of each feature. Each
        strength starts where the next stronger one ended."""
        path = self._paths.setdefault(day, {})
        if strength not in path:
            stronger = [one for one in STRENGTHS if one > strength]
            start = self._learnt(day, min(stronger))[0] if stronger else None
            sample = _sample(self.complete(day))
            low, high = _range(sample.rows)
            held = replace(sample, rows=np.clip(sample.rows, low, high))
            path[strength] = logistic.fit(held, strength, start=start, **BOUNDS), low, high
        return path[strength]


def _steepness(told: Sequence[tuple[Floats, Window]]) -> float:
    """By what logits must be multiplied to be as sure as they may be: the mean over some windows that they
    told of, by how well each is known, and held to what is usual."""
    weights, total = 1 / HELD**2, USUAL / HELD**2
    for logits, window in told:
        if 0 < window.lost.sum() < window.count.sum():
            found, error = logistic.steepness(logits, window.count, window.lost)
            weight = 1 / (error**2 + DRIFT**2)
            weights, total = weights + weight, total + weight * found
    return float(f"{max(total / weights, 0.0):.{DIGITS}g}")


def _sample(windows: Sequence[Window]) -> Sample:
    """The windows one below the other, of very many rows every n-th. Most customers are in all windows, so
    each of n windows tells only as much as 1 / sqrt(n) of an own one."""
    step = -(-sum(len(window.rows) for window in windows) // ENOUGH) or 1
    weight = step / np.sqrt(len(windows))
    return Sample(
        np.vstack([window.rows[::step] for window in windows]),
        np.concatenate([window.count[::step] for window in windows]),
        np.concatenate([window.lost[::step] for window in windows]),
        np.concatenate([np.full(len(window.rows[::step]), weight) for window in windows]),
        np.concatenate([np.full(len(window.rows[::step]), place) for place, window in enumerate(windows)]),
    )


def _range(rows: Floats) -> tuple[Floats, Floats]:
    """What was seen of the features that may count either way; those of one sign are not cut, so that the
    risk goes on rising with silence."""
    free = np.array([feature.sign == FREE for feature in FEATURES])
    return np.where(free, rows.min(axis=0), -np.inf), np.where(free, rows.max(axis=0), np.inf)
