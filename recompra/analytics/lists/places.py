"""Who is in the lists that are the same for everybody, and in what order."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from recompra.analytics.portable import half_up

EVER = 0
"""As a window of popularity: all the days of the shop."""
POPULAR = (EVER, 365, 180, 90, 60, 30)
SATISFACTION = (500, 100, 20)
NOVELTY = (90, 180, 60, 30)
"""What the shop's past may choose from, each in the order of preference (see `lists.choosing`). POPULAR: days
of a window; SATISFACTION: buyers of an average product that a product's repeat rate is drawn towards;
NOVELTY: days since the first sale."""
FEW = 10  # fewer buyers than this prove nothing: one of them is a tenth
NEW_BUYERS, NEW_WEEK = 5, 7  # a novelty sells already; its first week on sale counts as a whole one
Order = tuple[ir.BooleanValue, list[Any]]


def is_lately(age: ir.IntegerValue, days: int) -> ir.BooleanValue:
    """Whether something of that age, in days, falls into a window of popularity."""
    return age >= 0 if days == EVER else age < days


def popular(buyers: ir.IntegerValue) -> Order:
    return buyers > 0, [buyers.desc()]


def satisfaction(figures: ir.Table, mean: ir.IntegerValue, weight: int) -> Order:
    """`mean`: the repeat rate of all products, in millionths."""
    rate = drawn(figures.repeaters, figures.ever_buyers, mean, weight)
    return (figures.ever_buyers >= FEW) & (figures.repeaters > 0), [rate.desc(), figures.ever_buyers.desc()]


def drawn(
    repeaters: ir.IntegerValue, buyers: ir.IntegerValue, mean: ir.IntegerValue, weight: int
) -> ir.IntegerValue:
    """A repeat rate in millionths, drawn towards the mean as by `weight` further buyers."""
    return half_up(repeaters * 1_000_000 + mean * weight, buyers + weight)


def novelty(figures: ir.Table, shop_days: ir.IntegerValue, days: int) -> Order:
    """`shop_days`: how long the shop has been selling: at the start of a file everything looks new."""
    per_day = half_up(figures.takers * 1_000_000, ibis.greatest(figures.days_on_sale, ibis.literal(NEW_WEEK)))
    is_new = (figures.days_on_sale <= days) & (shop_days >= 2 * days) & (figures.takers >= NEW_BUYERS)
    return is_new, [per_day.desc(), figures.takers.desc()]


def place(table: ir.Table, is_in: ir.BooleanValue, order: list[Any]) -> ir.IntegerValue:
    """The place among the rows that are in, from 1, equal ones by the lower key; null for the others."""
    window = ibis.window(group_by=is_in, order_by=[*order, table.product_key])
    return is_in.ifelse(ibis.row_number().over(window) + 1, ibis.null("int64")).cast("int64")
