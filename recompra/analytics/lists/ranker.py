"""What a ranker weighs of each product that a customer may take next, and the order that its weights make.

Everything is a whole number, so that every engine finds the same sum: features in millionths, weights in ten
thousandths.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

import ibis
import ibis.expr.types as ir

from recompra.analytics.portable import half_up, log_millionths

MILLION = 1_000_000
SCALE = 10_000
"""Weights are kept as whole numbers of so many parts."""
LATE, EARLY = 2 * MILLION, -3 * MILLION
"""The logarithm of how far a product's own interval has run is cut there."""
STEP = 1_000
"""Of a decayed count and of a pair's score, in millionths: much smaller ones are as good as nothing."""


def _ln(above: ir.IntegerValue, below: int = 1) -> ir.IntegerValue:
    return log_millionths(above, ibis.literal(below, "int64")).fill_null(0)


def _own(table: ir.Table, value: ir.IntegerValue) -> ir.IntegerValue:
    """Of a product that the customer does not have, nothing."""
    return table.times.notnull().ifelse(value, ibis.literal(0, "int64")).fill_null(0)


def _due(table: ir.Table) -> ir.IntegerValue:
    """How far the product's own interval has run: 0 on the day that it is due, below before it."""
    run = log_millionths(table.days + 1, table.lasts)
    cut = ibis.least(ibis.greatest(run, ibis.literal(EARLY, "int64")), ibis.literal(LATE, "int64"))
    return _own(table, cut)


def _size(table: ir.Table) -> ir.IntegerValue:
    return log_millionths(table.lines, table.visits).fill_null(0)


FEATURES: dict[str, Callable[[ir.Table], ir.IntegerValue]] = {
    "expected": lambda t: _ln(ibis.greatest(t.score, ibis.literal(1, "int64"))),
    "times": lambda t: _own(t, _ln(t.times)),
    "part": lambda t: _own(t, log_millionths(t.times, t.visits)),
    "fresh_30": lambda t: _own(t, _ln(t.weight_30 + STEP, STEP)),
    "fresh_360": lambda t: _own(t, _ln(t.weight_360 + STEP, STEP)),
    "since": lambda t: _own(t, _ln(t.since + 1)),
    "due": _due,
    "due_squared": lambda t: half_up(_due(t) * _due(t), ibis.literal(MILLION, "int64")),
    "once": lambda t: _own(t, (t.times == 1).ifelse(MILLION, 0).cast("int64")),
    "is_new": lambda t: t.times.isnull().ifelse(MILLION, 0).cast("int64"),
    "popular": lambda t: _ln(t.chance + 1),
    "repeat": lambda t: _ln((t.repeat_rate.fill_null(0) * 10_000).floor().cast("int64") + 100, 100),
    "size": _size,
    "new_size": lambda t: t.times.isnull().ifelse(_size(t), ibis.literal(0, "int64")),
    "together": lambda t: _ln(t.together + STEP, STEP),
    "next": lambda t: _ln(t.following + STEP, STEP),
}
"""Of each candidate (see `lists.candidates`), natural logarithms in millionths. expected: the takings that
the plain list expects. Of own products: times; part: times over the customer's visits; fresh_30, fresh_360:
the decayed days; since: visits since the last one; due: days since the last one over how long it lasts the
customer; once. popular: the product's share of what everybody took lately; repeat: its repeat rate; size:
products per visit of the customer; together and next: the scores of its pairs with what the customer bought
last."""
LEANS_ON = "expected"
"""The feature that alone makes the order of the plain list: with no data the ranker is that."""


def weighed(table: ir.Table, weights: Sequence[int]) -> ir.IntegerValue:
    """The sum of the features times their weights, in the order of FEATURES."""
    parts = [
        feature(table) * ibis.literal(weight, "int64")
        for feature, weight in zip(FEATURES.values(), weights, strict=True)
        if weight
    ]
    return reduce(lambda one, other: one + other, parts, ibis.literal(0, "int64"))
