"""Finding the parameters of a buy-till-you-die model, and asking the fitted model about customers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from recompra.analytics.btyd.beta_geometric import BetaGeometric
from recompra.analytics.btyd.climb import Objective, climbed
from recompra.analytics.btyd.histories import Floats, Histories
from recompra.analytics.btyd.pareto import Pareto

Law = BetaGeometric | Pareto
LAWS: dict[str, Law] = {"bgnbd": BetaGeometric(first=0), "mbgnbd": BetaGeometric(first=1), "pareto": Pareto()}
FEW_REPEATERS = 10
"""Four parameters from fewer people who came back are a guess: the fallback says so instead."""
SEEN = 0.001
"""A fit by which fewer than one customer in a thousand has left has found nobody leaving."""
DIGITS = 12
GRID_FROM, GRID_STEPS = 60_000, 64
"""With more distinct histories than that, times are moved to steps of a 64th of the mean age (six days of
one year) while the parameters are sought: on a million customers that moves them by less than 1 %."""
COARSE_FROM, COARSE_STEPS, FINER_STEPS = 10_000, 12, 24
"""With more than that, the search begins on longer steps, where it costs little: see `climbed`."""


@dataclass(frozen=True)
class Fitted:
    """A model with its parameters (rounded to 12 digits, so that a stored record gives the same answers).

    `note`: "" or why to think twice: "empty" (no customer), "no_repeats" (nobody came back), "few" (fewer
    than ten came back): with all three the parameters are a fallback, the pooled rate with nobody leaving;
    "no_dropout" (a fit in which nobody leaves); "at_bound" (a parameter at the end of its range).
    """

    model: str
    parameters: dict[str, float]
    log_likelihood: float
    customers: int
    note: str = ""

    def p_alive(self, h: Histories) -> Floats:
        """Per row the probability that the customer has not left for good. Not the risk of losing one: of a
        one-timer BG/NBD says 1."""
        return self._law.p_alive(self._at, h, self._scale(h))

    def p_none(self, h: Histories, weeks: float | Floats) -> Floats:
        """Per row the probability of no purchase day in the next weeks."""
        return 1 - self.p_alive(h) * self.p_some(h, weeks)

    def p_some(self, h: Histories, weeks: float | Floats) -> Floats:
        """Per row the probability of a purchase day in the next weeks, of who has not left."""
        return self._law.p_some(self._at, h, self._scale(h), _each(weeks, h))

    def expected(self, h: Histories, weeks: float | Floats) -> Floats:
        """Per row the purchase days expected in the next weeks."""
        return self.p_alive(h) * self.expected_alive(h, weeks)

    def expected_alive(self, h: Histories, weeks: float | Floats) -> Floats:
        """Per row the purchase days expected in the next weeks, of who has not left."""
        return self._law.expected(self._at, h, self._scale(h), _each(weeks, h))

    @property
    def _law(self) -> Law:
        return LAWS[self.model]

    @property
    def _at(self) -> Floats:
        return np.array([self.parameters[name] for name in self._law.names])

    def _scale(self, h: Histories) -> Floats:
        covariate = self.parameters.get("covariate")
        return np.ones(len(h)) if covariate is None else np.exp(-covariate * _spend(h))


def fit(model: str, histories: Histories) -> Fitted:
    """The likeliest parameters of "bgnbd", "mbgnbd" or "pareto".

    With `first_spend` in the histories, alpha is alpha * (1 + first_spend)^-covariate: who spent more
    at first may buy more often. The answer does not depend on the order of the rows. KeyError: no such model.
    """
    law = LAWS[model]
    rows = histories.grouped()
    repeaters = rows.count[rows.repeats > 0].sum()
    if repeaters < FEW_REPEATERS:
        note = "empty" if not len(rows) else "no_repeats" if not repeaters else "few"
        return _told(model, law, _pooled(law, rows), rows, note)
    found, searched = _likeliest(law, rows)
    ends = np.array([law.lowest, law.highest]).T
    at_bound = bool((np.abs(found[:4, None] / ends - 1) < 1e-6).any())
    fitted = _told(model, law, found, rows, "at_bound" if at_bound else "")
    seen = float((searched.count * (1 - fitted.p_alive(searched))).sum()) / searched.customers
    return replace(fitted, note="no_dropout") if seen < SEEN else fitted


def _likeliest(law: Law, rows: Histories) -> tuple[Floats, Histories]:
    """The likeliest parameters, and the histories that they were sought on."""
    if len(rows) <= COARSE_FROM or rows.first_spend is not None:
        return _search(law, rows, _start(law, rows)), rows
    age = float(rows.count @ rows.age) / rows.customers
    finest = rows.on_grid(age / GRID_STEPS) if len(rows) > GRID_FROM else rows
    coarse, finer = (finest.on_grid(age / steps) for steps in (COARSE_STEPS, FINER_STEPS))
    near = _search(law, coarse, _start(law, rows))
    bounds = np.log(law.lowest), np.log(law.highest)
    found = climbed([_objective(law, one) for one in (coarse, finer, finest)], np.log(near), bounds)
    return (_search(law, finest, near) if found is None else np.exp(found)), finest


def _told(model: str, law: Law, at: Floats, rows: Histories, note: str) -> Fitted:
    names = law.names if len(at) == len(law.names) else (*law.names, "covariate")
    parameters = {name: float(f"{value:.{DIGITS}g}") for name, value in zip(names, at, strict=True)}
    known = Fitted(model, parameters, 0.0, round(rows.customers), note)
    value, _ = law.log_likelihood(known._at, rows, known._scale(rows), slopes=False)
    return replace(known, log_likelihood=float(f"{(rows.count * value).sum():.{DIGITS}g}"))


def _search(law: Law, rows: Histories, start: Floats) -> Floats:
    """The parameters where the likelihood is greatest: L-BFGS in their logarithms, from one start."""
    start = np.log(start)
    bounds = [(np.log(low), np.log(high)) for low, high in zip(law.lowest, law.highest, strict=True)]
    if rows.first_spend is not None:
        start, bounds = np.append(start, 0.0), [*bounds, (-5.0, 5.0)]
    done = minimize(
        _objective(law, rows), start, jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": 1_000, "maxfun": 2_000, "ftol": 1e-15, "gtol": 1e-8, "maxcor": 20},
    )  # fmt: skip
    found: Floats = done.x
    found[:4] = np.exp(found[:4])
    if rows.first_spend is not None:
        found[1] *= np.exp(found[4] * _middle(rows))
    return found


def _objective(law: Law, rows: Histories) -> Objective:
    """Minus the mean log-likelihood and its slopes, of the logarithms of the parameters (and of the
    covariate, which is centred so that it does not pull on alpha)."""
    share = rows.count / rows.customers
    spend = None if rows.first_spend is None else _spend(rows) - _middle(rows)

    def minus(at: Floats) -> tuple[float, Floats]:
        plain = np.exp(at[:4])
        scale = np.ones(len(rows)) if spend is None else np.exp(-at[4] * spend)
        value, slope = law.log_likelihood(plain, rows, scale)
        slopes = share @ slope * plain
        if spend is not None:
            slopes = np.append(slopes, -((share * spend) @ slope[:, 1]) * plain[1])
        return -float(share @ value), -slopes

    return minus


def _start(law: Law, rows: Histories) -> Floats:
    """Where the search begins: the shop's mean rate, spread as widely as half a purchase lets it be, and a
    third who leave."""
    rate = float(rows.count @ rows.repeats) / max(float(rows.count @ rows.age), 1.0)
    leaving = float(rows.age.max()) if isinstance(law, Pareto) else 2.0
    return np.array([0.5, 0.5 / rate, 1.0 if leaving == 2.0 else 0.5, leaving])


def _pooled(law: Law, rows: Histories) -> Floats:
    """One rate for all, half a purchase added so that it is never nothing, and nobody who leaves."""
    seen = float(rows.count @ rows.repeats) + 0.5
    weeks = max(float(rows.count @ rows.age), 1.0)
    stays = [1e-9, 1e9] if isinstance(law, Pareto) else [1e-12, 1.0]
    return np.array([1.0, weeks / seen, *stays])


def _spend(rows: Histories) -> Floats:
    """The covariate: the logarithm of the first purchase's value and 1, so that a gift has one, too."""
    if rows.first_spend is None:
        raise ValueError("this model was fitted with the first purchase's value: the histories need it")
    found: Floats = np.log1p(np.maximum(rows.first_spend, 0.0))
    return found


def _middle(rows: Histories) -> float:
    return float(rows.count @ _spend(rows)) / rows.customers


def _each(weeks: float | Floats, h: Histories) -> Floats:
    return np.broadcast_to(np.asarray(weeks, dtype=np.float64), (len(h),))
