"""How good probabilities of loss are, against what happened: on grouped rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, ndtr, xlog1py, xlogy

from recompra.analytics.churn.features import Floats, Ints

BINS = 15
"""Bins of the calibration error, with as many customers in each."""
DRAWS = 200
SEED = 20_260_601
_CLOSEST = 1e-12


@dataclass(frozen=True)
class Measured:
    """auc: the chance that who was lost had the higher risk than who was not, ties half (null without
    both). brier, log_loss: means over customers. ece: mean distance of predicted and observed over 15 bins
    of equally many customers; ece_floor: what it is on the mean for risks that are exactly right, by
    drawing 200 times whom they lose. ratio: predicted over observed losses. slope: by what the logits would
    have to be multiplied."""

    auc: float | None
    brier: float
    log_loss: float
    ece: float
    ece_floor: float
    ratio: float | None
    slope: float | None

    def told(self) -> dict[str, float | None]:
        return {
            "auc": self.auc,
            "brier": self.brier,
            "log_loss": self.log_loss,
            "ece": self.ece,
            "ece_floor": self.ece_floor,
            "predicted_over_observed": self.ratio,
            "slope": self.slope,
        }


def measured(risk: Floats, count: Floats, lost: Floats) -> Measured:
    """Of `count` customers with one risk, `lost` were lost."""
    each, is_lost = _apart(risk, count, lost)
    rng = np.random.default_rng(SEED)
    order = np.argsort(each, kind="stable")
    rising = each[order]
    drawn = [_ece(rising, (rng.random(len(each)) < rising).astype(np.float64)) for _ in range(DRAWS)]
    both = 0 < is_lost.sum() < len(is_lost)
    return Measured(
        auc(risk, count, lost) if both else None,
        float(np.mean((each - is_lost) ** 2)),
        float(log_losses(each, is_lost).mean()),
        _ece(rising, is_lost[order]),
        float(np.mean(drawn)),
        float(each.sum() / is_lost.sum()) if is_lost.sum() else None,
        _slope(each, is_lost) if both else None,
    )


def auc(risk: Floats, count: Floats, lost: Floats) -> float:
    """The area under the curve, ties counted half; of both kinds there must be somebody."""
    values, place = np.unique(risk, return_inverse=True)
    return _area(place, len(values), count, lost)


def _area(place: Ints, places: int, count: Floats, lost: Floats) -> float:
    """As `auc`, of risks already put in order: to ask of them often costs no sorting."""
    gone = np.bincount(place, lost, minlength=places)
    kept = np.bincount(place, count - lost, minlength=places)
    below = np.concatenate([[0.0], np.cumsum(kept)[:-1]])
    return float((gone * (below + kept / 2)).sum() / (gone.sum() * kept.sum()))


def chances(risk: Floats, count: Floats, *, ece: float, ratio: float, slope: float) -> dict[str, float]:
    """How often exactly right risks would miss such goals by chance: {"ece", "ratio", "slope": share}, by
    drawing whom they lose.

    ece: so much beyond the floor; ratio, slope: so far from 1 (of the slope by its standard error)."""
    rising = np.sort(np.repeat(risk, count.astype(np.int64)))
    rng = np.random.default_rng(SEED)
    drawn = [(rng.random(len(rising)) < rising).astype(np.float64) for _ in range(DRAWS)]
    found = np.array([_ece(rising, lost) for lost in drawn])
    ratios = rising.sum() / np.maximum([lost.sum() for lost in drawn], 0.5)
    safe = np.clip(rising, _CLOSEST, 1 - _CLOSEST)
    logits, bend = np.log(safe) - np.log1p(-safe), rising * (1 - rising)
    about = float(bend @ (logits - bend @ logits / bend.sum()) ** 2)
    return {
        "ece": float((found > found.mean() + ece).mean()),
        "ratio": float((np.abs(ratios - 1) > ratio).mean()),
        "slope": float(2 * ndtr(-slope * np.sqrt(about))),
    }


def log_losses(risk: Floats, lost: Floats) -> Floats:
    """Of each customer; a risk of 0 or 1 is taken a hair less sure."""
    safe = np.clip(risk, _CLOSEST, 1 - _CLOSEST)
    found: Floats = -(xlogy(lost, safe) + xlog1py(1 - lost, -safe))
    return found


def bins(risk: Floats, count: Floats, lost: Floats, parts: int = 10) -> list[dict[str, float]]:
    """For a reliability chart: predicted and observed share in parts of equally many customers, by rising
    risk."""
    each, is_lost = _apart(risk, count, lost)
    order = np.argsort(each, kind="stable")
    return [
        {
            "predicted": float(each[part].mean()),
            "observed": float(is_lost[part].mean()),
            "customers": len(part),
        }
        for part in np.array_split(order, min(parts, len(order)))
        if len(part)
    ]


def better(one: Floats, other: Floats, count: Floats, lost: Floats) -> dict[str, tuple[float, float]]:
    """By how much one risk beats another: {"auc", "log_loss": (gain, its standard error)}.

    The error is of a paired bootstrap: both are asked about the same drawn customers, 200 times.
    """
    first, is_lost = _apart(one, count, lost)
    second, _ = _apart(other, count, lost)
    rng = np.random.default_rng(SEED)
    losses = log_losses(second, is_lost) - log_losses(first, is_lost)
    ranked = [np.unique(risk, return_inverse=True) for risk in (first, second)]
    gains, areas = [], []
    for _draw in range(DRAWS):
        drawn = np.bincount(rng.integers(0, len(first), len(first)), minlength=len(first)).astype(np.float64)
        gone = drawn * is_lost
        if not 0 < gone.sum() < drawn.sum():
            continue
        ahead, behind = (_area(place, len(values), drawn, gone) for values, place in ranked)
        areas.append(ahead - behind)
        gains.append(float(drawn @ losses) / len(first))
    whole = np.ones(len(first))
    gain = auc(first, whole, is_lost) - auc(second, whole, is_lost)
    return {
        "auc": (gain, float(np.std(areas, ddof=1)) if len(areas) > 1 else float("inf")),
        "log_loss": (float(losses.mean()), float(np.std(gains, ddof=1)) if len(gains) > 1 else float("inf")),
    }


def _apart(risk: Floats, count: Floats, lost: Floats) -> tuple[Floats, Floats]:
    """One row per customer: (risk, whether lost)."""
    gone, kept = lost.astype(np.int64), (count - lost).astype(np.int64)
    each = np.concatenate([np.repeat(risk, gone), np.repeat(risk, kept)])
    return each, np.concatenate([np.ones(gone.sum()), np.zeros(kept.sum())])


def _ece(rising: Floats, lost: Floats) -> float:
    """Of risks in rising order."""
    edges = np.linspace(0, len(rising), min(BINS, len(rising)) + 1).astype(np.int64)[:-1]
    return float(np.abs(np.add.reduceat(rising - lost, edges)).sum() / len(rising))


def _slope(risk: Floats, lost: Floats) -> float:
    """The slope of a logistic regression of the losses on the logits of their risks."""
    safe = np.clip(risk, _CLOSEST, 1 - _CLOSEST)
    logits = np.log(safe) - np.log1p(-safe)

    def cost(at: Floats) -> tuple[float, Floats]:
        told = at[0] + at[1] * logits
        miss = expit(told) - lost
        return float(np.mean(np.logaddexp(0, told) - lost * told)), np.array(
            [miss.mean(), (miss * logits).mean()]
        )

    return float(minimize(cost, [0.0, 1.0], jac=True, method="L-BFGS-B", bounds=[(-50, 50), (-50, 50)]).x[1])
