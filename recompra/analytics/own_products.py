"""Products that a person bought before: what they like to buy, filled up with what is popular; what must be
used up."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import ibis
import ibis.expr.types as ir

from recompra.analytics.lists.rows import LIMIT, age, nth, rows, top
from recompra.analytics.lists.unseen import REACH, bit, unseen
from recompra.analytics.portable import half_up, int64

Memory = Literal[30, 90, 360, 0]
MEMORIES: tuple[Memory, ...] = (360, 0, 90, 30)
"""In the order of preference, see `lists.choosing`."""
MEMORY: Memory = MEMORIES[0]
MILLION, THOUSAND = 1_000_000, 1_000
WEIGHT = 2  # intervals of the product's other buyers, in a person's own
TOO_LATE = 2  # after so many intervals without it, the person found another one


def personal_products(
    taken: ir.Table,
    product_figures: ir.Table,
    *,
    as_of: dt.date,
    memory: Memory = MEMORY,
    among: ir.Table | None = None,
    limit: int = LIMIT,
) -> ir.Table:
    """What each customer is likely to take next, of what they have and of what is popular, in one order.

    The expected takings: of an own product n x (days - 1 + repeat rate) / days (who took it once takes it
    again as others do; further days speak for themselves), and half of the n of all own products x its share
    of what everybody took lately, half of the n of those of its group x its share of the group (without a
    group, both halves by the first). Of a new product the n of all own products x its share of what everybody
    took lately. n: days of taking, each fading by e to the power of -age / `memory` days (0: none fades).
    Equal ones: the more popular, then the lower key. `among`: as in `new_products`.
    Columns: customer_key; place; product_key; reason (again: times, days since; popular: people, days).
    """
    have = _offered(taken, product_figures, among)
    each = have.mutate(**_own(have, memory))
    place = each.popular_place <= REACH
    habits = each.group_by("customer_key").agg(
        habit=int64(each.faded.sum()),
        has=int64(bit(ibis.least(each.popular_place, REACH)).sum(where=place).fill_null(0)),
        owned=each.count(where=place),
    )
    tastes = each.group_by("customer_key", "group_name").agg(taste=int64(each.faded.sum()))
    old = (
        each.join(habits, "customer_key")
        .left_join(tastes, ["customer_key", "group_name"])
        .drop("customer_key_right", "group_name_right")
    )
    mine = old.select(
        "customer_key",
        "product_key",
        "buyers",
        score=old.own + _of_taste(old),
        times=old.owned_days,
        days=age(ibis.literal(as_of), old.owned_last_on),
    )
    asked = (taken if among is None else among).select("customer_key").distinct()
    new = _new(_with_habits(asked, habits), product_figures, limit)
    whole = ibis.union(mine, new.select(*mine.columns))
    best = nth(whole, ("-score", "-buyers", "product_key"), "customer_key")
    best = best.filter(best.nth < limit)
    is_new = best.times.isnull()
    told = best.mutate(people=is_new.ifelse(best.buyers, ibis.null("int64")))
    reason = is_new.ifelse(ibis.literal("popular"), ibis.literal("again"))
    return rows(told, "again", told.nth + 1, reason_of=reason, more=("people",))


def _own(have: ir.Table, memory: Memory) -> dict[str, ir.IntegerValue]:
    """How much is left of each own product's days, and how much of them is habit; in millionths."""
    faded = have.owned_days * MILLION if memory == 0 else have[f"weight_{memory}"]
    rate = (have.repeat_rate.fill_null(0) * THOUSAND).floor().cast("int64")
    of_thousand = half_up((have.owned_days - 1) * THOUSAND + rate, have.owned_days)
    return {"faded": faded, "own": half_up(faded * of_thousand, ibis.literal(THOUSAND, "int64"))}


def _with_habits(asked: ir.Table, habits: ir.Table) -> ir.Table:
    """Who is asked about; who has nothing yet is told of as if they had bought one product today."""
    joined = asked.left_join(habits, asked.customer_key == habits.customer_key)
    found = joined.select(asked.customer_key, habits.habit, habits.has, habits.owned)
    return found.mutate(
        habit=found.habit.fill_null(MILLION), has=found.has.fill_null(0), owned=found.owned.fill_null(0)
    )


def _new(asked: ir.Table, product_figures: ir.Table, limit: int) -> ir.Table:
    """The popular products that customers do not have, with the score that popularity alone gives them."""
    first = product_figures.filter(product_figures.popular_place <= REACH)
    ranked = first.select("product_key", "buyers", "chance", nth="popular_place", days=first.popular_days)
    found = unseen(asked, ranked, limit)
    return found.select(
        "customer_key",
        "product_key",
        "buyers",
        score=_expected(found.habit, found.chance),
        times=ibis.null("int64"),
        days="days",
    )


def _of_taste(old: ir.Table) -> ir.IntegerValue:
    """What popularity gives an own product: half by all habits, half by those of its group."""
    of_all = old.habit * old.chance
    of_group = old.taste * old.group_chance
    return half_up(of_all + of_group.fill_null(of_all), ibis.literal(2 * MILLION, "int64"))


def _expected(habit: ir.IntegerValue, chance: ir.IntegerValue) -> ir.IntegerValue:
    return half_up(habit * chance, ibis.literal(MILLION, "int64"))


def due_products(
    taken: ir.Table,
    product_figures: ir.Table,
    *,
    as_of: dt.date,
    among: ir.Table | None = None,
    limit: int = LIMIT,
) -> ir.Table:
    """What each customer bought before and has probably used up by now.

    A product lasts (last - first purchase + 2 x what it lasts others) / (days bought - 1 + 2), to the nearest
    day. It is due from the day on which so many days have passed since the last purchase, until twice as many
    have: by then the customer found another one. Listed are products that the customer bought twice, or that
    at least one in twenty buys again; most often bought first, then the highest repeat rate. Columns:
    customer_key; place; product_key; reason (due: interval_days it lasts, days since, times bought).
    """
    known = _offered(taken, product_figures, among)
    span = age(known.owned_last_on, known.owned_first_on)
    timed = known.mutate(
        times=known.owned_days,
        days=age(ibis.literal(as_of), known.owned_last_on),
        lasts=half_up(span + WEIGHT * known.interval_days, known.owned_days - 1 + WEIGHT),
    )
    timed = timed.drop("interval_days").rename(interval_days="lasts")
    is_due = (timed.days >= timed.interval_days) & (timed.days < TOO_LATE * timed.interval_days)
    comes_back = (timed.times > 1) | (timed.repeat_rate * 20 >= 1)
    late = timed.filter(timed.interval_days > 0, is_due, comes_back)
    return top(late, "due", order=("-times", "-repeat_rate", "days"), limit=limit)


def _offered(taken: ir.Table, product_figures: ir.Table, among: ir.Table | None) -> ir.Table:
    """What customers have of what is offered: the figures of the products, and owned_days, owned_first_on,
    owned_last_on and the weights of the customers."""
    have = taken.select(
        "customer_key",
        "product_key",
        "weight_30",
        "weight_90",
        "weight_360",
        owned_days="days",
        owned_first_on="first_on",
        owned_last_on="last_on",
    )
    if among is not None:
        have = have.semi_join(among, "customer_key")
    figures = product_figures.filter(product_figures.is_offered).select(
        "product_key",
        "buyers",
        "group_name",
        "chance",
        "group_chance",
        "popular_place",
        "repeat_rate",
        "interval_days",
    )
    return have.join(figures, "product_key")
