"""A rule back to JSON: the form that `read` knows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from recompra.segments.rule.tree import (
    VERSION,
    Behaviour,
    CalendarMonth,
    Dates,
    DaysAgo,
    FieldIs,
    Group,
    LastDays,
    Node,
    Rule,
    Sequence,
)


def as_json(rule: Rule) -> dict[str, Any]:
    """The JSON object of a rule: `read` gives the same rule again."""
    return {"version": VERSION, **_told(rule)}


def _told(node: Node) -> dict[str, Any]:
    match node:
        case Group(match, rules):
            return {"match": match.value, "rules": [_told(rule) for rule in rules]}
        case FieldIs(name, op, value):
            told: dict[str, Any] = {"field": name, "op": op.value}
            return told if value is None else {**told, "value": _value(value)}
        case Sequence(first, then, within_days, never):
            told = {"first": _told(first), "then": _told(then)}
            if within_days is not None:
                told["within_days"] = within_days
            return {**told, "never": True} if never else told
        case Behaviour():
            return _behaviour_told(node)


def _behaviour_told(one: Behaviour) -> dict[str, Any]:
    told: dict[str, Any] = {"did": one.did.value, "measure": one.measure.value, "op": one.op.value}
    if one.value is not None:
        told["value"] = _value(one.value)
    if one.what:
        told["what"] = {what.name: list(what.values) for what in one.what}
    if one.stores:
        told["stores"] = list(one.stores)
    if one.is_online is not None:
        told["channel"] = "online" if one.is_online else "store"
    if one.period is not None:
        told["period"] = _value(one.period)
    return told


def _value(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else str(value)
        case Dates(since, until):
            return {name: day.isoformat() for name, day in (("from", since), ("to", until)) if day}
        case LastDays(count):
            return {"last_days": count}
        case DaysAgo(nearest, farthest):
            return {"days_ago": [nearest, farthest]}
        case CalendarMonth(back):
            return {"month": -back}
        case tuple():
            return [
                _value(one) if not isinstance(one, tuple) else f"{one[0]:02d}-{one[1]:02d}" for one in value
            ]
        case _:
            return value
