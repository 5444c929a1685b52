"""`recompra bench lists`: how often the lists of recommendations are right, and what a ranker adds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from recompra.bench import options
from recompra.bench.habits import SHOPS, UNTIL, batch
from recompra.bench.table import Figure, answer
from recompra.predictions.goods import Lines
from recompra.predictions.listing import LISTS
from recompra.predictions.part import Asked
from recompra.predictions.products import accuracy_at
from recompra.warehouse.contract import Desk
from recompra.warehouse.duck import DuckEngine
from recompra.warehouse.schema import order_items, products

ACTIVE = 180


@click.command(
    "lists", help=_("How often the lists of recommendations are right, on made-up shops or a home's sales.")
)
@click.option(
    "--customers", default=3000, show_default=True, type=click.IntRange(100), help=_("In each shop.")
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help=_("Of the shops."))
@click.option(
    "--horizon", default=90, show_default=True, type=click.IntRange(7), help=_("Days of a window, of a home.")
)
@options.others_home
@options.as_json
def lists(customers: int, seed: int, horizon: int, home: Path | None, as_json: bool) -> None:
    if home:
        answer(of_home(home, horizon), as_json)
    else:
        answer((one for kind in SHOPS for one in of_shop(kind, customers, seed)), as_json)


def of_shop(kind: str, customers: int, seed: int) -> Iterator[Figure]:
    """A made-up shop, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="recompra-lists-") as folder:
        store = DuckEngine.at(f"duckdb:{Path(folder) / 'facts'}?memory_limit=1GB")
        store.apply(batch(kind, customers, seed, Path(folder) / "parquet"))
        with store.desk() as desk:
            yield from shown(kind, judged(desk, UNTIL, SHOPS[kind][1]))
        store.close()


def of_home(home: Path, horizon: int) -> Iterator[Figure]:
    """As of the last day of its sales."""
    store = DuckEngine.at(f"duckdb:{home.resolve() / 'facts'}?memory_limit=1GB")
    with store.desk() as desk:
        last: date = desk.rows(order_items.agg(last=order_items.ordered_on.max()))[0]["last"]
        yield from shown(home.name, judged(desk, last, horizon))
    store.close()


def judged(desk: Desk, as_of: date, horizon: int) -> dict[str, Any] | None:
    """What a refresh would find as of that day."""
    return accuracy_at(desk, Lines(order_items, order_items, products), Asked(as_of, horizon, ACTIVE))


def shown(name: str, found: dict[str, Any] | None) -> Iterator[Figure]:
    """Of each list the share of customers with a hit in ten; of a ranker how far it is ahead."""
    if found is None:
        return
    yield Figure(_("%(shop)s: customers who came back") % {"shop": name}, found["customers"], _("customers"))
    measures = {one["name"]: one for one in found["measures"]}
    for code in LISTS:
        one = measures.get(f"hit_10_{code}")
        if one is not None:
            best = max(one["baselines"].values())
            title = _("%(shop)s: hits of %(list)s") % {"shop": name, "list": code}
            yield Figure(title, one["value"], "", best, _("the best simple rule"))
    if ranker := found["ranker"]:
        for measure, gap in ranker["gaps"].items():
            value, plain = ranker["ranked"][measure], ranker["plain"][measure]
            title = _("%(shop)s: %(measure)s of the ranker") % {"shop": name, "measure": measure}
            yield Figure(title, value, "", plain, _("the plain list"))
            ahead = _("%(shop)s: standard errors ahead in %(measure)s") % {"shop": name, "measure": measure}
            yield Figure(ahead, gap["ahead"] / gap["error"] if gap["error"] else 0.0, "")
        yield Figure(_("%(shop)s: ranker in force") % {"shop": name}, float(ranker["is_used"]), "")
