"""The turn of one generation: who fits now, against who was kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import ibis.expr.types as ir

from recompra.segments.rule.people import ALL, Facts
from recompra.segments.rule.tree import Rule
from recompra.segments.upkeep.fitting import Places, fitting
from recompra.segments.upkeep.turns import Moment, Turned, settle, write_members, write_moves
from recompra.warehouse.contract import Draft
from recompra.warehouse.schema import TABLES, predictions, profiles, scores


def find(
    draft: Draft,
    rules: Mapping[int, Rule],
    moment: Moment,
    *,
    noted: Collection[int],
    only: ir.Table | None = None,
    facts: Facts = ALL,
) -> dict[int, Turned]:
    """Write who entered and left each of these segments, {segment id: rule}, and count them.

    `noted`: the segments whose moves are told; of the others the first people are no entries. `only` and
    `facts`: of the customers looked at, where not everybody is. Held must be `touched` (keys of customers of
    whom something changed) and `before` (how sales stood): they tell why.
    """
    if not rules:
        return {}
    places = Places(tuple(rules))
    turned = settle(draft, fitting(draft, list(rules.values()), moment.as_of, facts), places, only)
    if turned:
        write_members(draft, moment.as_of, turned, places)
        if told := [segment for segment in noted if segment in turned]:
            write_moves(draft, told, moment)
    for name in ("fitting", "places", "changed", "turned"):
        draft.drop(name)
    return turned


def side_by_side() -> ir.Table:
    """`people`: every profile beside its standing and its forecast."""
    stood = profiles.left_join(scores.drop("as_of", "cuts_version"), "customer_key").drop(
        "customer_key_right"
    )
    own = [name for name in predictions.columns if name in TABLES["people"].columns]
    return stood.left_join(predictions.select(*own), "customer_key").select(*TABLES["people"].columns)
