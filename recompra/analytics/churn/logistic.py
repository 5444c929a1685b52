"""A logistic regression with bounds on its weights that leans on expected ones, by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import lsq_linear
from scipy.special import expit

from recompra.analytics.churn.features import Floats, Ints

STEPS = 40
SETTLED = 1e-6
LEAST_SCALE = 0.3
"""A feature that hardly varies is penalised as if it varied by so much: a rare one learns nothing wild."""
FREEDOM = 0.01
"""The price of an intercept: as good as none, and a window in which all were lost still has a finite one."""
DIGITS = 12


@dataclass(frozen=True)
class Line:
    """intercept + rows @ weights, as logits."""

    intercept: float
    weights: Floats

    def logits(self, rows: Floats) -> Floats:
        found: Floats = self.intercept + rows @ self.weights
        return found

    def times(self, factor: float) -> Line:
        """The line whose logits are those of this one, so many times."""
        weights = np.array([float(f"{one:.{DIGITS}g}") for one in self.weights * factor])
        return Line(float(f"{self.intercept * factor:.{DIGITS}g}"), weights)


@dataclass(frozen=True)
class Sample:
    """Grouped rows: `count` customers share one, `lost` of them bought nothing in the window; `weight` is how
    much each customer counts; `window` is the number of the row's window, from 0."""

    rows: Floats
    count: Floats
    lost: Floats
    weight: Floats
    window: Ints

    def __len__(self) -> int:
        return len(self.rows)


def fit(
    sample: Sample, strength: float, *, low: Floats, high: Floats, expected: Floats, start: Line | None = None
) -> Line:
    """The weights between `low` and `high` that explain the losses, at the price strength / 2 * sum of
    ((weight - expected) * scale)^2.

    Scale: the feature's standard deviation over customers, at least .3. Each window has an intercept of its
    own, so that a season that moves whole windows does not blur what tells customers apart within one; the
    line has their mean over customers. The answer does not depend on `start`, which only saves steps.
    """
    count, lost = sample.weight * sample.count, sample.weight * sample.lost
    total = count.sum()
    centre = count @ sample.rows / total
    scale = np.maximum(np.sqrt(np.maximum(count @ (sample.rows - centre) ** 2 / total, 0.0)), LEAST_SCALE)
    windows = int(sample.window.max()) + 1
    own = np.zeros((len(sample), windows))
    own[np.arange(len(sample)), sample.window] = 1.0
    problem = _Problem(
        np.column_stack([own, sample.rows - centre]),
        count,
        lost,
        np.append(np.full(windows, FREEDOM), strength * scale**2),
        np.append(np.zeros(windows), expected),
        np.append(np.full(windows, -np.inf), low),
        np.append(np.full(windows, np.inf), high),
    )
    begin = problem.wanted.copy()
    if start is not None:
        begin[:windows], begin[windows:] = start.intercept + start.weights @ centre, start.weights
    at = problem.lowest(begin, np.append(np.ones(windows), scale))
    mean = float(np.bincount(sample.window, count, minlength=windows) @ at[:windows] / total)
    weights = np.array([float(f"{one:.{DIGITS}g}") for one in at[windows:]])
    return Line(float(f"{mean - weights @ centre:.{DIGITS}g}"), weights)


@dataclass(frozen=True)
class _Problem:
    """Logits are design @ point; the cost is the lost likelihood and price / 2 * (point - wanted)^2."""

    design: Floats
    count: Floats
    lost: Floats
    price: Floats
    wanted: Floats
    low: Floats
    high: Floats

    def lowest(self, begin: Floats, scale: Floats) -> Floats:
        """The point of the lowest cost within the bounds."""
        at = np.clip(begin, self.low, self.high)
        value = self.cost(at)
        for _ in range(STEPS):
            move = self.step(at)
            share = 1.0
            while (there := self.cost(at + share * move)) > value + 1e-12 * abs(value) and share > 1e-4:
                share /= 2
            at, value = at + share * move, there
            if np.abs(share * move * scale).max() < SETTLED:
                break
        found: Floats = np.clip(at, self.low, self.high)
        return found

    def cost(self, point: Floats) -> float:
        logits = self.design @ point
        missed = self.count @ np.logaddexp(0.0, logits) - self.lost @ logits
        return float(missed + 0.5 * self.price @ (point - self.wanted) ** 2)

    def step(self, at: Floats) -> Floats:
        """The way to the lowest point, within the bounds, of the parabola that touches the cost here."""
        chance = expit(self.design @ at)
        slope = self.design.T @ (self.count * chance - self.lost) + self.price * (at - self.wanted)
        bend = self.count * np.maximum(chance * (1 - chance), 1e-6)
        curve = (self.design * bend[:, None]).T @ self.design + np.diag(self.price)
        root = np.linalg.cholesky(curve).T
        target = np.linalg.solve(root.T, -slope)
        room = self.low - at - 1e-12, self.high - at + 1e-12
        found: Floats = lsq_linear(root, target, bounds=room, method="bvls", tol=1e-12).x
        return found


def level(logits: Floats, count: Floats, lost: Floats) -> tuple[float, float]:
    """(what must be added to all logits so that as many are lost as really were, its standard error).

    As if half a customer more had been lost and half a one had stayed, so that it is finite."""
    count = np.append(count, 1.0)
    logits = np.append(logits, float(count[:-1] @ logits) / max(float(count[:-1].sum()), 1.0))
    missing = float(lost.sum()) + 0.5
    shift = 0.0
    for _ in range(60):
        chance = expit(logits + shift)
        bend = float(count @ (chance * (1 - chance))) + 1e-12
        move = float(np.clip((missing - float(count @ chance)) / bend, -2.0, 2.0))
        shift += move
        if abs(move) < 1e-10:
            break
    return shift, float(1 / np.sqrt(bend))


def steepness(logits: Floats, count: Floats, lost: Floats) -> tuple[float, float]:
    """(by what the logits would have to be multiplied to be right, apart from their level; its standard
    error). Held to 1 by as little as a standard deviation of 1, so that it is finite."""
    at = np.array([0.0, 1.0])
    design = np.column_stack([np.ones(len(logits)), logits])
    price = np.array([FREEDOM, 1.0])
    for _ in range(STEPS):
        chance = expit(design @ at)
        slope = design.T @ (count * chance - lost) + price * (at - (0.0, 1.0))
        curve = (design * (count * chance * (1 - chance))[:, None]).T @ design + np.diag(price)
        move = np.clip(np.linalg.solve(curve, slope), -1.0, 1.0)
        at = at - move
        if np.abs(move).max() < SETTLED:
            break
    return float(at[1]), float(np.sqrt(np.linalg.inv(curve)[1, 1]))
