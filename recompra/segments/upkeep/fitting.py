"""Who fits each of many rules: one number of bits per customer, found in few passes over the facts.

A hundred rules that were asked one by one would read `people` a hundred times and write ten million rows to
compare. As bits they are one narrow row per customer, and what changed is where two numbers differ.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, or_

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from recompra.segments.rule.people import Facts, truth
from recompra.segments.rule.tree import Rule
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
    """Held as `fitting`: customer_key, fits_0, fits_1, ... of everybody who fits one rule or more."""
    people = facts["people"]
    bits = [
        ibis.ifelse(truth(rule, people, as_of, facts), 1 << place % BITS, 0).cast("int64")
        for place, rule in enumerate(rules)
    ]
    words = {f"fits_{at // BITS}": reduce(add, bits[at : at + BITS]) for at in range(0, len(bits), BITS)}
    found = people.select("customer_key", **words)
    return draft.hold(found.filter(reduce(or_, (found[name] != 0 for name in words))), "fitting")


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
