"""Who fits each of many rules: one number of bits per customer, found in few passes over the facts.

A hundred rules that were asked one by one would read `people` a hundred times and write ten million rows to
compare. As bits they are one narrow row per customer, and what changed is where two numbers differ.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add, and_

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from recompra.segments.fields import field
from recompra.segments.rule.people import (
    Answer,
    Facts,
    amount,
    applies,
    deciding,
    fits_zero,
    is_at_least_one_order,
    truth,
)
from recompra.segments.rule.tree import (
    Behaviour,
    Did,
    FieldIs,
    Measure,
    Node,
    Op,
    Rule,
    conditions,
)
from recompra.warehouse.contract import Draft
from recompra.warehouse.schema import members

BITS = 62
"""Of a 64-bit number, so that no sum of them meets the sign."""


@dataclass(frozen=True)
class Places:
    """Where each segment stands in the bits: the segment ids in the order of the rules."""

    segments: tuple[int, ...]

    @property
    def words(self) -> range:
        return range((len(self.segments) + BITS - 1) // BITS)

    def table(self, draft: Draft) -> ir.Table:
        """Held as `places`: segment_id, word, bit (a power of two)."""
        at = range(len(self.segments))
        columns = {
            "segment_id": self.segments,
            "word": [place // BITS for place in at],
            "bit": [1 << place % BITS for place in at],
        }
        return draft.hold(pa.table({name: pa.array(v, pa.int64()) for name, v in columns.items()}), "places")


def fitting(draft: Draft, rules: Sequence[Rule], as_of: dt.date, facts: Facts) -> ir.Table:
    """Held as `fitting`: customer_key, fits_0, fits_1, ... of everybody (to leave out whom nothing fits would
    answer every rule a second time)."""
    facts = answered(draft, rules, as_of, facts)
    people = facts["people"]
    found = people.select(
        "customer_key", **_words("fits", [truth(rule, people, as_of, facts) for rule in rules])
    )
    held = draft.hold(found, "fitting")
    for name in {answer.column.partition("_")[0] for answer in facts.answers.values()}:
        draft.drop(name)
    return held


def kept(places: Places, places_held: ir.Table, only: ir.Table | None) -> ir.Table:
    """Who is kept as a member now, in the same bits: customer_key, kept_0, ..."""
    own = members.join(places_held, "segment_id")
    if only is not None:
        own = own.semi_join(only, "customer_key")
    words = {
        f"kept_{word}": own.bit.bit_or(where=own.word == word).fill_null(0).cast("int64")
        for word in places.words
    }
    return own.group_by("customer_key").agg(**words)


def answered(draft: Draft, rules: Sequence[Rule], as_of: dt.date, facts: Facts) -> Facts:
    """The facts with every condition answered that `people` alone cannot: those on orders in one pass over
    them, held as `sold`, each other one by itself, held as `told`."""
    asked = dict.fromkeys(one for rule in rules for _where, one in conditions(rule) if not _of_people(one))
    together = [one for one in asked if isinstance(one, Behaviour) and _is_summed(one)]
    alone = {one: deciding(one, as_of, facts) for one in asked if one not in set(together)}
    people = facts["people"]
    answers: dict[Node, Answer] = {}
    if together:
        people = _beside(people, _sold(draft, together, as_of, facts))
        answers |= _placed("sold", {one: one.op == Op.NEVER or fits_zero(one) for one in together})
    if alone:
        people = _beside(people, _told(draft, [keys for keys, _is_no in alone.values()]))
        answers |= _placed("told", {one: is_no for one, (_keys, is_no) in alone.items()})
    return replace(facts, tables={**facts.tables, "people": people}, answers=answers)


def _beside(people: ir.Table, bits: ir.Table) -> ir.Table:
    both = people.left_join(bits, "customer_key").drop("customer_key_right")
    return both.mutate(**{name: both[name].fill_null(0) for name in bits.columns[1:]})


def _placed(name: str, asked: Mapping[Node, bool]) -> dict[Node, Answer]:
    return {
        one: Answer(f"{name}_{place // BITS}", 1 << place % BITS, is_no)
        for place, (one, is_no) in enumerate(asked.items())
    }


def _of_people(one: Node) -> bool:
    return isinstance(one, FieldIs) and field(one.field).metric is None


def _is_summed(one: Behaviour) -> bool:
    """Whether it is a sum over orders by themselves."""
    return not one.what and (one.measure != Measure.DAYS or one.op == Op.NEVER or is_at_least_one_order(one))


def _sold(draft: Draft, asked: Sequence[Behaviour], as_of: dt.date, facts: Facts) -> ir.Table:
    rows = facts["orders"]
    rows = rows.filter(rows.customer_key.notnull(), ~rows.is_cancelled, rows.ordered_on <= as_of)
    sums = {f"n{place}": _sum(one, rows, as_of) for place, one in enumerate(asked)}
    measured = rows.group_by("customer_key").agg(**sums)
    bits = [_bit(one, measured[f"n{place}"]) for place, one in enumerate(asked)]
    return draft.hold(measured.select("customer_key", **_words("sold", bits)), "sold")


def _sum(one: Behaviour, rows: ir.Table, as_of: dt.date) -> ir.NumericScalar:
    fits = reduce(and_, applies(one, rows, as_of))
    if one.op == Op.NEVER or one.measure in (Measure.ORDERS, Measure.DAYS):
        return rows.count(where=fits)
    value, exact = (
        (rows.net, "decimal(18, 2)") if one.measure == Measure.VALUE else (rows.units, "decimal(18, 4)")
    )
    sign = -1 if one.did == Did.RETURNED else 1
    return (value * sign).sum(where=fits).cast(exact)


def _bit(one: Behaviour, n: ir.NumericColumn) -> ir.BooleanValue:
    """As `Answer` keeps it. No row that fits is no amount at all: it sums to zero where zero fits."""
    if one.op == Op.NEVER:
        return n > 0
    holds = amount(one.op, one.value, n)
    return (~holds).fill_null(False) if fits_zero(one) else holds.fill_null(False)


def _told(draft: Draft, asked: Sequence[ir.Column]) -> ir.Table:
    """The keys that each condition gave, as bits."""
    words = range((len(asked) + BITS - 1) // BITS)
    parts = [
        keys.as_table().select(
            customer_key=keys.get_name(),
            **{
                f"told_{word}": ibis.literal(1 << place % BITS if word == place // BITS else 0, "int64")
                for word in words
            },
        )
        for place, keys in enumerate(asked)
    ]
    every = ibis.union(*parts) if len(parts) > 1 else parts[0]
    columns = {name: every[name].bit_or().cast("int64") for name in every.columns[1:]}
    return draft.hold(every.group_by("customer_key").agg(**columns), "told")


def _words(name: str, flags: Sequence[ir.BooleanValue]) -> dict[str, ir.Value]:
    """Flags as bits of numbers: name_0, name_1, ..."""
    bits = [ibis.ifelse(flag, 1 << place % BITS, 0).cast("int64") for place, flag in enumerate(flags)]
    return {f"{name}_{at // BITS}": reduce(add, bits[at : at + BITS]) for at in range(0, len(bits), BITS)}
