"""Recency, frequency, value: scores from 1 to 5 and the segment of the 125-cell map.

Equal customers get equal scores, whatever the order of the rows, the ids, or the engine: a score is the
number of edges passed plus one, and edges are values, not ranks of rows. A better-or-equal customer never
scores lower.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from recompra.analytics.catalog import step
from recompra.analytics.rfm_map import SEGMENTS, cells

FIXED_FREQUENCY = (2, 3, 5, 10)  # purchase days: 1 / 2 / 3-4 / 5-9 / 10+
ONE_TIMERS_FOR_FIXED = Decimal("0.20")


@dataclass(frozen=True)
class Cuts:
    """Four edges per score: where 2, 3, 4 and 5 begin.

    `recency`: days, falling: score 2 at `recency[0]` days or fewer, score 5 at `recency[3]` or fewer.
    `frequency`: purchase days, rising. `monetary`: R$, rising. `fixed_frequency`: the edges are 2, 3, 5, 10
    because more than 20 % of the base bought once. An edge that nobody reaches stands just beyond the best
    value.
    """

    recency: tuple[int, int, int, int]
    frequency: tuple[int, int, int, int]
    monetary: tuple[Decimal, Decimal, Decimal, Decimal]
    fixed_frequency: bool = False

    def __post_init__(self) -> None:
        if list(self.recency) != sorted(self.recency, reverse=True):
            raise ValueError("recency edges must fall from score 2 to score 5")
        if list(self.frequency) != sorted(self.frequency) or list(self.monetary) != sorted(self.monetary):
            raise ValueError("frequency and monetary edges must rise from score 2 to score 5")


@step
def edges(summary: ir.Table) -> ir.Table:
    """The ties-together quintile edges of a base with recency_days, frequency and monetary.

    Three rows. Columns: measure; edge_2 .. edge_5 (decimal(18, 2), null: nobody reaches it); best, worst;
    customers; once (customers of the value 1 or less). The share below a group of equals is that of
    those strictly worse plus half of the group itself; edge k is the worst value whose share below is at
    least (k - 1) / 5.
    """
    return ibis.union(
        _edges(summary, "recency", -summary.recency_days),
        _edges(summary, "frequency", summary.frequency),
        _edges(summary, "monetary", summary.monetary),
    )


def cuts_from(rows: Iterable[Mapping[str, Any]]) -> Cuts:
    """The automatic cuts, from the rows of `edges`. Of an empty base: edges that a first customer can be
    put on."""
    found = {row["measure"]: row for row in rows}
    if not found:
        return Cuts((180, 90, 60, 30), FIXED_FREQUENCY, _money(100, 200, 400, 800), fixed_frequency=True)
    recency = [-int(edge) for edge in _reached(found["recency"], Decimal(1))]
    frequency = [max(2, int(edge)) for edge in _reached(found["frequency"], Decimal(1))]
    monetary = _reached(found["monetary"], Decimal("0.01"))
    once = Decimal(found["frequency"]["once"])
    fixed = once > ONE_TIMERS_FOR_FIXED * found["frequency"]["customers"]
    return Cuts(
        (recency[0], recency[1], recency[2], recency[3]),
        FIXED_FREQUENCY if fixed else (frequency[0], frequency[1], frequency[2], frequency[3]),
        (monetary[0], monetary[1], monetary[2], monetary[3]),
        fixed_frequency=fixed,
    )


def rfm(summary: ir.Table, cuts: Cuts) -> ir.Table:
    """The scores and the segment of every customer of a summary.

    Columns: the summary's own; recency_score, frequency_score, monetary_score (1 to 5); segment (a code).
    """
    scored = summary.mutate(
        recency_score=_score(summary.recency_days, cuts.recency, falling=True),
        frequency_score=_score(summary.frequency, cuts.frequency),
        monetary_score=_score(summary.monetary, cuts.monetary),
    )
    r, f, v = scored.recency_score, scored.frequency_score, scored.monetary_score
    numbered = scored.mutate(cell=r * 100 + f * 10 + v)  # a column of its own, so that it is computed once
    return numbered.mutate(segment=_segment(numbered.cell)).drop("cell")


def _segment(cell: ir.IntegerValue) -> ir.StringValue:
    """The segment of a cell's number, 111 to 555."""
    members: dict[str, list[int]] = {code: [] for code in SEGMENTS}
    for r, f, v, code in cells():
        members[code].append(r * 100 + f * 10 + v)
    last = SEGMENTS[-1]
    branches = [(cell.isin(numbers), code) for code, numbers in members.items() if code != last]
    return ibis.cases(*branches, else_=last)


def _score(value: ir.NumericValue, marks: tuple[Any, ...], *, falling: bool = False) -> ir.IntegerValue:
    kind = "decimal(18, 2)" if isinstance(marks[0], Decimal) else "int64"
    typed = [ibis.literal(mark, kind) for mark in marks]
    passed = [(value <= mark if falling else value >= mark).ifelse(1, 0) for mark in typed]
    total: ir.IntegerValue = reduce(lambda left, right: left + right, passed)
    return (total + 1).cast("int64")


def _edges(summary: ir.Table, measure: str, value: ir.NumericValue) -> ir.Table:
    """One row of `edges`; the value rises with merit."""
    groups = (
        summary.group_by(merit=value)
        .agg(n=summary.count())
        .mutate(value=lambda t: t.merit.cast("decimal(18, 2)"))
    )
    upward = ibis.window(order_by=groups.value, rows=(None, 0))
    ranked = groups.mutate(upto=groups.n.sum().over(upward), total=groups.n.sum().over(ibis.window()))
    share_below = 5 * (2 * ranked.upto - ranked.n)  # in units of 1 / (10 * total)
    reached = {
        f"edge_{k}": ranked.value.min(where=share_below >= 2 * (k - 1) * ranked.total) for k in (2, 3, 4, 5)
    }
    counted = ranked.agg(
        **reached,
        best=ranked.value.max(),
        worst=ranked.value.min(),
        customers=ranked.n.sum().cast("int64"),
        once=ranked.n.sum(where=ranked.value <= 1).fill_null(0).cast("int64"),
    )
    return counted.filter(counted.customers.notnull()).select(ibis.literal(measure).name("measure"), counted)


def _reached(row: Mapping[str, Any], step: Decimal) -> list[Decimal]:
    beyond = row["best"] + step
    return [beyond if row[f"edge_{k}"] is None else row[f"edge_{k}"] for k in (2, 3, 4, 5)]


def _money(*values: int) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    first, second, third, fourth = (Decimal(value) for value in values)
    return first, second, third, fourth
