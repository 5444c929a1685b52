"""How well the lists of recommendations foretold the shop's own past, and which of them fade how fast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import ibis
import ibis.expr.types as ir

from recompra.analytics.list_hits import list_hits, next_baskets
from recompra.analytics.lists.hits import DEEP, SHORT, Hits, measured
from recompra.analytics.new_products import new_products
from recompra.analytics.own_products import MEMORIES, MEMORY, Memory
from recompra.predictions.goods import Goods, Lines, goods
from recompra.predictions.listing import LISTS, listed
from recompra.predictions.part import Asked, NotEnoughData
from recompra.warehouse.contract import Desk

Found = TypeVar("Found")

LEAST = 30
"""Fewer customers who came back tell nothing of which list is better."""
OF_OWN = ("personal", "due")
"""Lists that are judged on everything that a customer bought next; the others on what was new to them."""


def judged(desk: Desk, lines: Lines, asked: Asked) -> tuple[Memory, dict[str, Any] | None]:
    """How fast habits fade, by the window before the last complete one, and what all the lists made of what
    was known then foretold of the last one: None where too few customers came back in it."""
    memory = chosen_memory(desk, lines, asked)
    cut = asked.as_of - dt.timedelta(days=asked.horizon_days)
    return memory, _at(desk, lines, cut, asked.as_of, lambda past: _accuracy(past, memory))


def chosen_memory(desk: Desk, lines: Lines, asked: Asked) -> Memory:
    """How fast habits fade: what foretold best in the window before the last complete one."""
    horizon = dt.timedelta(days=asked.horizon_days)
    until = asked.as_of - horizon
    found = _at(desk, lines, until - horizon, until, _best_memory)
    return MEMORY if found is None else found


def is_better(accuracy: dict[str, Any]) -> bool:
    """Whether the personal list foretold no fewer customers than its baselines."""
    hits = next(one for one in accuracy["measures"] if one["name"] == "hit_10_personal")
    return all(hits["value"] >= other for other in hits["baselines"].values())


@dataclass(frozen=True)
class _Past:
    """What was known at a cut, and what customers who had bought before it took next: everything (`whole`),
    and what was `new` to them."""

    desk: Desk
    known: Goods
    until: dt.date
    whole: ir.Table
    new: ir.Table

    def hits(self, truth: ir.Table, made: ir.Table) -> Hits:
        """Of customers with something in the truth; none of them: all measures 0."""
        return measured(self.desk.rows(list_hits(truth, made))) or Hits(0, 0.0, 0.0, 0.0, 0.0)

    def asked(self) -> ir.Table:
        return self.whole.select("customer_key").distinct()


def _at(
    desk: Desk, lines: Lines, cut: dt.date, until: dt.date, work: Callable[[_Past], Found]
) -> Found | None:
    """What `work` says of a cut; None where too little was known, or too few came back until then."""
    try:
        with goods(desk, lines, cut, "past") as known:
            whole, new = _truths(lines, known, until)
            past = _Past(desk, known, until, desk.hold(whole, "past_whole"), desk.hold(new, "past_new"))
            try:
                count = desk.rows(past.whole.agg(n=past.whole.customer_key.nunique().cast("int64")))[0]["n"]
                return work(past) if count >= LEAST else None
            finally:
                desk.drop("past_new")
                desk.drop("past_whole")
    except NotEnoughData:
        return None


def _truths(lines: Lines, known: Goods, until: dt.date) -> tuple[ir.Table, ir.Table]:
    """What known customers took next, and what of it was new to them."""
    after = next_baskets(lines.people, after=known.as_of, until=until)
    whole = after.semi_join(known.taken, "customer_key")
    return whole, whole.anti_join(known.taken, ["customer_key", "product_key"])


def _best_memory(past: _Past) -> Memory:
    """The one whose personal list gains most among the first ten; of equal ones the slowest to fade."""
    gains = {
        memory: past.hits(
            past.whole, listed("personal", past.known, past.asked(), memory=memory, limit=SHORT)
        ).ndcg_10
        for memory in reversed(MEMORIES)
    }
    return max(gains, key=lambda memory: gains[memory])


def _accuracy(past: _Past, memory: Memory) -> dict[str, Any]:
    baselines = {
        True: {"popular": _most_popular(past), "frequent": _most_frequent(past)},
        False: {"all_time": _all_time(past)},
    }
    found = {
        is_own: {name: past.hits(past.whole if is_own else past.new, made) for name, made in tables.items()}
        for is_own, tables in baselines.items()
    }
    offered = past.known.figures.count(where=past.known.figures.is_offered)
    total = past.desk.rows(past.known.figures.agg(n=offered.cast("int64")))[0]["n"]
    measures: list[dict[str, Any]] = []
    lists: dict[str, dict[str, float]] = {}
    for name in LISTS:
        made = listed(name, past.known, past.asked(), memory=memory, limit=DEEP)
        own = name in OF_OWN
        hits = past.hits(past.whole if own else past.new, made)
        measures += _measures(name, hits, found[own])
        lists[name] = asdict(hits) | {"coverage": _covered(past, made) / max(total, 1)}
    customers = past.desk.rows(past.asked().agg(n=past.asked().count().cast("int64")))[0]["n"]
    return {
        "cut": past.known.as_of.isoformat(),
        "until": past.until.isoformat(),
        "customers": customers,
        "measures": measures,
        "bins": [],
        "lists": lists,
    }


def _measures(name: str, hits: Hits, baselines: dict[str, Hits]) -> list[dict[str, Any]]:
    """The hit rate of a list beside its baselines; of the personal one every measure."""
    values = asdict(hits)
    shown = ("hit_10", "recall_10", "recall_20", "ndcg_10") if name == "personal" else ("hit_10",)
    return [
        {
            "name": f"{measure}_{name}",
            "value": values[measure],
            "baselines": {of: asdict(other)[measure] for of, other in baselines.items()},
        }
        for measure in shown
    ]


def _covered(past: _Past, made: ir.Table) -> int:
    """How many different products stand among the first ten of anybody."""
    short = made.filter(made.place <= SHORT)
    found: int = past.desk.rows(short.agg(n=short.product_key.nunique().cast("int64")))[0]["n"]
    return found


def _most_popular(past: _Past) -> ir.Table:
    """The same list for everybody, whether they have its products or not."""
    figures = past.known.figures
    first = figures.filter(figures.popular_place <= DEEP)
    return past.asked().cross_join(first.select("product_key", place="popular_place"))


def _most_frequent(past: _Past) -> ir.Table:
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


def _all_time(past: _Past) -> ir.Table:
    """The products new to each customer that most people ever took."""
    figures = past.known.figures
    is_in = figures.is_offered & (figures.takers > 0)
    window = ibis.window(group_by=is_in, order_by=[figures.takers.desc(), figures.product_key])
    place = is_in.ifelse(ibis.row_number().over(window) + 1, ibis.null("int64")).cast("int64")
    ever = figures.drop("popular_place").mutate(popular_place=place)
    return new_products(past.known.taken, ever, by="popular", among=past.asked(), limit=DEEP)
