"""A logistic regression with bounds on its weights that leans on expected ones, by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import lsq_linear
from scipy.special import expit

from recompra.analytics.churn.features import Floats

STEPS = 40
SETTLED = 1e-6
LEAST_SCALE = 0.3
"""A feature that hardly varies is penalised as if it varied by so much: a rare one learns nothing wild."""
DIGITS = 12


@dataclass(frozen=True)
class Line:
    """intercept + rows @ weights, as logits."""

    intercept: float
    weights: Floats

    def logits(self, rows: Floats) -> Floats:
        found: Floats = self.intercept + rows @ self.weights
        return found


@dataclass(frozen=True)
class Sample:
    """Grouped rows: `count` customers share one, `lost` of them bought nothing in the window; `weight` is how
    much each customer counts."""

    rows: Floats
    count: Floats
    lost: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.rows)


def fit(
    sample: Sample, strength: float, *, low: Floats, high: Floats, expected: Floats, start: Line | None = None
) -> Line:
    """The weights between `low` and `high` that explain the losses, at the price strength / 2 * sum of
    ((weight - expected) * scale)^2.

    Scale: the feature's standard deviation over customers, at least .3. The intercept is free. The answer
    does not depend on `start`, which only saves steps.
    """
    count = sample.weight * sample.count
    lost = sample.weight * sample.lost
    total = count.sum()
    centre = count @ sample.rows / total
    spread = np.sqrt(np.maximum(count @ (sample.rows - centre) ** 2 / total, 0.0))
    design = np.column_stack([np.ones(len(sample)), sample.rows - centre])
    price = np.append(1e-6, strength * np.maximum(spread, LEAST_SCALE) ** 2)
    wanted = np.append(0.0, expected)
    bounds = np.append(-np.inf, low), np.append(np.inf, high)
    at = (
        wanted.copy() if start is None else np.append(start.intercept + start.weights @ centre, start.weights)
    )
    at = np.clip(at, *bounds)
    scale = np.append(1.0, np.maximum(spread, LEAST_SCALE))

    def cost(point: Floats) -> float:
        logits = design @ point
        return float(count @ np.logaddexp(0.0, logits) - lost @ logits + 0.5 * price @ (point - wanted) ** 2)

    value = cost(at)
    for _ in range(STEPS):
        move = _step(design, count, lost, at, price, wanted, bounds)
        share = 1.0
        while (there := cost(at + share * move)) > value + 1e-12 * abs(value) and share > 1e-4:
            share /= 2
        at, value = at + share * move, there
        if np.abs(share * move * scale).max() < SETTLED:
            break
    at = np.clip(at, *bounds)
    weights = np.array([float(f"{one:.{DIGITS}g}") for one in at[1:]])
    return Line(float(f"{at[0] - weights @ centre:.{DIGITS}g}"), weights)


def _step(
    design: Floats,
    count: Floats,
    lost: Floats,
    at: Floats,
    price: Floats,
    wanted: Floats,
    bounds: tuple[Floats, Floats],
) -> Floats:
    """The way to the lowest point of the parabola that touches the cost here, within the bounds."""
    chance = expit(design @ at)
    slope = design.T @ (count * chance - lost) + price * (at - wanted)
    bend = count * np.maximum(chance * (1 - chance), 1e-6)
    curve = (design * bend[:, None]).T @ design + np.diag(price)
    root = np.linalg.cholesky(curve).T
    target = np.linalg.solve(root.T, -slope)
    room = bounds[0] - at - 1e-12, bounds[1] - at + 1e-12
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
