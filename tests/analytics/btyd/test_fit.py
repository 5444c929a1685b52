"""Fits: published figures, few and strange customers, and the same bytes whatever the order of the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.btyd import fit as fitting
from recompra.analytics.btyd.climb import climbed
from recompra.analytics.btyd.fit import LAWS, Law, fit
from recompra.analytics.btyd.gamma_gamma import Spending, fit_spending
from recompra.analytics.btyd.histories import Floats, Histories
from recompra.analytics.purchase_history import purchase_history
from recompra.warehouse.schema import orders
from tests.analytics.cdnow import transactions
from tests.analytics.conftest import Ask

CUT, WEEKS = dt.date(1997, 9, 30), 39.0
PUBLISHED = {
    "bgnbd": ((0.2426, 4.4136, 0.7929, 2.4259), -9582.43),
    "mbgnbd": ((0.5248, 6.1831, 0.8914, 1.6140), -9582.14),
    "pareto": ((0.5533, 10.5777, 0.6062, 11.6686), -9594.98),
}


@pytest.fixture(scope="module")
def sample(ask: Ask, real_data: Callable[[str], Path]) -> dict[str, Floats]:
    """The CDNOW customers at the end of the calibration, and `later`: their purchase days after it."""
    rows = transactions(real_data("cdnow"))
    found = ask(purchase_history(orders, as_of=CUT, store_keys=None).order_by("customer_key"), rows)
    columns = {name: np.array([float(row[name] or 0) for row in found]) for name in found[0]}
    days = {(row["customer_key"], row["ordered_on"]) for row in rows if row["ordered_on"] > CUT}
    columns["later"] = np.array(
        [float(sum(who == key for who, _day in days)) for key in columns["customer_key"]]
    )
    return columns


def histories(sample: dict[str, Floats], *, spend: bool = False) -> Histories:
    x, last, age = sample["repeats"], sample["last_days"] / 7, sample["age_days"] / 7
    return Histories(x, last, age, np.ones(len(x)), sample["first_spend"] if spend else None)


@pytest.mark.parametrize("model", PUBLISHED)
def test_the_published_parameters(sample: dict[str, Floats], model: str) -> None:
    found = fit(model, histories(sample))
    parameters, log_likelihood = PUBLISHED[model]
    assert tuple(found.parameters.values()) == pytest.approx(parameters, rel=1e-3)
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=0.01)
    assert (found.customers, found.note) == (2357, "")


def test_gamma_gamma_as_published(sample: dict[str, Floats]) -> None:
    came_back = sample["repeats"] > 0
    x = sample["repeats"][came_back]
    mean = (sample["spend"] - sample["first_spend"])[came_back] / x
    found = fit_spending(Spending(x, mean, np.ones(len(x))))
    assert tuple(found.parameters.values()) == pytest.approx((6.2496, 3.7442, 15.4435), rel=1e-3)
    assert found.log_likelihood == pytest.approx(-4055.92, abs=0.01)
    assert found.customers == 946
    assert found.expected(x, mean).mean() == pytest.approx(35.37, abs=0.01)
    p, q, gamma = found.parameters.values()
    assert p * gamma / (q - 1) == pytest.approx(35.17, abs=0.01)


def test_who_spent_more_at_first_buys_more_often(sample: dict[str, Floats]) -> None:
    found = fit("bgnbd", histories(sample, spend=True))
    assert found.log_likelihood >= -9560.1
    assert 0.3 < found.parameters["covariate"] < 0.6


def test_the_last_39_weeks_are_told_as_well_as_published(sample: dict[str, Floats]) -> None:
    """Pareto/NBD: the goal of the four measures, by one model."""
    h = histories(sample)
    found = fit("pareto", h)
    told, came = found.expected(h, WEEKS), sample["later"]
    assert came.sum() == 1882
    assert np.abs(told - came).mean() <= 0.7545 + 5e-5
    assert np.sqrt(((told - came) ** 2).mean()) <= 1.603
    assert np.corrcoef(told, came)[0, 1] >= 0.630
    fresh = Histories(*(np.zeros(len(h)) for _ in range(3)), np.ones(len(h)))
    assert found.expected(fresh, h.age + WEEKS).sum() == pytest.approx(4339, rel=0.016)


@pytest.mark.parametrize("model", LAWS)
def test_order_and_grouping_change_no_byte(sample: dict[str, Floats], model: str) -> None:
    h = histories(sample)
    chance = np.random.default_rng(3).permutation(len(h))
    shuffled = Histories(h.repeats[chance], h.last[chance], h.age[chance], h.count[chance])
    assert fit(model, h) == fit(model, shuffled) == fit(model, h.grouped())


def test_nobody_one_customer_and_only_one_timers_are_said_so() -> None:
    nobody = Histories(*(np.zeros(0) for _ in range(4)))
    one = Histories(np.array([3.0]), np.array([5.0]), np.array([9.0]), np.ones(1))
    one_timers = Histories(np.zeros(2), np.zeros(2), np.array([10.0, 30.0]), np.array([40.0, 60.0]))
    for model in LAWS:
        assert fit(model, nobody).note == "empty"
        few, single = fit(model, one), fit(model, one_timers)
        assert (few.note, single.note) == ("few", "no_repeats")
        assert few.p_alive(one)[0] == pytest.approx(1.0, abs=1e-6)
        assert few.expected(one, 9.0)[0] == pytest.approx(4.0 / (9 / 3.5 + 9) * 9, rel=1e-6)
        silent = single.p_none(one_timers, 26.0)
        assert 0.98 < silent[0] <= silent[1] < 1


def test_a_shop_that_nobody_leaves_is_said_so() -> None:
    chance = np.random.default_rng(5)
    rate = chance.gamma(2.0, 0.05, 1500)
    x = chance.poisson(rate * 80).astype(float)
    last = np.where(x > 0, 80 * chance.beta(np.maximum(x, 1), 1), 0.0)
    h = Histories(x, last, np.full(1500, 80.0), np.ones(1500))
    for model in LAWS:
        found = fit(model, h)
        assert found.note == "no_dropout"
        assert found.expected(h, 20.0).sum() == pytest.approx(1500 * 0.1 * 20, rel=0.05)


@pytest.mark.parametrize("model", ["mbgnbd", "pareto"])
def test_parameters_of_a_known_law_are_found_again(model: str) -> None:
    """20,000 customers drawn from the law itself."""
    chance = np.random.default_rng(11)
    n, age = 20_000, 100.0
    rate, leave = chance.gamma(0.8, 1 / 6.0, n), chance.gamma(1.2, 1 / 30.0, n)
    end = np.minimum(chance.exponential(1 / leave), age)
    if model == "mbgnbd":
        occasions = chance.geometric(chance.beta(0.9, 2.5, n))  # leaves at this one, the first included
        x, last = _stories(chance, rate, np.full(n, age), occasions - 1)
        expected = {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 2.5}
    else:
        x, last = _stories(chance, rate, end, np.full(n, 10**6))
        expected = {"r": 0.8, "alpha": 6.0, "s": 1.2, "beta": 30.0}
    found = fit(model, Histories(x, last, np.full(n, age), np.ones(n)))
    for name, truth in expected.items():
        assert found.parameters[name] == pytest.approx(truth, rel=0.15), name


def _stories(chance: np.random.Generator, rate: Floats, end: Floats, most: Floats) -> tuple[Floats, Floats]:
    x, last, now = np.zeros(len(rate)), np.zeros(len(rate)), np.zeros(len(rate))
    going = np.ones(len(rate), dtype=bool)
    while going.any():
        now = now + chance.exponential(1 / np.maximum(rate, 1e-12))
        going &= (now <= end) & (x < most)
        x, last = x + going, np.where(going, now, last)
    return x, last


def test_beyond_so_many_rows_a_grid_hardly_moves_the_parameters() -> None:
    chance = np.random.default_rng(2)
    n = 90_000
    rate, age = chance.gamma(0.8, 1 / 6.0, n), chance.uniform(10, 150, n)
    x, last = _stories(chance, rate, np.minimum(chance.exponential(40, n), age), np.full(n, 10**6))
    h = Histories(x, last, age, np.ones(n))
    assert len(h.grouped()) > 60_000
    coarse, fine = fit("mbgnbd", h), fit("mbgnbd", _few(h))
    for name, number in fine.parameters.items():
        assert coarse.parameters[name] == pytest.approx(number, rel=0.1), name


def _few(h: Histories) -> Histories:
    """Every second row: few enough to be searched as they are."""
    return Histories(*(column[::2] for column in (h.repeats, h.last, h.age, h.count)))


@pytest.mark.parametrize("model", PUBLISHED)
def test_the_way_by_longer_steps_ends_where_the_plain_search_does(
    monkeypatch: pytest.MonkeyPatch, sample: dict[str, Floats], model: str
) -> None:
    h = histories(sample)
    plain = fit(model, h)
    monkeypatch.setattr("recompra.analytics.btyd.fit.COARSE_FROM", 100)
    searched, search = [], vars(fitting)["_search"]

    def noted(law: Law, rows: Histories, start: Floats) -> Floats:
        searched.append(len(rows))
        return np.asarray(search(law, rows, start))

    monkeypatch.setattr(fitting, "_search", noted)
    found = fit(model, h)
    assert len(searched) == 1
    assert searched[0] < len(h.grouped())
    assert tuple(found.parameters.values()) == pytest.approx(tuple(plain.parameters.values()), rel=1e-4)
    assert found.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-5)


def test_where_moves_lead_nowhere_the_search_is_plain() -> None:
    def flat(at: Floats) -> tuple[float, Floats]:
        return 0.0, np.zeros(2)

    def hill(at: Floats) -> tuple[float, Floats]:
        return -float(at @ at), -2 * at

    def bowl(at: Floats) -> tuple[float, Floats]:
        return float(at @ at), 2 * at

    ends = np.full(2, -9.0), np.full(2, 9.0)
    assert climbed([flat, bowl], np.ones(2), ends) is None
    assert climbed([bowl, hill], np.ones(2), ends) is None
    assert climbed([bowl, bowl], np.ones(2), (np.full(2, 0.5), ends[1])) is None
    assert climbed([bowl, bowl], np.ones(2), ends) == pytest.approx(np.zeros(2), abs=1e-8)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 2, 5, 1000]), st.floats(0, 1), st.floats(0, 400), st.integers(1, 50)
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(sorted(LAWS)),
)
def test_any_base_is_fitted_or_said_to_be_too_little(
    rows: list[tuple[int, float, float, int]], model: str
) -> None:
    x, part, age, count = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    h = Histories(x, np.where(x > 0, part * age, 0.0), age, count)
    found = fit(model, h)
    assert np.isfinite([*found.parameters.values(), found.log_likelihood]).all()
    for numbers in (found.p_alive(h), found.p_none(h, 13.0), found.expected(h, 13.0)):
        assert np.isfinite(numbers).all()
        assert (numbers >= 0).all()


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([1, 2, 7, 1000]), st.floats(0.01, 1e9), st.integers(1, 50)),
        max_size=12,
    )
)
def test_any_spending_is_fitted_or_said_to_be_too_little(rows: list[tuple[int, float, int]]) -> None:
    columns = [np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)] or [np.zeros(0)] * 3
    found = fit_spending(Spending(*columns))
    assert np.isfinite([*found.parameters.values(), found.log_likelihood]).all()
    told = found.expected(np.array([1.0, 5.0]), np.array([-3.0, 10.0]))
    assert np.isfinite(told).all()
    assert (told >= 0).all()


def test_histories_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="after the day"):
        Histories(np.ones(1), np.array([5.0]), np.array([4.0]), np.ones(1))
    with pytest.raises(ValueError, match="finite"):
        Histories(np.ones(1), np.array([np.nan]), np.array([4.0]), np.ones(1))
    with pytest.raises(ValueError, match="more than nothing"):
        Spending(np.ones(1), np.zeros(1), np.ones(1))
