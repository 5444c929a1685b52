"""The laws against the slow ones, and far out of the range of any sensible shop."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.btyd.fit import LAWS
from recompra.analytics.btyd.histories import Histories
from tests.analytics.btyd import slow

HISTORIES = [(0, 0.0, 30.0), (1, 12.0, 30.0), (3, 28.0, 30.0), (6, 10.0, 40.0), (2, 8.0, 8.0)]
GEOMETRIC, PARETO = (0.6, 5.0, 0.9, 2.1), (0.8, 9.0, 1.3, 15.0)


def one(x: float, last: float, age: float) -> Histories:
    return Histories(np.array([float(x)]), np.array([last]), np.array([age]), np.ones(1))


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("model", ["bgnbd", "mbgnbd", "pareto"])
def test_likelihood_and_who_has_left_are_the_integrals(model: str, history: tuple[int, float, float]) -> None:
    at = PARETO if model == "pareto" else GEOMETRIC
    whole, stayed = slow.pareto(*at, *history) if model == "pareto" else slow.geometric(model, *at, *history)
    law, h, plain = LAWS[model], one(*history), np.ones(1)
    value, _slopes = law.log_likelihood(np.array(at), h, plain)
    assert np.exp(value[0]) == pytest.approx(whole, rel=2e-3)
    assert law.p_alive(np.array(at), h, plain)[0] == pytest.approx(stayed / whole, rel=2e-3)


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("model", ["bgnbd", "mbgnbd", "pareto"])
def test_what_comes_is_the_integral(model: str, history: tuple[int, float, float]) -> None:
    x, _last, age = history
    at = PARETO if model == "pareto" else GEOMETRIC
    if model == "pareto":
        some, expected = slow.pareto_ahead(*at, x, age, 26.0)
    else:
        some, expected = slow.geometric_ahead(model, *at, x, age, 26.0)
    law, h, plain = LAWS[model], one(*history), np.ones(1)
    assert law.p_some(np.array(at), h, plain, np.array([26.0]))[0] == pytest.approx(some, rel=2e-3)
    assert law.expected(np.array(at), h, plain, np.array([26.0]))[0] == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize("model", LAWS)
def test_the_slopes_are_those_of_the_likelihood(model: str) -> None:
    chance = np.random.default_rng(7)
    x = chance.choice([0.0, 1.0, 3.0, 20.0, 200.0], 200)
    age = np.exp(chance.uniform(-1, 6, 200))
    h = Histories(x, np.where(x > 0, age * chance.random(200), 0.0), age, np.ones(200))
    law, at, plain = LAWS[model], np.array([0.6, 8.0, 0.9, 3.0]), np.ones(200)
    _value, slopes = law.log_likelihood(at, h, plain)
    for place in range(4):
        step = np.zeros(4)
        step[place] = 1e-5 * at[place]
        up, down = (law.log_likelihood(at + sign * step, h, plain)[0] for sign in (1, -1))
        assert slopes[:, place] == pytest.approx((up - down) / (2 * step[place]), rel=1e-4, abs=1e-4)


@st.composite
def extremes(draw: st.DrawFn) -> tuple[str, list[float], Histories, float]:
    """Parameters within the ranges of the search, up to 1,000 repeats, ages from nothing to a lifetime."""
    model = draw(st.sampled_from(sorted(LAWS)))
    ranges = zip(LAWS[model].lowest, LAWS[model].highest, strict=True)
    logs = [draw(st.floats(np.log(low), np.log(high))) for low, high in ranges]
    rows = draw(st.integers(1, 4))
    x = np.array([float(draw(st.sampled_from([0, 0, 1, 2, 30, 1000]))) for _ in range(rows)])
    age = np.array([draw(st.sampled_from([0.0, 0.1, 1.0, 52.0, 5000.0])) for _ in range(rows)])
    part = np.array([draw(st.sampled_from([0.0, 0.5, 1.0])) for _ in range(rows)])
    h = Histories(x, np.where(x > 0, age * part, 0.0), age, np.ones(rows))
    return model, [float(np.exp(log)) for log in logs], h, draw(st.sampled_from([0.0, 1.0, 52.0]))


@settings(max_examples=100, deadline=None)
@given(extremes())
def test_nothing_is_ever_no_number(drawn: tuple[str, list[float], Histories, float]) -> None:
    model, at, h, weeks = drawn
    law, plain, ahead = LAWS[model], np.ones(len(h)), np.full(len(h), weeks)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value, slopes = law.log_likelihood(np.array(at), h, plain)
        alive = law.p_alive(np.array(at), h, plain)
        some = law.p_some(np.array(at), h, plain, ahead)
        expected = law.expected(np.array(at), h, plain, ahead)
    for numbers in (value, slopes, alive, some, expected):
        assert np.isfinite(numbers).all()
    assert ((alive >= 0) & (alive <= 1)).all()
    assert ((some >= 0) & (some <= 1)).all()
    assert (expected >= 0).all()
