"""`recompra bench accuracy`: how good the risk of loss is where the future is known, against plain rules."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import click
import numpy as np
from django.utils.translation import gettext as _

from recompra.analytics.churn import leaning
from recompra.analytics.churn.features import Floats
from recompra.analytics.churn.measures import Measured, auc, chances, measured
from recompra.analytics.purchase_history import purchase_history
from recompra.analytics.standing import identified
from recompra.bench import options
from recompra.bench.futures import SHOPS, UNTIL, batch
from recompra.bench.table import Figure, answer
from recompra.predictions.churn import churn
from recompra.predictions.part import Asked
from recompra.warehouse.duck import DuckEngine
from recompra.warehouse.schema import order_items, orders

AGES = (400, 310, 220, 140)
"""Days before the end of the sales: as of which the risks are told."""
ACTIVE = 180
DRAWS, SEED = 100, 20_260_601
AUC, ECE, RATIO, SLOPE = 0.002, 0.01, 0.05, 0.1
"""The goals: so much below recency and buy-till-you-die, so much above the floor, so far from 1."""


@dataclass(frozen=True)
class Judged:
    """What came true of some customers' risks. plain: the AUC of recency and of buy-till-you-die alone.
    chance: how often exactly right risks of these customers would miss each goal."""

    found: Measured
    plain: dict[str, float]
    chance: dict[str, float]

    def misses(self) -> dict[str, bool]:
        """Which goals are missed; of customers of whom all or none were lost, none."""
        one = self.found
        return {
            "auc": one.auc is not None and one.auc < max(self.plain.values()) - AUC,
            "ece": one.ece > one.ece_floor + ECE,
            "ratio": one.ratio is not None and abs(one.ratio - 1) > RATIO,
            "slope": one.slope is not None and abs(one.slope - 1) > SLOPE,
        }


@click.command("accuracy", help=_("How good the risk of loss is on made-up shops whose future is known."))
@click.option(
    "--customers", default=4000, show_default=True, type=click.IntRange(100), help=_("In each shop.")
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help=_("Of the shops."))
@options.as_json
def accuracy(customers: int, seed: int, as_json: bool) -> None:
    answer(figures(customers, seed), as_json)


def figures(customers: int, seed: int) -> Iterator[Figure]:
    """The measures of every kind of shop, of all and of the active customers, as of several days; and how
    often each goal was missed, beside how often exactly right risks would have."""
    whose = {"everybody": _("everybody"), "active": _("active customers")}
    judged: dict[str, list[Judged]] = {name: [] for name in whose}
    for kind in SHOPS:
        for day, found in shop(kind, customers, seed):
            for name, one in found.items():
                judged[name].append(one)
                yield from shown(f"{kind} {day:%m/%Y}, {whose[name]}", one)
    for name, title in whose.items():
        yield from missed(title, judged[name])


def shop(kind: str, customers: int, seed: int) -> Iterator[tuple[date, dict[str, Judged]]]:
    """What came true of one kind of shop, by day."""
    folder = Path(tempfile.mkdtemp())
    store = DuckEngine.at(f"duckdb:{folder / 'facts'}")
    try:
        store.apply(batch(kind, customers, seed, folder))
        for age in AGES:
            asked = Asked(UNTIL - timedelta(days=age), SHOPS[kind][1], ACTIVE)
            yield asked.as_of, told(store, asked)
    finally:
        store.close()
        shutil.rmtree(folder)


def told(store: DuckEngine, asked: Asked) -> dict[str, Judged]:
    """{"everybody", "active": what came true}."""
    with store.desk() as desk:
        risks = desk.run(churn(desk, orders, order_items, asked).table.order_by("customer_key"))
        history = purchase_history(orders, as_of=asked.as_of, store_keys=None)
        rows = desk.run(history.order_by("customer_key"))
        came = orders.filter(
            *identified(orders, since=asked.as_of + timedelta(days=1), until=until(asked))
        ).select("customer_key")
        back = set(desk.run(came.distinct())["customer_key"].to_pylist())
    lost = np.array([float(key not in back) for key in risks["customer_key"].to_pylist()])
    repeats, last, age = (
        rows[name].to_numpy().astype(np.float64) for name in ("repeats", "last_days", "age_days")
    )
    days = leaning.Days(repeats, last, age, np.ones(len(lost)))
    none = leaning.learnt(days).p_none(days.at(age), asked.horizon_days / leaning.WEEK)
    columns = risks["churn_risk"].to_numpy(), age - last, none, lost
    active = age - last <= asked.active_days
    return {"everybody": _judged(*columns), "active": _judged(*(column[active] for column in columns))}


def _judged(risk: Floats, silence: Floats, none: Floats, lost: Floats) -> Judged:
    ones = np.ones(len(lost))
    both = 0 < lost.sum() < len(lost)
    plain = {"recency": auc(silence, ones, lost), "btyd": auc(none, ones, lost)} if both else {}
    chance = chances(risk, ones, ece=ECE, ratio=RATIO, slope=SLOPE) | {"auc": 0.0}
    if both:
        chance["auc"] = _outranked(risk, silence, none)
    return Judged(measured(risk, ones, lost), plain, chance)


def _outranked(risk: Floats, silence: Floats, none: Floats) -> float:
    """How often risks that are exactly right would by chance rank worse than one of the plain rules."""
    rng, ones, seen = np.random.default_rng(SEED), np.ones(len(risk)), []
    for _draw in range(DRAWS):
        lost = (rng.random(len(risk)) < risk).astype(np.float64)
        if 0 < lost.sum() < len(lost):
            own, *others = (auc(column, ones, lost) for column in (risk, silence, none))
            seen.append(own < max(others) - AUC)
    return float(np.mean(seen)) if seen else 0.0


def until(asked: Asked) -> date:
    """The last day of the window that is predicted."""
    return asked.as_of + timedelta(days=asked.horizon_days)


def shown(name: str, judged: Judged) -> Iterator[Figure]:
    """What came true of one shop's risks as of one day."""
    found = judged.found
    if found.auc is not None:
        gain = found.auc - max(judged.plain.values())
        title = _("%(shop)s: AUC beyond recency and buy-till-you-die") % {"shop": name}
        yield Figure(title, gain, "", goal=-AUC, at_least=True)
    beyond = found.ece - found.ece_floor
    yield Figure(_("%(shop)s: ECE beyond its floor") % {"shop": name}, beyond, "", goal=ECE)
    if found.ratio is not None:
        off = abs(found.ratio - 1)
        yield Figure(_("%(shop)s: predicted / observed, off by") % {"shop": name}, off, "", goal=RATIO)
    if found.slope is not None:
        yield Figure(_("%(shop)s: calibration slope") % {"shop": name}, found.slope, "")


def missed(whose: str, judged: Sequence[Judged]) -> Iterator[Figure]:
    """How many of the days missed each goal. Beside it, how many would by chance, were the risks exactly
    right: nobody can do better than that."""
    titles = {
        "auc": _("%(whose)s, of %(days)d days: AUC missed"),
        "ece": _("%(whose)s, of %(days)d days: ECE missed"),
        "ratio": _("%(whose)s, of %(days)d days: predicted / observed missed"),
        "slope": _("%(whose)s, of %(days)d days: slope missed"),
    }
    for name, title in titles.items():
        count = sum(one.misses()[name] for one in judged)
        chance = sum(one.chance[name] for one in judged)
        yield Figure(title % {"whose": whose, "days": len(judged)}, count, "", chance, _("by chance"))
