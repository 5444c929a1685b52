"""What the shop's own past says of the constants of the lists: every one is chosen on windows before the last
complete one, so that this one can judge the choice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import ibis
import ibis.expr.types as ir

from recompra.analytics.list_hits import list_hits
from recompra.analytics.lists.choosing import chosen
from recompra.analytics.lists.hits import SHORT
from recompra.analytics.lists.places import NOVELTY, POPULAR, SATISFACTION
from recompra.analytics.own_products import MEMORIES, personal_products
from recompra.analytics.tried_lists import met_places, tried_lists
from recompra.predictions.goods import Chosen, Lines
from recompra.predictions.part import Asked
from recompra.predictions.products_past import Past, at
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
    none. First the lists that are the same for everybody, then, given these, how fast habits fade."""
    horizon = dt.timedelta(days=asked.horizon_days)
    met: list[dict[str, Any]] = []
    for number in range(1, WINDOWS + 1):
        until = asked.as_of - number * horizon
        found = at(desk, lines, until - horizon, until, _tried)
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
    memory = at(desk, lines, until - horizon, until, _remembered, first)
    return first if memory is None else replace(first, memory=MEMORIES[memory])


def _tried(past: Past) -> list[dict[str, Any]]:
    """How often each choice foretold what was new to customers in the whole window."""
    tried = past.desk.hold(tried_lists(past.known.taken, past.known.figures, as_of=past.known.as_of), "tried")
    try:
        met = met_places(past.ahead, past.known.taken.semi_join(past.ahead, "customer_key"), tried)
        return past.desk.rows(list_hits(past.ahead, met, options=_ALL))
    finally:
        past.desk.drop("tried")


def _remembered(past: Past) -> int:
    """Which memory foretold first baskets best."""
    lists = [_personal(past, number) for number in range(len(MEMORIES))]
    names = [str(memory) for memory in MEMORIES]
    rows = past.desk.rows(list_hits(past.whole, ibis.union(*lists), options=names))
    return chosen(rows, [f"places_{number}" for number in range(len(MEMORIES))])


def _personal(past: Past, number: int) -> ir.Table:
    known, memory = past.known, MEMORIES[number]
    made = personal_products(
        known.taken, known.figures, as_of=known.as_of, memory=memory, among=past.asked(), limit=SHORT
    )
    return made.select("customer_key", "product_key", "place", option=ibis.literal(str(memory)))
