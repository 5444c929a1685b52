"""The personal list in the order that the shop's own past taught."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from recompra.analytics.lists.candidates import LATELY, Known, candidates, ties
from recompra.analytics.lists.expected import MEMORY, Memory
from recompra.analytics.lists.latest import latest
from recompra.analytics.lists.ranker import weighed
from recompra.analytics.lists.rows import LIMIT, nth, rows


def ranked_products(
    taken_visits: ir.Table,
    product_figures: ir.Table,
    product_pairs: ir.Table,
    next_pairs: ir.Table,
    *,
    as_of: dt.date,
    weights: Sequence[int],
    memory: Memory = MEMORY,
    among: ir.Table | None = None,
    limit: int = LIMIT,
) -> ir.Table:
    """What each customer is likely to take next, of what they have, of what is popular, and of what goes with
    or follows the two products that they bought last, in the order of a ranker.

    `weights`: of `lists.ranker.FEATURES`, in ten thousandths, as the shop's own past taught them; equal ones:
    the more popular, then the lower key. `among`: as in `new_products`. Columns: customer_key; place;
    product_key; reason (again: times, days since; popular: people, days; together, next: because_key,
    people); score (the higher, the likelier, between customers too).
    """
    known = Known(taken_visits, product_figures, product_pairs, next_pairs, as_of, memory)
    all_of = candidates(known, among)
    scored = all_of.mutate(rank=weighed(all_of, weights))
    best = nth(scored, ("-rank", "-buyers", "product_key"), "customer_key")
    best = best.filter(best.nth < limit)
    told = _with_reasons(best, known, among)
    return rows(
        told, "again", told.nth + 1, reason_of=told.reason, more=("people", "because_key"), score=told["rank"]
    )


def _with_reasons(best: ir.Table, known: Known, among: ir.Table | None) -> ir.Table:
    """With `reason`, and what it tells."""
    is_next = (best.following > 0) & (best.following >= best.together)
    named = best.mutate(
        reason=ibis.cases(
            (best.times.notnull(), "again"),
            (is_next, "next"),
            (best.together > 0, "together"),
            else_="popular",
        )
    )
    because = _because(named, known, among)
    both = named.left_join(because, [("customer_key", "who"), ("product_key", "what")]).drop("who", "what")
    is_popular = both.reason == "popular"
    return both.mutate(
        people=is_popular.ifelse(both.buyers, both.many),
        days=(is_popular | (both.reason == "again")).ifelse(both.days, ibis.null("int64")),
    )


def _because(named: ir.Table, known: Known, among: ir.Table | None) -> ir.Table:
    """Of what is offered because of another product: who, what, because_key (of those bought last the one
    with the best pair) and many (people or sales)."""
    have = known.taken if among is None else known.taken.semi_join(among, "customer_key")
    last = latest(have, LATELY).rename(who="customer_key", because_key="product_key")
    pairs = ties(known).rename(
        because_key="product_key", what="other_key", joint="together", later="following"
    )
    asked = named.filter(named.reason.isin(["next", "together"]))
    asked = asked.select("customer_key", "product_key", "reason")
    met = last.join(pairs, "because_key")
    met = met.join(asked, [("who", "customer_key"), ("what", "product_key")])
    is_next = met.reason == "next"
    told = met.select(
        "who",
        "what",
        "because_key",
        strength=is_next.ifelse(met.later, met.joint),
        many=is_next.ifelse(met.people, met.sales),
    )
    first = nth(told.filter(told.strength > 0), ("-strength", "because_key"), "who", "what")
    return first.filter(first.nth == 0).select("who", "what", "because_key", "many")
