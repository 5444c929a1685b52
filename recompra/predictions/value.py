"""What customers will spend, with the accuracy of the same recipe on the shop's last complete window."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import ibis
import ibis.expr.types as ir
from scipy.special import stdtrit

from recompra.predictions.forecast import Asking, Forecast, forecast
from recompra.predictions.part import NOT_ENOUGH, Asked, Part, Record, rounded
from recompra.predictions.value_accuracy import looked_back
from recompra.warehouse.contract import Desk

HORIZONS = (90, 180, 365)
NOT_BETTER = "not_better"
LARGEST = 1e18
"""What a whole number of the database holds; no sum of money is larger."""
FREEDOM, WITH_SEASON, WITHOUT = 2, 0.10, 0.25
"""How far totals miss, as the standard deviation of their logarithm, before the shop's own miss is known: a
tenth where a year of history tells the season, a quarter where none does; as if seen twice."""


def value(desk: Desk, orders: ir.Table, asked: Asked) -> Part:
    """Per customer with a purchase up to `asked.as_of`: customer_key, p_alive, p_none (of a purchase day in
    `horizon_days`); expected_90, _180, _365 (purchase days); spend_90 ... with _low and _high (R$ net of
    returns, four of five fall between). All float64.

    Two laws, MBG/NBD and Pareto/NBD, fitted and averaged; Gamma-Gamma on all purchases; the season of a year
    ago where there is one. Shown when its mean absolute error on the last complete window of `horizon_days`
    is below that of the daily rate so far. `further` holds the record of the two laws.
    Raises NotEnoughData where nobody bought.
    """
    told = forecast(
        desk, orders, Asking(asked.as_of, HORIZONS, asked.horizon_days, asked.store_keys), "value"
    )
    accuracy = looked_back(desk, orders, asked, told)
    reason = "" if accuracy and _is_better(accuracy) else NOT_BETTER if accuracy else NOT_ENOUGH
    parameters = {"gamma_gamma": told.spending.parameters, "season": _by_days(told), "kept": told.kept}
    data = _data(told, asked) | {"note": told.spending.note, "totals": _totals(desk, told, accuracy)}
    record = Record(
        "value", rounded(parameters), rounded(data), rounded(accuracy), is_shown=not reason, reason=reason
    )
    spends = [f"spend_{days}{end}" for days in HORIZONS for end in ("", "_low", "_high")]
    columns = ["customer_key", "p_alive", "p_none", *(f"expected_{days}" for days in HORIZONS), *spends]
    return Part(told.table.select(*columns), record, (_laws(told, asked),))


def _laws(told: Forecast, asked: Asked) -> Record:
    """The record of the buy-till-you-die laws."""
    parameters = {one.model: one.parameters for one in told.fitted}
    data = _data(told, asked) | {
        "log_likelihood": {one.model: one.log_likelihood for one in told.fitted},
        "notes": {one.model: one.note for one in told.fitted if one.note},
    }
    fallback = next((one.note for one in told.fitted if one.note in ("no_repeats", "few")), "")
    return Record("btyd", parameters, rounded(data), None, is_shown=not fallback, reason=fallback)


def _data(told: Forecast, asked: Asked) -> dict[str, Any]:
    base = told.base
    return {
        "customers": base["customers"],
        "repeaters": base["repeaters"],
        "purchase_days": base["purchase_days"],
        "since": (asked.as_of - dt.timedelta(days=base["oldest_days"])).isoformat(),
        "until": (asked.as_of - dt.timedelta(days=base["newest_days"])).isoformat(),
        "has_season": told.has_season,
    }


def _by_days(told: Forecast) -> dict[str, float]:
    return {str(days): factor for days, factor in told.factors.items()}


def _is_better(accuracy: dict[str, Any]) -> bool:
    miss = next(one for one in accuracy["measures"] if one["name"] == "mae")
    return bool(miss["value"] < miss["baselines"]["daily_rate"])


def _totals(desk: Desk, told: Forecast, accuracy: dict[str, Any] | None) -> dict[str, dict[str, float]]:
    """{days: {expected, low, high}} of what all will spend, R$, low and high as four of five fall."""
    missed = accuracy["missed"] if accuracy else None
    sums = desk.rows(sums_of(told.table, HORIZONS))[0]
    return {
        str(days): total_of(
            float(sums[f"spend_{days}"]) / 100, float(sums[f"variance_{days}"]), told.has_season, missed
        )
        for days in HORIZONS
    }


def sums_of(table: ir.Table, days: tuple[int, ...]) -> ir.Table:
    """One row: spend_* in cents and variance_* in R$ squared of all customers, whole numbers each, so that
    the order of adding does not matter."""
    whole = {f"spend_{span}": table[f"spend_{span}"] * 100.0 for span in days}
    whole |= {f"variance_{span}": table[f"variance_{span}"] for span in days}
    return table.agg(**{name: _whole(column).sum() for name, column in whole.items()})


def _whole(column: ir.FloatingValue) -> ir.DecimalValue:
    return (ibis.least(column, LARGEST) + 0.5).floor().cast("int64").cast("decimal(38, 0)")


def total_of(expected: float, variance: float, has_season: bool, missed: float | None) -> dict[str, float]:
    """A total with its 80 % interval: the chance of each customer, and how far totals of this recipe miss.

    `missed`: the logarithm of (observed / expected) of the last complete window."""
    prior = WITH_SEASON if has_season else WITHOUT
    freedom = FREEDOM + (missed is not None)
    square = (FREEDOM * prior**2 + (missed or 0.0) ** 2) / freedom
    if expected <= 0:
        return {"expected": 0.0, "low": 0.0, "high": 0.0}
    wide = float(stdtrit(freedom, 0.9)) * math.sqrt(square + variance / expected**2)
    return {"expected": expected, "low": expected * math.exp(-wide), "high": expected * math.exp(wide)}
