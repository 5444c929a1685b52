"""Why somebody is in a group, or is not: each condition's truth, with the values and days behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recompra.customers.scope import StoreScope
from recompra.segments.fields import Kind, answer_of, field
from recompra.segments.rule.people import ALL, Facts, column_of, matching, measure, truth
from recompra.segments.rule.sentence import written
from recompra.segments.rule.tree import (
    Behaviour,
    Condition,
    FieldIs,
    Group,
    Match,
    Measure,
    Node,
    Rule,
    Sequence,
)
from recompra.theme.formats import brl, dshort, num
from recompra.warehouse.engine import Engine, engine


@dataclass(frozen=True)
class Why:
    """One node of a rule and whether it holds for somebody. `told`: what is known of them, in words; of a
    group, its `parts` say it."""

    node: Node
    holds: bool
    told: str = ""
    parts: tuple[Why, ...] = ()


def why(rule: Rule, customer_key: int, as_of: dt.date, stores: StoreScope = None) -> Why | None:
    """The rule for one person. None: nobody whom somebody of these stores may see."""
    facts = engine(settings.WAREHOUSE_URL)
    own = _own(customer_key).of_stores(stores)
    people = own["people"]
    leaves = list(_leaves(rule))
    asked = {f"holds_{number}": truth(leaf, people, as_of, own) for number, leaf in enumerate(leaves)}
    values = {
        f"value_{number}": column_of(one, people, as_of)
        for number, leaf in enumerate(leaves)
        if isinstance(leaf, FieldIs) and (one := field(leaf.field)).metric is None
    }
    found = facts.rows(people.select("customer_key", **asked, **values))
    if not found:
        return None
    row = found[0]
    explained = iter(
        Why(leaf, bool(row[f"holds_{number}"]), _told(leaf, row.get(f"value_{number}"), facts, own, as_of))
        for number, leaf in enumerate(leaves)
    )
    return _assembled(rule, explained)


def _own(customer_key: int) -> Facts:
    """The facts about one person alone."""
    return Facts(
        {
            name: table.filter(table.customer_key == customer_key)
            if "customer_key" in table.columns
            else table
            for name, table in ALL.tables.items()
        }
    )


def _leaves(node: Node) -> Iterator[Condition]:
    if isinstance(node, Group):
        for rule in node.rules:
            yield from _leaves(rule)
    else:
        yield node


def _assembled(node: Node, explained: Iterator[Why]) -> Why:
    if not isinstance(node, Group):
        return next(explained)
    parts = tuple(_assembled(rule, explained) for rule in node.rules)
    truths = [part.holds for part in parts]
    holds = {Match.ALL: all(truths), Match.ANY: any(truths) or not truths, Match.NONE: not any(truths)}
    return Why(node, holds[node.match], parts=parts)


def _told(leaf: Condition, value: Any, facts: Engine, own: Facts, as_of: dt.date) -> str:
    match leaf:
        case FieldIs(name):
            one = field(name)
            if one.metric is not None:
                rows = facts.rows(answer_of(one.metric, own.tables, as_of))
                value = rows[0][one.column] if rows else None
            if one.kind == Kind.BIRTHDAY and value is not None:
                return f"{value % 100:02d}/{value // 100:02d}"
            if one.kind == Kind.AGE and value is not None:
                return _("in the ages from %(age)s on") % {"age": value}
            return written(one, value)
        case Behaviour():
            return _measured(leaf, facts, own, as_of)
        case Sequence(first, then):
            return _("first: %(first)s; then: %(then)s") % {
                "first": _measured(first, facts, own, as_of),
                "then": _measured(then, facts, own, as_of),
            }


def _measured(asked: Behaviour, facts: Engine, own: Facts, as_of: dt.date) -> str:
    rows = facts.rows(measure(asked, matching(asked, as_of, own)))
    if not rows:
        return _("none")
    n, first, last = rows[0]["n"], rows[0]["first_on"], rows[0]["last_on"]
    words = {
        Measure.VALUE: brl(n),
        Measure.UNITS: ngettext("%(n)s unit", "%(n)s units", int(n)) % {"n": num(n)},
        Measure.DAYS: ngettext("%(n)s day", "%(n)s days", int(n)) % {"n": num(n)},
        Measure.ORDERS: ngettext("%(n)s time", "%(n)s times", int(n)) % {"n": num(n)},
    }[asked.measure]
    if first == last:
        return _("%(amount)s, on %(day)s") % {"amount": words, "day": dshort(first)}
    return _("%(amount)s, from %(first)s to %(last)s") % {
        "amount": words,
        "first": dshort(first),
        "last": dshort(last),
    }
