"""What every customer is expected to buy and to spend, as of a day: the models fitted and asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from recompra.analytics.btyd.ahead import LAWS, Outlook, Span
from recompra.analytics.btyd.fit import Fitted, fit
from recompra.analytics.btyd.gamma_gamma import FittedSpending, Spending, fit_spending
from recompra.analytics.btyd.histories import Histories
from recompra.analytics.btyd.pieces import AT_ONCE
from recompra.analytics.purchase_history import purchase_groups, purchase_history, spend_groups
from recompra.predictions.part import NotEnoughData
from recompra.predictions.season import factors, year_ago
from recompra.warehouse.contract import Desk

KEY = ("repeats", "last_days", "age_days")
SAMPLE = 120_000
"""From so many customers the season and the accuracy of the past are learnt: of more, every n-th by key. The
errors of such sums are far below those of the models."""


@dataclass(frozen=True)
class Asking:
    """As of which day, for how many days ahead, `p_none` over how many, in which stores; and which columns of
    the history the answer is to have, too."""

    as_of: dt.date
    days: tuple[int, ...]
    horizon_days: int
    store_keys: frozenset[int] | None = None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Forecast:
    """`table` is held at the desk as `name`: customer_key, p_alive, p_none; per number of days expected_*
    (purchase days), spend_* (R$, float64), spend_*_low and _high (four of five fall between), variance_* (of
    the spend); and what was asked for of the history."""

    name: str
    table: ir.Table
    fitted: tuple[Fitted, ...]
    spending: FittedSpending
    factors: dict[int, float]
    kept: float
    base: dict[str, Any]
    histories: Histories
    groups: pa.Table

    @property
    def has_season(self) -> bool:
        return any(factor != 1.0 for factor in self.factors.values())


def forecast(desk: Desk, orders: ir.Table, asking: Asking, name: str) -> Forecast:
    """Everybody who bought until then. The caller drops the table. NotEnoughData: nobody did."""
    whole = purchase_history(orders, as_of=asking.as_of, store_keys=asking.store_keys)
    read = dict.fromkeys(("customer_key", *KEY, "spend", "net", *asking.beside))
    history = desk.hold(whole.select(*read), f"{name}_history")
    try:
        base = desk.rows(_base(history))[0]
        if not base["customers"]:
            raise NotEnoughData
        groups = desk.run(purchase_groups(history))
        known = histories_of(groups)
        spends = _spending(desk, history)
        some = one_in(orders, base["customers"])
        with ThreadPoolExecutor(AT_ONCE) as beside:  # while models are fitted the engine looks a year back
            laws = [beside.submit(fit, law, known) for law in LAWS]
            worth = beside.submit(fit_spending, spends)
            then = year_ago(desk, some, asking.as_of, max(asking.days), asking.store_keys)
        fitted, spending = tuple(law.result() for law in laws), worth.result()
        busy = factors(then, fitted, asking.days)
        kept = min(max(float(base["net"]) / float(base["spend"]), 0.0), 1.0) if base["spend"] > 0 else 1.0
        scored = desk.hold(_scored(groups, known, fitted, busy, asking.horizon_days), f"{name}_groups")
        table = desk.hold(_told(history, scored, spending, kept, asking), name)
        desk.drop(f"{name}_groups")
    finally:
        desk.drop(f"{name}_history")
    return Forecast(name, table, fitted, spending, busy, kept, base, known, groups)


def one_in(orders: ir.Table, customers: int) -> ir.Table:
    """The orders of about `SAMPLE` of so many customers; of all, where they are fewer."""
    every = sampled_one_in(customers)
    return orders if every == 1 else orders.filter(orders.customer_key % every == 0)


def sampled_one_in(customers: int) -> int:
    return max(-(-customers // SAMPLE), 1)


def histories_of(groups: pa.Table) -> Histories:
    """The rows of `purchase_groups`, in weeks."""
    x, last, age, count = (groups[column].to_numpy().astype(np.float64) for column in (*KEY, "customers"))
    return Histories(x, last / 7, age / 7, count)


def _base(history: ir.Table) -> ir.Table:
    return history.agg(
        customers=history.count().cast("int64"),
        repeaters=history.count(where=history.repeats > 0).cast("int64"),
        purchase_days=(history.repeats.sum() + history.count()).cast("int64"),
        oldest_days=history.age_days.max(),
        newest_days=(history.age_days - history.last_days).min(),
        spend=history.spend.sum(),
        net=history.net.sum(),
    )


def _spending(desk: Desk, history: ir.Table) -> Spending:
    """All purchases, the first one too: it predicts better than the repeats alone, and one-timers count."""
    groups = spend_groups(history)
    found = desk.run(groups.mutate(spend=(groups.spend * 100).cast("int64")))
    purchases, spend, count = (
        found[name].to_numpy().astype(np.float64) for name in ("purchases", "spend", "customers")
    )
    return Spending(purchases, spend / 100 / purchases, count)


def _scored(
    groups: pa.Table, known: Histories, fitted: Sequence[Fitted], busy: Mapping[int, float], horizon: int
) -> pa.Table:
    """What depends on the history alone, once per distinct one."""
    outlook = Outlook(fitted, known)
    columns = {name: groups[name] for name in KEY}
    columns |= {"p_alive": pa.array(outlook.p_alive), "p_none": pa.array(outlook.p_none(horizon))}
    for days, factor in busy.items():
        columns |= {f"{name}_{days}": column for name, column in _columns(outlook.span(days, factor)).items()}
    return pa.table(columns)


def _columns(span: Span) -> dict[str, pa.Array]:
    return {
        "none": pa.array(span.none),
        "expected": pa.array(span.expected),
        "some": pa.array(span.some),
        "variety": pa.array(span.variety),
        "low": pa.array(span.low, mask=np.isneginf(span.low)),
        "high": pa.array(span.high, mask=np.isneginf(span.high)),
    }


def _told(
    history: ir.Table, scored: ir.Table, spending: FittedSpending, kept: float, asking: Asking
) -> ir.Table:
    """Each customer's own spending upon what the history says."""
    p, q, gamma = (spending.parameters[name] for name in ("p", "q", "gamma"))
    both = history.join(scored, list(KEY))
    weight = (both.repeats + 1).cast("float64") * p + (q - 1)
    worth = (ibis.greatest(both.spend.cast("float64"), 0.0) + gamma) * p / weight
    both = both.mutate(worth=worth * kept, unsure=1.0 / ibis.greatest(weight - 1.0, 1.0) + 1.0)
    for span in asking.days:
        both = _with_spend(both, span, p)
    ahead = [f"{name}_{span}" for span in asking.days for name in ("expected", "spend")]
    spread = [f"{name}_{span}{end}" for span in asking.days for name, end in _SPREAD]
    return both.select("customer_key", "p_alive", "p_none", *ahead, *spread, *asking.beside)


_SPREAD = (("spend", "_low"), ("spend", "_high"), ("variance", ""))


def _with_spend(both: ir.Table, days: int, p: float) -> ir.Table:
    """The spend of the next days: its mean, and as given some purchase it is lognormal, its tenths."""
    some = both[f"some_{days}"]
    mean = both[f"expected_{days}"] * both.worth
    square = (both[f"variety_{days}"] + 1.0 + 1.0 / (some * p)) * both.unsure  # of it over the mean's square
    both = both.mutate(given=some * both.worth, square=square, mean=mean)
    log = both.square.ln()
    ends = {
        end: (both.given * (both[f"{end}_{days}"] * log.sqrt() - log / 2.0).exp()).fill_null(0.0)
        for end in ("low", "high")
    }
    some_chance = 1.0 - both[f"none_{days}"]
    return both.mutate(
        **{
            f"spend_{days}": both.mean,
            f"spend_{days}_low": ibis.least(ends["low"], both.mean),
            f"spend_{days}_high": ibis.greatest(ends["high"], both.mean),
            f"variance_{days}": ibis.greatest(
                some_chance * both.given * both.given * both.square - both.mean * both.mean, 0.0
            ),
        }
    )
