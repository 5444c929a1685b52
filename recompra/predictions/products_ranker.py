"""The ranker of the personal list: learnt on a window of the shop's past, held against the plain list on a
later one."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from recompra.analytics.churn.logistic import Sample, fit
from recompra.analytics.list_hits import list_hits
from recompra.analytics.lists.candidates import Known, candidates
from recompra.analytics.lists.expected import Memory
from recompra.analytics.lists.hits import Row, ahead, measured
from recompra.analytics.lists.ranker import FEATURES, LEANS_ON, SCALE
from recompra.predictions.listing import personal, plain
from recompra.predictions.products_past import Past
from recompra.warehouse.contract import Desk

PEOPLE = 10_000
"""Customers whose next basket a ranker learns from, of a larger shop every n-th by key."""
LEAST = 100
"""Fewer products taken out of the candidates teach nothing."""
STRENGTH = 10.0
"""The price of a weight that differs from the plain list's by one, per standard deviation of its feature."""
DECIDES, WATCHED = "ndcg_10", "hit_10"
Floats = npt.NDArray[np.float64]


def learnt(past: Past, visited: ir.Table, following: ir.Table, memory: Memory) -> tuple[int, ...]:
    """The weights of FEATURES that tell best what of the candidates came into the next basket; empty where
    too little did. `visited`: `taken_visits` of those who came back."""
    known = Known(visited, past.known.figures, past.known.pairs, following, past.known.as_of, memory)
    asked = _some(past.desk, past.asked())
    offers = candidates(known, asked)
    truth = past.whole.select(who="customer_key", what="product_key")
    told = offers.left_join(truth, [("customer_key", "who"), ("product_key", "what")])
    features = {name: feature(told) for name, feature in FEATURES.items()}
    rows = told.select(
        "customer_key", "product_key", is_taken=told.what.notnull().ifelse(1, 0).cast("int64"), **features
    ).order_by(["customer_key", "product_key"])
    answer = past.desk.run(rows)
    columns = [answer.column(name).to_numpy().astype(np.float64) / 1e6 for name in FEATURES]
    return weights_of(np.column_stack(columns), answer.column("is_taken").to_numpy().astype(np.float64))


def weights_of(rows: Floats, is_taken: Floats) -> tuple[int, ...]:
    """Of a logistic that leans on the plain list's order, in whole parts of SCALE; empty: too few were
    taken."""
    if is_taken.sum() < LEAST:
        return ()
    ones = np.ones(len(rows))
    free = np.full(len(FEATURES), np.inf)
    expected = np.array([1.0 if name == LEANS_ON else 0.0 for name in FEATURES])
    sample = Sample(rows, ones, is_taken, ones, np.zeros(len(rows), np.int64))
    line = fit(sample, STRENGTH, low=-free, high=free, expected=expected)
    return tuple(int(weight) for weight in np.rint(line.weights * SCALE))


def contest(past: Past) -> dict[str, Any]:
    """How the two lists foretold the window after the one that the ranker learnt from.

    is_used: the ranker is ahead by more than one standard error in `DECIDES`, over the same customers, and
    not behind by more than one in `WATCHED`. plain, ranked: every measure; gaps: by how much the ranked one
    is ahead, and the standard error of it.
    """
    lists = {"plain": plain(past.known, past.asked()), "ranked": personal(past.known, past.asked())}
    made = [
        table.select("customer_key", "product_key", "place", option=ibis.literal(name))
        for name, table in lists.items()
    ]
    rows: list[Row] = list(past.desk.rows(list_hits(past.whole, ibis.union(*made), options=list(lists))))
    return held_against(rows, "places_0", "places_1")


def held_against(rows: list[Row], plain: str, ranked: str) -> dict[str, Any]:
    """`contest`, from the counts of `list_hits` in these columns."""
    gaps = {measure: ahead(rows, measure, ranked, plain) for measure in (DECIDES, WATCHED)}
    (gain, error), (hits, of_hits) = gaps[DECIDES], gaps[WATCHED]
    return {
        "is_used": bool(gain > error and hits >= -of_hits),
        "plain": _told(rows, plain),
        "ranked": _told(rows, ranked),
        "gaps": {measure: {"ahead": gap, "error": error} for measure, (gap, error) in gaps.items()},
    }


def _told(rows: list[Row], place: str) -> dict[str, float]:
    found = measured(rows, place)
    return {"hit_10": found.hit_10, "recall_10": found.recall_10, "ndcg_10": found.ndcg_10}


def _some(desk: Desk, asked: ir.Table) -> ir.Table:
    count: int = desk.rows(asked.agg(n=asked.count().cast("int64")))[0]["n"]
    one_in = max(1, -(-count // PEOPLE))
    return asked if one_in == 1 else asked.filter(asked.customer_key % 999_983 % one_in == 0)
