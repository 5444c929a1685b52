"""The products among which a ranker chooses for each customer: own ones, popular new ones, and what goes with
or follows what was bought last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from recompra.analytics.lists.expected import (
    MILLION,
    Memory,
    habits,
    lasting,
    of_popularity,
    offered,
    own_products,
    popular_new,
    remembered,
)
from recompra.analytics.lists.latest import latest

LATELY = 2
"""Of so many products that the customer bought last is looked for what goes with them or follows them."""
CLOSEST = 3
"""Of each of them, so many of the best pairs of each kind."""
ENOUGH, POPULAR = 10, 4
"""As many popular products that the customer lacks as make, with the own ones, so many; at least POPULAR."""
_OF_OWN = ("weight_30", "weight_360", "since", "lasts")


@dataclass(frozen=True)
class Known:
    """What candidates are made of: `taken` with `visits` and `since` (see `taken_visits`), and the tables of
    these names, as of a day."""

    taken: ir.Table
    figures: ir.Table
    pairs: ir.Table
    following: ir.Table
    as_of: dt.date
    memory: Memory


def candidates(of: Known, among: ir.Table | None) -> ir.Table:
    """Each product that a customer may be offered, once, and all that FEATURES read.

    Columns: customer_key; product_key; buyers; score (the takings that the plain list expects); times (null:
    new to the customer), days (since the last one; of a popular new one the days of popularity), weight_30,
    weight_360, since, lasts; chance, repeat_rate (of the product); visits, lines (of the customer: days of
    buying, and of buying each product); together, following (scores of its pairs).
    """
    each = remembered(offered(of.taken, of.figures, among, ("since",)), of.memory)
    own = habits(each)
    mine = own_products(each.mutate(lasts=lasting(each)), own, of.as_of, _OF_OWN)
    have = of.taken if among is None else of.taken.semi_join(among, "customer_key")
    asked = (of.taken if among is None else among).select("customer_key").distinct()
    new = _few(popular_new(asked, own, of.figures, ENOUGH), each)
    both = _side_by_side(ibis.union(mine, new.select(*mine.columns)), tied(of, have))
    return _told(both, of.figures, _shoppers(have, own))


def _few(new: ir.Table, each: ir.Table) -> ir.Table:
    """The first of the popular products: who has many products of their own needs few."""
    counts = each.group_by("customer_key").agg(own=each.count().cast("int64"))
    both = new.left_join(counts, "customer_key").drop("customer_key_right")
    most = ibis.greatest(ENOUGH - both.own.fill_null(0), ibis.literal(POPULAR, "int64"))
    few = both.filter(both.place <= most)
    return few.drop("own", "place").mutate(**{name: ibis.null("int64") for name in _OF_OWN})


def ties(of: Known) -> ir.Table:
    """The best pairs of both kinds as one: product_key; other_key; together, following (scores, 0: not such a
    pair); sales, people (with both; who took the other one after it)."""
    zero = ibis.literal(0, "int64")
    first = of.pairs.filter(of.pairs.place <= CLOSEST)
    then = of.following.filter(of.following.place <= CLOSEST)
    both = ibis.union(
        first.select(
            "product_key", "other_key", together="score", following=zero, sales="together", people=zero
        ),
        then.select(
            "product_key", "other_key", together=zero, following="score", sales=zero, people="followed"
        ),
    )
    summed = both.group_by("product_key", "other_key").agg(
        **{name: both[name].sum().cast("int64") for name in ("together", "following", "sales", "people")}
    )
    offers = of.figures.filter(of.figures.is_offered).select(other_key="product_key")
    return summed.semi_join(offers, "other_key")


def tied(of: Known, have: ir.Table) -> ir.Table:
    """What goes with what each customer bought last: customer_key; product_key; together, following (sums of
    scores)."""
    met = latest(have, LATELY).join(ties(of), "product_key").drop("product_key")
    return met.group_by("customer_key", product_key="other_key").agg(
        together=met.together.sum().cast("int64"), following=met.following.sum().cast("int64")
    )


def _side_by_side(base: ir.Table, tied: ir.Table) -> ir.Table:
    """The rows of both, those of the same customer and product as one."""
    other = tied.rename(who="customer_key", what="product_key")
    both = base.outer_join(other, [("customer_key", "who"), ("product_key", "what")])
    found = both.select(
        customer_key=both.customer_key.coalesce(both.who),
        product_key=both.product_key.coalesce(both.what),
        **{name: both[name] for name in ("score", "times", "days", *_OF_OWN)},
        together=both.together.fill_null(0),
        following=both.following.fill_null(0),
    )
    return found.filter(
        found.product_key.notnull()
    )  # always so: a join by a computed key needs a table of its own


def _shoppers(have: ir.Table, own: ir.Table) -> ir.Table:
    """Of each customer: visits, lines, and the habit of what is still offered."""
    counts = have.group_by("customer_key").agg(
        visits=have.visits.max().cast("int64"), lines=have.days.sum().cast("int64")
    )
    joined = counts.left_join(own.select("customer_key", "habit"), "customer_key")
    return joined.drop("customer_key_right")


def _told(both: ir.Table, figures: ir.Table, shoppers: ir.Table) -> ir.Table:
    goods = figures.filter(figures.is_offered).select("product_key", "buyers", "chance", "repeat_rate")
    found = both.join(goods, "product_key").left_join(shoppers, "customer_key").drop("customer_key_right")
    plain = of_popularity(found.habit.fill_null(MILLION), found.chance)
    return found.mutate(score=found.score.fill_null(plain)).drop("habit")
