"""The fit of the risk model: against its own definition, within its bounds, and the level of a window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from recompra.analytics.churn.features import Floats
from recompra.analytics.churn.logistic import FREEDOM, LEAST_SCALE, Line, Sample, fit, level, steepness

WIDE = np.array([-np.inf, -np.inf]), np.array([np.inf, np.inf])


def drawn(seed: int, customers: int = 400) -> Sample:
    """Two features, two windows, and losses that follow the first feature upwards and the second one
    downwards."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(customers, 2)) * [1.0, 2.0] + [3.0, -1.0]
    window = np.arange(customers) % 2
    count = rng.integers(1, 4, customers).astype(float)
    lost = rng.binomial(count.astype(int), expit(rows @ [0.8, -0.5] - 2.5 + window)).astype(float)
    return Sample(rows, count, lost, np.full(customers, 0.7), window)


def cost(sample: Sample, at: Floats, strength: float, expected: Floats) -> float:
    """The definition, slowly: customers one by one."""
    centre = np.average(sample.rows, axis=0, weights=sample.count)
    scale = np.maximum(
        np.sqrt(np.average((sample.rows - centre) ** 2, axis=0, weights=sample.count)), LEAST_SCALE
    )
    total = 0.5 * FREEDOM * float(at[:2] @ at[:2])
    total += 0.5 * strength * float(((at[2:] - expected) * scale) @ ((at[2:] - expected) * scale))
    for row, count, lost, weight, window in zip(
        sample.rows, sample.count, sample.lost, sample.weight, sample.window, strict=True
    ):
        chance = expit(at[window] + (row - centre) @ at[2:])
        total -= weight * (lost * np.log(chance) + (count - lost) * np.log1p(-chance))
    return total


@pytest.mark.parametrize("strength", [0.1, 10.0, 1_000.0])
def test_it_finds_the_lowest_cost(strength: float) -> None:
    sample, expected = drawn(1), np.array([1.0, 0.0])
    found = fit(sample, strength, low=WIDE[0], high=WIDE[1], expected=expected)
    best = minimize(lambda at: cost(sample, at, strength, expected), np.zeros(4), tol=1e-10)
    assert np.allclose(found.weights, best.x[2:], atol=1e-4)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_bound_is_kept_and_the_start_changes_nothing(seed: int) -> None:
    sample, bounds = drawn(seed, 60), {"low": np.array([-np.inf, 0.0]), "high": np.array([0.0, np.inf])}
    expected = np.zeros(2)
    found = fit(sample, 1.0, **bounds, expected=expected)
    assert found.weights[0] <= 0 <= found.weights[1]
    strong = fit(sample, 1_000.0, **bounds, expected=expected)
    again = fit(sample, 1.0, **bounds, expected=expected, start=strong)
    assert np.allclose(again.weights, found.weights, atol=1e-5)


def test_a_season_that_moves_a_whole_window_does_not_blur_the_weights() -> None:
    sample = drawn(3, 4_000)
    pooled = Sample(sample.rows, sample.count, sample.lost, sample.weight, np.zeros(4_000, dtype=np.int64))
    apart, together = (
        fit(one, 0.1, low=WIDE[0], high=WIDE[1], expected=np.zeros(2)) for one in (sample, pooled)
    )
    assert abs(apart.weights[0] - 0.8) < 0.05
    assert together.weights[0] < apart.weights[0]


def test_a_strong_hold_gives_the_expected_weights_and_bytes_do_not_depend_on_the_run() -> None:
    sample, expected = drawn(4), np.array([1.0, 0.5])
    found = [fit(sample, 1e9, low=WIDE[0], high=WIDE[1], expected=expected) for _ in range(2)]
    assert np.allclose(found[0].weights, expected, atol=1e-5)
    assert found[0].weights.tobytes() == found[1].weights.tobytes()


def test_the_level_brings_predicted_losses_to_the_observed_ones() -> None:
    logits, count = np.array([-1.0, 0.0, 2.0]), np.array([100.0, 200.0, 50.0])
    lost = np.array([50.0, 120.0, 48.0])
    shift, error = level(logits, count, lost)
    assert count @ expit(logits + shift) == pytest.approx(218, abs=1)
    assert error == pytest.approx(
        1 / np.sqrt(count @ (expit(logits + shift) * expit(-logits - shift))), rel=0.01
    )


@pytest.mark.parametrize("lost", [0.0, 350.0])
def test_the_level_is_finite_where_all_or_none_are_lost(lost: float) -> None:
    share = lost / 350
    count = np.array([100.0, 200.0, 50.0])
    shift, error = level(np.array([-1.0, 0.0, 2.0]), count, count * share)
    assert np.isfinite([shift, error]).all()
    assert (shift > 3) == bool(lost)


def test_steepness_tells_who_is_too_sure() -> None:
    """Logits twice as far from 0 as they should be, and of another level."""
    rng = np.random.default_rng(5)
    true, count = rng.normal(size=3_000), np.full(3_000, 4.0)
    lost = rng.binomial(4, expit(true)).astype(float)
    found, error = steepness(2 * true + 0.7, count, lost)
    assert abs(found - 0.5) < 3 * error < 0.1
    assert np.allclose(Line(1.0, np.array([2.0, -4.0])).times(0.5).logits(np.eye(2)), [1.5, -1.5])


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_steepness_is_finite_where_all_or_none_are_lost(share: float) -> None:
    count = np.array([3.0, 5.0, 2.0])
    found, error = steepness(np.array([-1.0, 0.0, 2.0]), count, count * share)
    assert np.isfinite([found, error]).all()
