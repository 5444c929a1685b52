"""What the shop's own past says of the constants of the lists: every one is chosen on windows before the last
complete one, so that this one can judge the choice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import ibis
import ibis.expr.types as ir

from recompra.analytics.further_products import following_products
from recompra.analytics.list_hits import list_hits
from recompra.analytics.lists.choosing import chosen
from recompra.analytics.lists.expected import MEMORIES, Memory
from recompra.analytics.lists.hits import SHORT
from recompra.analytics.lists.places import NOVELTY, POPULAR, SATISFACTION
from recompra.analytics.next_pairs import NEXT_DAYS
from recompra.analytics.own_products import personal_products
from recompra.analytics.taken_visits import taken_visits
from recompra.analytics.tried_lists import met_places, tried_lists
from recompra.predictions.goods import Chosen, Lines, following
from recompra.predictions.part import Asked
from recompra.predictions.products_past import Past, at
from recompra.predictions.products_ranker import learnt
from recompra.warehouse.contract import Desk

WINDOWS = 3
"""So many windows before the last complete one are asked, as far as the sales go back."""
OPTIONS = {
    "popular": [f"popular_{days}" for days in POPULAR],
    "satisfaction": [f"satisfaction_{much}" for much in SATISFACTION],
    "novelty": [f"novelty_{days}" for days in NOVELTY],
}
_ALL = [option for options in OPTIONS.values() for option in options]


def choice(desk: Desk, lines: Lines, asked: Asked) -> Chosen:
    """By the windows of `asked.horizon_days` before the last complete one; what is steadiest where there are
    none. First the lists that are the same for everybody; then, by the newest of these windows and given
    these, how fast habits fade, within how many days a product follows another, and the ranker that was
    learnt from both, if any: whether it is better is not asked here."""
    horizon = dt.timedelta(days=asked.horizon_days)
    met: list[dict[str, Any]] = []
    for number in range(1, WINDOWS + 1):
        until = asked.as_of - number * horizon
        found = at(desk, lines, until - horizon, until, _tried, with_pairs=False)
        if found is None:
            break
        met += found
    places = {
        name: chosen(met, [f"places_{_ALL.index(option)}" for option in options])
        for name, options in OPTIONS.items()
    }
    first = Chosen(
        POPULAR[places["popular"]], SATISFACTION[places["satisfaction"]], NOVELTY[places["novelty"]]
    )
    until = asked.as_of - horizon
    return at(desk, lines, until - horizon, until, _personally, first) or first


def _tried(past: Past) -> list[dict[str, Any]]:
    """How often each choice foretold what was new to customers in the whole window."""
    tried = past.desk.hold(tried_lists(past.known.taken, past.known.figures, as_of=past.known.as_of), "tried")
    try:
        met = met_places(past.ahead, past.known.taken.semi_join(past.ahead, "customer_key"), tried)
        return past.desk.rows(list_hits(past.ahead, met, options=_ALL))
    finally:
        past.desk.drop("tried")


def _personally(past: Past) -> Chosen:
    """What is chosen for the lists that differ between customers."""
    memory = MEMORIES[_best(past, past.whole, [_remembering(past, memory) for memory in MEMORIES])]
    with_all = {days: f"past_next_{days}" for days in NEXT_DAYS}
    held = {
        days: past.desk.hold(
            following(past.desk, past.known.taken, past.known.figures, past.known.as_of, days), name
        )
        for days, name in with_all.items()
    }
    try:
        days = NEXT_DAYS[_best(past, past.ahead, [_following(past, pairs) for pairs in held.values()])]
        weights = _learnt(past, held[days], memory)
    finally:
        for name in reversed(with_all.values()):
            past.desk.drop(name)
    return replace(past.known.chosen, memory=memory, next_days=days, weights=weights)


def _learnt(past: Past, pairs: ir.Table, memory: Memory) -> tuple[int, ...]:
    asked = past.asked()
    had = past.known.taken.semi_join(asked, "customer_key")
    visited = taken_visits(
        past.lines.people, had, as_of=past.known.as_of, among=asked, store_keys=past.lines.store_keys
    )
    held = past.desk.hold(visited, "past_visited")
    try:
        return learnt(past, held, pairs, memory)
    finally:
        past.desk.drop("past_visited")


def _best(past: Past, truth: ir.Table, lists: Sequence[ir.Table]) -> int:
    """The place of the list to choose, of lists in the order of preference."""
    names = [str(number) for number in range(len(lists))]
    made = [
        one.select("customer_key", "product_key", "place", option=ibis.literal(name))
        for one, name in zip(lists, names, strict=True)
    ]
    rows = past.desk.rows(list_hits(truth, ibis.union(*made), options=names))
    return chosen(rows, [f"places_{name}" for name in names])


def _remembering(past: Past, memory: Memory) -> ir.Table:
    known = past.known
    return personal_products(
        known.taken, known.figures, as_of=known.as_of, memory=memory, among=past.asked(), limit=SHORT
    )


def _following(past: Past, pairs: ir.Table) -> ir.Table:
    asked = past.ahead.select("customer_key").distinct()
    return following_products(past.known.taken, past.known.figures, pairs, among=asked, limit=SHORT)
