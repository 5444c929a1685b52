"""The measures of the accuracy card: by hand, and against slow definitions."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from recompra.analytics.churn.measures import auc, better, bins, chances, measured

RISKS = np.array([0.1, 0.4, 0.4, 0.8])
ONES = np.ones(4)


def test_by_hand() -> None:
    """One of the two at .4 and the one at .8 are lost: three and a half of four pairs are in order."""
    lost = np.array([0.0, 1.0, 0.0, 1.0])
    found = measured(RISKS, ONES, lost)
    assert found.auc == pytest.approx(3.5 / 4)
    assert found.brier == pytest.approx((0.01 + 0.36 + 0.16 + 0.04) / 4)
    assert found.log_loss == pytest.approx(-np.log([0.9, 0.4, 0.6, 0.8]).mean())
    assert found.ratio == pytest.approx(1.7 / 2)
    assert [one["customers"] for one in bins(RISKS, ONES, lost, parts=2)] == [2, 2]
    assert bins(RISKS, ONES, lost, parts=2)[1] == pytest.approx(
        {"predicted": 0.6, "observed": 0.5, "customers": 2}
    )


def test_of_one_kind_alone_there_is_no_rank() -> None:
    found = measured(RISKS, ONES, ONES)
    assert (found.auc, found.slope) == (None, None)
    assert measured(RISKS, ONES, ONES * 0).ratio is None


@settings(max_examples=40, deadline=None)
@given(
    risks=st.lists(st.sampled_from([0.1, 0.3, 0.5, 0.9]), min_size=2, max_size=20),
    seed=st.integers(0, 1_000),
)
def test_the_area_is_the_share_of_pairs_in_order(risks: list[float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    lost = rng.integers(0, 2, len(risks)).astype(float)
    lost[:2] = [0.0, 1.0]
    pairs = [
        0.5 if one == other else float(one > other)
        for (one, gone), (other, kept) in itertools.product(zip(risks, lost, strict=True), repeat=2)
        if gone and not kept
    ]
    assert auc(np.array(risks), np.ones(len(risks)), lost) == pytest.approx(sum(pairs) / len(pairs))


def test_risks_that_are_right_are_calibrated_and_grouped_rows_count() -> None:
    rng = np.random.default_rng(5)
    logits = rng.normal(size=3_000) * 1.5
    count = np.full(3_000, 3.0)
    found = measured(expit(logits), count, rng.binomial(3, expit(logits)).astype(float))
    assert found.ece < found.ece_floor + 0.01
    assert found.slope == pytest.approx(1, abs=0.05)
    assert found.ratio == pytest.approx(1, abs=0.03)
    half = measured(expit(logits / 2), count, rng.binomial(3, expit(logits)).astype(float))
    assert half.slope == pytest.approx(2, abs=0.15)


def test_a_better_risk_is_better_beyond_its_error_and_the_same_one_is_not() -> None:
    rng = np.random.default_rng(6)
    logits = rng.normal(size=2_000)
    lost, count = rng.binomial(1, expit(logits)).astype(float), np.ones(2_000)
    found = better(expit(logits), np.full(2_000, 0.5), count, lost)
    assert all(gain > 3 * error for gain, error in found.values())
    assert better(expit(logits), expit(logits), count, lost) == {"auc": (0.0, 0.0), "log_loss": (0.0, 0.0)}


def test_by_chance_small_shops_miss_the_goals_and_large_ones_do_not() -> None:
    """Of 400 people at one half the total is off by a twentieth in a third of the draws."""
    goals = {"ece": 0.01, "ratio": 0.05, "slope": 0.1}
    half = chances(np.full(400, 0.5), np.ones(400), **goals | {"slope": 1e9})
    assert half["ratio"] == pytest.approx(0.32, abs=0.1)
    rng = np.random.default_rng(7)
    risks = expit(rng.normal(size=500) * 1.5)
    few, many = (chances(risks, np.full(500, each), **goals) for each in (1.0, 100.0))
    assert few["ece"] > 0.1
    assert few["slope"] > 0.2
    assert max(many.values()) < 0.01
