"""What each customer may take next, with the takings to be expected of it: the ground of the personal list,
and of the ranker that learns to order it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import ibis
import ibis.expr.types as ir

from recompra.analytics.lists.rows import age
from recompra.analytics.lists.unseen import REACH, bit, unseen
from recompra.analytics.portable import half_up, int64

Memory = Literal[30, 90, 360, 0]
MEMORIES: tuple[Memory, ...] = (360, 0, 90, 30)
"""In the order of preference, see `lists.choosing`."""
MEMORY: Memory = MEMORIES[0]
MILLION, THOUSAND = 1_000_000, 1_000
WEIGHT = 2  # intervals of the product's other buyers, in a person's own
FIGURES = ("buyers", "group_name", "chance", "group_chance", "popular_place", "repeat_rate", "interval_days")


def offered(
    taken: ir.Table, product_figures: ir.Table, among: ir.Table | None, more: tuple[str, ...] = ()
) -> ir.Table:
    """What customers have of what is offered: the figures of the products, and owned_days, owned_first_on,
    owned_last_on and the weights of the customers; `more`: further columns of `taken`."""
    have = taken.select(
        "customer_key",
        "product_key",
        "weight_30",
        "weight_90",
        "weight_360",
        *more,
        owned_days="days",
        owned_first_on="first_on",
        owned_last_on="last_on",
    )
    if among is not None:
        have = have.semi_join(among, "customer_key")
    figures = product_figures.filter(product_figures.is_offered).select("product_key", *FIGURES)
    return have.join(figures, "product_key")


def remembered(have: ir.Table, memory: Memory) -> ir.Table:
    """With `faded`, what is left of each own product's days, and `own`, how much of them is habit; both in
    millionths."""
    faded = have.owned_days * MILLION if memory == 0 else have[f"weight_{memory}"]
    rate = (have.repeat_rate.fill_null(0) * THOUSAND).floor().cast("int64")
    of_thousand = half_up((have.owned_days - 1) * THOUSAND + rate, have.owned_days)
    return have.mutate(faded=faded, own=half_up(faded * of_thousand, ibis.literal(THOUSAND, "int64")))


def habits(each: ir.Table) -> ir.Table:
    """Per customer: habit (what is left of all own products' days), and which of the popular products they
    have."""
    place = each.popular_place <= REACH
    return each.group_by("customer_key").agg(
        habit=int64(each.faded.sum()),
        has=int64(bit(ibis.least(each.popular_place, REACH)).sum(where=place).fill_null(0)),
        owned=each.count(where=place),
    )


def own_products(each: ir.Table, habits: ir.Table, as_of: dt.date, more: tuple[str, ...] = ()) -> ir.Table:
    """Own products: customer_key, product_key, buyers, score, times and days, and `more` of their columns."""
    tastes = each.group_by("customer_key", "group_name").agg(taste=int64(each.faded.sum()))
    old = (
        each.join(habits, "customer_key")
        .left_join(tastes, ["customer_key", "group_name"])
        .drop("customer_key_right", "group_name_right")
    )
    return old.select(
        "customer_key",
        "product_key",
        "buyers",
        score=old.own + _of_taste(old),
        times=old.owned_days,
        days=age(ibis.literal(as_of), old.owned_last_on),
        **{name: old[name] for name in more},
    )


def popular_new(asked: ir.Table, habits: ir.Table, product_figures: ir.Table, limit: int) -> ir.Table:
    """The popular products that each customer asked about lacks, with the score that popularity alone gives
    them: customer_key, product_key, buyers, score, times (null), days (of popularity) and place (from 1). Who
    has nothing yet is told of as if they had bought one product today."""
    joined = asked.left_join(habits, asked.customer_key == habits.customer_key)
    known = joined.select(asked.customer_key, habits.habit, habits.has, habits.owned)
    known = known.mutate(
        habit=known.habit.fill_null(MILLION), has=known.has.fill_null(0), owned=known.owned.fill_null(0)
    )
    first = product_figures.filter(product_figures.popular_place <= REACH)
    ranked = first.select("product_key", "buyers", "chance", nth="popular_place", days=first.popular_days)
    found = unseen(known, ranked, limit)
    return found.select(
        "customer_key",
        "product_key",
        "buyers",
        score=of_popularity(found.habit, found.chance),
        times=ibis.null("int64"),
        days="days",
        place="place",
    )


def of_popularity(habit: ir.IntegerValue, chance: ir.IntegerValue) -> ir.IntegerValue:
    """What popularity alone lets one expect of a product."""
    return half_up(habit * chance, ibis.literal(MILLION, "int64"))


def lasting(own: ir.Table) -> ir.IntegerValue:
    """How many days an own product lasts the customer, drawn towards what it lasts others; null where nothing
    is ever bought again."""
    span = age(own.owned_last_on, own.owned_first_on)
    return half_up(span + WEIGHT * own.interval_days, own.owned_days - 1 + WEIGHT)


def _of_taste(old: ir.Table) -> ir.IntegerValue:
    """What popularity gives an own product: half by all habits, half by those of its group."""
    of_all = old.habit * old.chance
    of_group = old.taste * old.group_chance
    return half_up(of_all + of_group.fill_null(of_all), ibis.literal(2 * MILLION, "int64"))
