"""`recompra bench accuracy`: how good the risk of loss is where the future is known, against plain rules."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import click
import numpy as np
from django.utils.translation import gettext as _

from recompra.analytics.churn import leaning
from recompra.analytics.churn.measures import Measured, auc, measured
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


@click.command("accuracy", help=_("How good the risk of loss is on made-up shops whose future is known."))
@click.option(
    "--customers", default=4000, show_default=True, type=click.IntRange(100), help=_("In each shop.")
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help=_("Of the shops."))
@options.as_json
def accuracy(customers: int, seed: int, as_json: bool) -> None:
    answer((figure for kind in SHOPS for figure in figures(kind, customers, seed)), as_json)


def figures(kind: str, customers: int, seed: int) -> Iterator[Figure]:
    """The measures of one kind of shop, of all of its customers, as of several days."""
    folder = Path(tempfile.mkdtemp())
    store = DuckEngine.at(f"duckdb:{folder / 'facts'}")
    try:
        store.apply(batch(kind, customers, seed, folder))
        for age in AGES:
            asked = Asked(UNTIL - timedelta(days=age), SHOPS[kind][1], ACTIVE)
            found, plain = told(store, asked)
            yield from shown(f"{kind} {asked.as_of:%m/%Y}", found, plain)
    finally:
        store.close()
        shutil.rmtree(folder)


def told(store: DuckEngine, asked: Asked) -> tuple[Measured, dict[str, float]]:
    """(the measures of the risks, the AUC of recency and of buy-till-you-die alone)."""
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
    ones = np.ones(len(lost))
    days = leaning.Days(repeats, last, age, ones)
    none = leaning.learnt(days).p_none(days.at(age), asked.horizon_days / leaning.WEEK)
    plain = {"recency": auc(age - last, ones, lost), "btyd": auc(none, ones, lost)}
    return measured(risks["churn_risk"].to_numpy(), ones, lost), plain


def until(asked: Asked) -> date:
    """The last day of the window that is predicted."""
    return asked.as_of + timedelta(days=asked.horizon_days)


def shown(name: str, found: Measured, plain: dict[str, float]) -> Iterator[Figure]:
    if found.auc is not None:
        gain = found.auc - max(plain.values())
        title = _("%(shop)s: AUC beyond recency and buy-till-you-die") % {"shop": name}
        yield Figure(title, gain, "", goal=-0.002, at_least=True)
    beyond = found.ece - found.ece_floor
    yield Figure(_("%(shop)s: ECE beyond its floor") % {"shop": name}, beyond, "", goal=0.01)
    if found.ratio is not None:
        off = abs(found.ratio - 1)
        yield Figure(_("%(shop)s: predicted / observed, off by") % {"shop": name}, off, "", goal=0.05)
    if found.slope is not None:
        yield Figure(_("%(shop)s: calibration slope") % {"shop": name}, found.slope, "")
