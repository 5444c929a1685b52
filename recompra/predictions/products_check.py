"""How well the lists of recommendations foretold the shop's own past."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from typing import Any

import ibis
import ibis.expr.types as ir

from recompra.analytics.list_hits import list_hits
from recompra.analytics.lists.hits import DEEP, MEASURES, SHORT, Row, ahead, measured
from recompra.analytics.lists.places import FEW, place
from recompra.analytics.new_products import By, new_products
from recompra.predictions.goods import Chosen, Lines
from recompra.predictions.listing import LISTS, listed, plain
from recompra.predictions.part import Asked
from recompra.predictions.products_choice import choice
from recompra.predictions.products_past import LEAST, Past, at
from recompra.predictions.products_ranker import contest, held_against
from recompra.warehouse.contract import Desk

OF_OWN = ("personal", "due")
"""Lists that are judged on everything that a customer bought next; the others on what was new to them."""
OWN_BASELINES = ("popular", "frequent")
NEW_BASELINES = ("all_time",)
SATISFACTION_BASELINES = ("all_time", "raw_rate")


def judged(desk: Desk, lines: Lines, asked: Asked) -> tuple[Chosen, dict[str, Any] | None]:
    """What the windows before the last complete one chose, and what all the lists made so of what was known
    then foretold of the last one: None where too few customers came back in it. A ranker that was not better
    than the plain list on that last window is no part of what was chosen."""
    by = choice(desk, lines, asked)
    cut = asked.as_of - dt.timedelta(days=asked.horizon_days)
    accuracy = at(desk, lines, cut, asked.as_of, _accuracy, by)
    return in_force(by, accuracy["ranker"] if accuracy else None), accuracy


def decided(desk: Desk, lines: Lines, asked: Asked) -> Chosen:
    """As `judged`, without looking at the other lists."""
    by = choice(desk, lines, asked)
    if not by.weights:
        return by
    cut = asked.as_of - dt.timedelta(days=asked.horizon_days)
    return in_force(by, at(desk, lines, cut, asked.as_of, contest, by))


def in_force(by: Chosen, told: dict[str, Any] | None) -> Chosen:
    """With the ranker only where its contest says so."""
    return by if told and told["is_used"] else replace(by, weights=())


def is_better(accuracy: dict[str, Any]) -> bool:
    """Whether the personal list foretold no fewer customers than its baselines, give or take one standard
    error of the difference: a list that a hair would hide today would be back tomorrow."""
    hits = next(one for one in accuracy["measures"] if one["name"] == "hit_10_personal")
    return all(hits["value"] >= other - hits["errors"][of] for of, other in hits["baselines"].items())


def _accuracy(past: Past) -> dict[str, Any]:
    lists = {name: listed(name, past.known, past.asked(), limit=DEEP) for name in LISTS}
    by_rank = lists.pop("personal") if past.known.chosen.weights else None
    lists["personal"] = plain(past.known, past.asked(), limit=DEEP)
    simple = {
        "popular": _most_popular(past),
        "frequent": _most_frequent(past),
        "all_time": _all_time(past),
        "raw_rate": _raw_rate(past),
    }
    tables = lists | {f"simple_{name}": table for name, table in simple.items()}
    if by_rank is not None:
        tables["ranked"] = by_rank
    held = {name: past.desk.hold(_places(made, name), f"past_list_{name}") for name, made in tables.items()}
    try:
        ranker = _contest(past, held)
        return {
            "cut": past.known.as_of.isoformat(),
            "until": past.until.isoformat(),
            "customers": _count(past.desk, past.asked().customer_key),
            "bins": [],
            "ranker": ranker,
        } | _measured(past, _answering(held, ranker))
    finally:
        for name in reversed(held):
            past.desk.drop(f"past_list_{name}")


def _contest(past: Past, held: dict[str, ir.Table]) -> dict[str, Any] | None:
    """How the ranked list did beside the plain one; None where there is no ranker."""
    if "ranked" not in held:
        return None
    names = ["personal", "ranked"]
    both = ibis.union(*(held[name] for name in names))
    rows: list[Row] = list(past.desk.rows(list_hits(past.whole, both, options=names)))
    return held_against(rows, "places_0", "places_1")


def _answering(held: dict[str, ir.Table], ranker: dict[str, Any] | None) -> dict[str, ir.Table]:
    """With the personal list that is in force under its name."""
    lists = {name: table for name, table in held.items() if name != "ranked"}
    if ranker is not None and ranker["is_used"]:
        lists["personal"] = held["ranked"].mutate(option=ibis.literal("personal"))
    return lists


def _measured(past: Past, held: dict[str, ir.Table]) -> dict[str, Any]:
    """`measures`: the hit rate of each list beside its baselines, of the personal one every measure; `lists`:
    every measure of each; `untold`: lists of which so few took anything new that nobody can say."""
    figures = past.known.figures
    offered = _count(past.desk, figures.filter(figures.is_offered).product_key)
    of_own = {*OF_OWN, *(f"simple_{name}" for name in OWN_BASELINES)}
    hits = {
        is_own: _hits(past, {name: one for name, one in held.items() if (name in of_own) == is_own}, truth)
        for is_own, truth in ((True, past.whole), (False, past.new))
    }
    measures: list[dict[str, Any]] = []
    lists: dict[str, dict[str, float]] = {}
    untold: list[str] = []
    for name in LISTS:
        rows, column = hits[name in OF_OWN]
        if sum(row["customers"] for row in rows) < LEAST:
            untold.append(name)
            continue
        shown = MEASURES if name == "personal" else ("hit_10",)
        measures += [_beside(rows, column, name, measure) for measure in shown]
        short = held[name].filter(held[name].place <= SHORT)
        covered = _count(past.desk, short.product_key) / max(offered, 1)
        lists[name] = asdict(measured(rows, column[name])) | {"coverage": covered}
    return {"measures": measures, "lists": lists, "untold": untold}


def _hits(past: Past, held: dict[str, ir.Table], truth: ir.Table) -> tuple[list[Row], dict[str, str]]:
    """The grouped counts of these lists, and in which column each stands."""
    names = list(held)
    rows: list[Row] = list(past.desk.rows(list_hits(truth, ibis.union(*held.values()), options=names)))
    return rows, {name: f"places_{number}" for number, name in enumerate(names)}


def _beside(rows: list[Row], column: dict[str, str], name: str, measure: str) -> dict[str, Any]:
    """A measure of a list and of its baselines; `errors`: the standard errors of how far it is ahead."""
    against = (
        OWN_BASELINES if name in OF_OWN
        else SATISFACTION_BASELINES if name == "satisfaction"
        else NEW_BASELINES
    )  # fmt: skip
    columns = {of: column[f"simple_{of}"] for of in against}
    return {
        "name": f"{measure}_{name}",
        "value": asdict(measured(rows, column[name]))[measure],
        "baselines": {of: asdict(measured(rows, one))[measure] for of, one in columns.items()},
        "errors": {of: ahead(rows, measure, column[name], one)[1] for of, one in columns.items()},
    }


def _places(made: ir.Table, option: str) -> ir.Table:
    return made.filter(made.place <= DEEP).select(
        "customer_key", "product_key", "place", option=ibis.literal(option)
    )


def _count(desk: Desk, column: ir.Column) -> int:
    """How many different ones there are."""
    found: int = desk.rows(column.as_table().agg(n=column.nunique().cast("int64")))[0]["n"]
    return found


def _most_popular(past: Past) -> ir.Table:
    """The same list for everybody, whether they have its products or not."""
    figures = past.known.figures
    first = figures.filter(figures.popular_place <= DEEP)
    return past.asked().cross_join(first.select("product_key", place="popular_place"))


def _most_frequent(past: Past) -> ir.Table:
    """What each customer bought on most days, then the popular products that they do not have."""
    known = past.known
    offered = known.figures.filter(known.figures.is_offered).select("product_key", "buyers")
    own = known.taken.semi_join(past.asked(), "customer_key").join(offered, "product_key")
    window = ibis.window(
        group_by=own.customer_key, order_by=[own.days.desc(), own.buyers.desc(), own.product_key]
    )
    ranked = own.select(
        "customer_key", "product_key", place=(ibis.row_number().over(window) + 1).cast("int64")
    )
    counts = ranked.group_by("customer_key").agg(n=ranked.count().cast("int64"))
    new = new_products(known.taken, known.figures, by="popular", among=past.asked(), limit=DEEP)
    behind = new.left_join(counts, "customer_key").drop("customer_key_right")
    moved = behind.select("customer_key", "product_key", place=behind.place + behind.n.fill_null(0))
    return ibis.union(ranked, moved)


def _all_time(past: Past) -> ir.Table:
    """The products new to each customer that most people ever took."""
    figures = past.known.figures
    return _by(past, "popular", figures.takers > 0, [figures.takers.desc()])


def _raw_rate(past: Past) -> ir.Table:
    """The products new to each customer that the largest share of their buyers took again, of enough of
    them."""
    figures = past.known.figures
    rate = ibis.cases((figures.ever_buyers > 0, figures.repeaters * 1_000_000 // figures.ever_buyers))
    return _by(past, "satisfaction", figures.ever_buyers >= FEW, [rate.desc()])


def _by(past: Past, by: By, is_in: ir.BooleanValue, order: list[Any]) -> ir.Table:
    """One of the lists for everybody, by another order."""
    figures, name = past.known.figures, f"{by}_place"
    own = place(figures, figures.is_offered & is_in, order)
    other = figures.drop(name).mutate(**{name: own})
    return new_products(past.known.taken, other, by=by, among=past.asked(), limit=DEEP)
