"""The value recipe on the past: what it would have said before the last complete window, and what came."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from recompra.analytics.btyd.fit import fit
from recompra.analytics.btyd.gamma_gamma import FittedSpending, Spending, fit_spending
from recompra.analytics.standing import identified
from recompra.predictions.forecast import KEY, Asking, Forecast, forecast, one_in, sampled_one_in
from recompra.predictions.part import Asked, NotEnoughData
from recompra.warehouse.contract import Desk

LEAST = 30
"""Fewer customers, or fewer who bought in the window, tell nothing of who is better."""
BINS = 10
OF_HISTORY = (*KEY, "spend", "first_spend", "net")
TOLD = ("forecast", "daily_rate", "bg_gg")
"""Who is compared: the recipe; each customer's net spend a day so far; and the usual textbook model, BG/NBD
times Gamma-Gamma on the repeats alone."""


def looked_back(desk: Desk, orders: ir.Table, asked: Asked, now: Forecast) -> dict[str, Any] | None:
    """The recipe as of `horizon_days` ago against what came since, of one in `one_in` customers where there
    are very many; None where the shop was younger than one more horizon then, or too small."""
    cut = asked.as_of - dt.timedelta(days=asked.horizon_days)
    if now.base["oldest_days"] < 2 * asked.horizon_days:
        return None
    customers = now.base["customers"]
    orders = one_in(orders, customers)
    try:
        past = forecast(
            desk,
            orders,
            Asking(cut, (asked.horizon_days,), asked.horizon_days, asked.store_keys, OF_HISTORY),
            "value_past",
        )
    except NotEnoughData:
        return None
    judged = desk.hold(_judged(desk, orders, asked, past), "value_judged")
    try:
        counts = desk.rows(_counts(judged))[0]
        if counts["customers"] < LEAST or counts["buyers"] < LEAST or counts["observed"] <= 0:
            return None
        bins = desk.rows(_bins(judged))
        ranks = {name: desk.rows(_ranked(judged, name))[0] for name in TOLD}
    finally:
        for name in ("value_judged", "value_past_textbook", "value_past"):
            desk.drop(name)
    return {
        "cut": cut.isoformat(),
        "until": asked.as_of.isoformat(),
        "customers": counts["customers"],
        "one_in": sampled_one_in(customers),
        "measures": _measures(counts, ranks),
        "bins": [_bin(row) for row in bins],
        "observed": _money(counts["observed"]),
        "expected": _money(counts["forecast"]),
        "missed": _missed(counts) if past.has_season == now.has_season else None,
    }


def _judged(desk: Desk, orders: ir.Table, asked: Asked, past: Forecast) -> ir.Table:
    """customer_key; in whole cents observed (net of returns), forecast, daily_rate, bg_gg; is_covered."""
    days = asked.horizon_days
    since = asked.as_of - dt.timedelta(days=days - 1)
    window = orders.filter(*identified(orders, since=since, until=asked.as_of, store_keys=asked.store_keys))
    came = window.group_by("customer_key").agg(net=window.net.sum())
    textbook, spending = _textbook(desk, past, days)
    both = past.table.join(textbook, list(KEY))
    observed = came.select(who=came.customer_key, observed=came.net)
    joined = both.left_join(observed, both.customer_key == observed.who)
    came_to = (joined.observed * 100).cast("int64").fill_null(0)
    low, high = (_cents(joined[f"spend_{days}{end}"]) for end in ("_low", "_high"))
    rate = joined.net.cast("float64") * float(days) / ibis.greatest(joined.age_days, 1).cast("float64")
    return joined.select(
        "customer_key",
        observed=came_to,
        forecast=_cents(joined[f"spend_{days}"]),
        daily_rate=_cents(ibis.greatest(rate, 0.0)),
        bg_gg=_cents(joined.bg * _worth(joined, spending)),
        is_covered=(ibis.greatest(came_to, 0) >= low) & (ibis.greatest(came_to, 0) <= high),
    )


def _textbook(desk: Desk, past: Forecast, days: int) -> tuple[ir.Table, FittedSpending]:
    """Per history the purchase days that BG/NBD expects, and Gamma-Gamma of the repeat purchases."""
    expected = fit("bgnbd", past.histories).expected(past.histories, days / 7)
    table = pa.table({name: past.groups[name] for name in KEY} | {"bg": pa.array(expected)})
    again = past.table.filter(past.table.repeats > 0).mutate(
        again=((past.table.spend - past.table.first_spend) * 100).cast("int64")
    )
    again = again.filter(again.again > 0)
    groups = again.group_by("repeats", "again").agg(n=again.count())
    found = desk.run(groups)
    repeats, cents, count = (found[name].to_numpy().astype(np.float64) for name in ("repeats", "again", "n"))
    return desk.hold(table, "value_past_textbook"), fit_spending(
        Spending(repeats, cents / 100 / repeats, count)
    )


def _worth(joined: ir.Table, spending: FittedSpending) -> ir.FloatingValue:
    p, q, gamma = (spending.parameters[name] for name in ("p", "q", "gamma"))
    again = ibis.greatest((joined.spend - joined.first_spend).cast("float64"), 0.0)
    return (again + gamma) * p / (joined.repeats.cast("float64") * p + (q - 1))


def _cents(money: ir.FloatingValue) -> ir.IntegerValue:
    return (ibis.least(money, 1e13) * 100.0 + 0.5).floor().cast("int64")


def _missed(counts: dict[str, Any]) -> float:
    """The logarithm of observed / expected; of one told without the season it says nothing of one with it."""
    return math.log(max(float(counts["observed"]), 1.0) / max(float(counts["forecast"]), 1.0))


def _counts(judged: ir.Table) -> ir.Table:
    """One row of whole numbers: customers, buyers, covered, sums, and sums of absolute errors."""
    return judged.agg(
        customers=judged.count().cast("int64"),
        buyers=judged.count(where=judged.observed > 0).cast("int64"),
        covered=judged.count(where=judged.is_covered).cast("int64"),
        observed=_sum(judged.observed),
        **{name: _sum(judged[name]) for name in TOLD},
        **{f"missed_{name}": _sum((judged[name] - judged.observed).abs()) for name in TOLD},
    )


def _bins(judged: ir.Table) -> ir.Table:
    """Tenths of the customers by what was forecast, the lowest first: customers, sums in cents."""
    order = ibis.window(order_by=[judged.forecast, judged.customer_key])
    placed = judged.mutate(place=ibis.row_number().over(order), total=judged.count().over(ibis.window()))
    tenth = placed.mutate(bin=(placed.place * BINS // placed.total).cast("int64"))
    return (
        tenth.group_by("bin")
        .agg(
            customers=tenth.count().cast("int64"),
            predicted=_sum(tenth.forecast),
            observed=_sum(tenth.observed),
        )
        .order_by("bin")
    )


def _ranked(judged: ir.Table, name: str) -> ir.Table:
    """Sums of what was observed and of its ranks, with the ranks by `name`; ranks are doubled, so that ties
    share a whole one."""
    ranked = judged.select("observed", told=judged[name])
    ranked = ranked.mutate(rank=_doubled_rank(ranked.told), observed_rank=_doubled_rank(ranked.observed))
    wide = "decimal(38, 0)"
    told, came = ranked["rank"].cast(wide), ranked.observed_rank.cast(wide)
    money = ranked.observed.cast(wide)
    return ranked.agg(
        n=ranked.count().cast("int64"),
        money=money.sum(),
        by_told=(money * told).sum(),
        by_came=(money * came).sum(),
        ranks=told.sum(),
        square_told=(told * told).sum(),
        square_came=(came * came).sum(),
        product=(told * came).sum(),
    )


def _doubled_rank(column: ir.IntegerValue) -> ir.IntegerValue:
    below = ibis.rank().over(order_by=column)
    equal = column.count().over(group_by=column)
    return (2 * below + equal + 1).cast("int64")


def _sum(column: ir.IntegerValue) -> ir.DecimalValue:
    return column.cast("decimal(38, 0)").sum()


def _measures(counts: dict[str, Any], ranks: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    customers, observed = counts["customers"], float(counts["observed"])
    found = {
        "bias": {name: float(counts[name]) / observed - 1 for name in TOLD},
        "mae": {name: float(counts[f"missed_{name}"]) / 100 / customers for name in TOLD},
        "gini": {name: _gini(ranks[name]) for name in TOLD},
        "spearman": {name: _spearman(ranks[name]) for name in TOLD},
    }
    measures = [
        {"name": name, "value": values[TOLD[0]], "baselines": {other: values[other] for other in TOLD[1:]}}
        for name, values in found.items()
    ]
    return [*measures, {"name": "coverage_80", "value": counts["covered"] / customers, "baselines": {}}]


def _gini(row: dict[str, Any]) -> float:
    """Normalised Gini: how much of the money the ranking finds early, over what the best ranking would."""
    n, money = int(row["n"]), Decimal(row["money"])
    found, best = (Decimal(row[name]) - money * (n + 1) for name in ("by_told", "by_came"))
    return float(found / best) if best else 0.0


def _spearman(row: dict[str, Any]) -> float:
    n = int(row["n"])
    middle = n * (n + 1) ** 2
    told, came, both = (int(row[name]) - middle for name in ("square_told", "square_came", "product"))
    return both / math.sqrt(told * came) if told * came > 0 else 0.0


def _bin(row: dict[str, Any]) -> dict[str, Any]:
    n = int(row["customers"])
    return {
        "predicted": _money(row["predicted"]) / n, "observed": _money(row["observed"]) / n, "customers": n,
    }  # fmt: skip


def _money(cents: Decimal | int) -> float:
    return float(cents) / 100
