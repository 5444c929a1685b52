"""A rule from JSON, every mistake told in a sentence that says where.

The form is version 1, one object per node:
- a group: {"match": "all" | "any" | "none", "rules": [...]}; the outermost also says {"version": 1};
- a field: {"field": name, "op": op, "value": ...};
- a behaviour: {"did": "bought" | "returned", "measure", "op", "value", "what": {property: [values]},
  "stores": [ids], "channel": "online" | "store", "period": ...};
- a sequence: {"first": behaviour, "then": behaviour, "within_days": n, "never": true};
- a period: {"from": day, "to": day} | {"last_days": n} | {"days_ago": [n, m or null]} | {"month": 0 or -n}.
Amounts may be numbers or text ("12.50"); days are ISO 8601.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from recompra.segments.fields import Field, Kind, fields
from recompra.segments.rule.tree import (
    VERSION,
    Behaviour,
    Condition,
    Did,
    FieldIs,
    Group,
    Match,
    Measure,
    Node,
    Op,
    Rule,
    Sequence,
    Value,
    conditions,
)
from recompra.segments.rule.values import (
    LONGEST_DAYS,
    age,
    allow,
    amounts,
    an_object,
    channel,
    choice,
    chosen,
    days_of_year,
    period,
    place_of,
    stores,
    what_of,
    whole_number,
    wrong,
)
from recompra.theme.refused import Refused

DEEPEST = 8
MOST_CONDITIONS = 200
MEASURED = (Op.AT_LEAST, Op.AT_MOST, Op.BETWEEN, Op.IS, Op.NEVER)


def read(given: Any) -> Rule:
    """The rule that a JSON object tells. Refused: with what is wrong, and in which condition."""
    data = an_object(given, "")
    version = data.get("version", VERSION)
    if version != VERSION:
        raise Refused(
            _("This rule is of version %(version)s, and only version 1 is known.")
            % {"version": str(version)[:20]}
        )
    allow(data, {"version", "match", "rules"}, "")
    _not_too_big(data)
    rule = _group(data, ())
    if sum(1 for _one in conditions(rule)) > MOST_CONDITIONS:
        raise _too_many()
    return rule


# sizes, before anything is understood --------------------------------------------------------------------


def _not_too_big(data: Mapping[str, Any]) -> None:
    """Refuse a tree that nests too deep or holds too much, without walking into its depth by recursion."""
    seen, level = 0, [data]
    for _depth in range(DEEPEST + 1):
        below: list[Mapping[str, Any]] = []
        for node in level:
            rules = node.get("rules")
            below += [one for one in rules if isinstance(one, dict)] if isinstance(rules, list) else []
        seen += len(below)
        if seen > 2 * MOST_CONDITIONS:
            raise _too_many()
        if not below:
            return
        level = below
    raise Refused(
        _("Groups may stand in one another up to %(deepest)s deep: take some apart.") % {"deepest": DEEPEST}
    )


def _too_many() -> Refused:
    return Refused(
        _("A rule may have up to %(most)s conditions: split it into segments.") % {"most": MOST_CONDITIONS}
    )


# nodes ------------------------------------------------------------------------------------------------------


def _node(given: Any, where: tuple[int, ...]) -> Node:
    data = an_object(given, place_of(where))
    if "rules" in data or "match" in data:
        allow(data, {"match", "rules"}, place_of(where))
        return _group(data, where)
    return condition(data, where)


def _group(data: Mapping[str, Any], where: tuple[int, ...]) -> Group:
    place = place_of(where)
    match = choice(Match, data.get("match", "all"), place)
    rules = data.get("rules", [])
    if not isinstance(rules, list):
        raise wrong(place, _("the rules of a group must be a list."))
    if where and not rules:
        raise wrong(place, _("the group is empty: put a condition into it or take it away."))
    return Group(match, tuple(_node(one, (*where, number)) for number, one in enumerate(rules, 1)))


def condition(given: Any, where: tuple[int, ...] = ()) -> Condition:
    """One condition, alone: what the builder checks while it is edited."""
    place = place_of(where)
    data = an_object(given, place)
    if "field" in data:
        return _field(data, place)
    if "first" in data or "then" in data:
        return _sequence(data, place)
    if "did" in data:
        return _behaviour(data, place)
    raise wrong(place, _("it says neither a field nor what was bought."))


def _field(data: Mapping[str, Any], place: str) -> FieldIs:
    allow(data, {"field", "op", "value"}, place)
    name = data["field"]
    one = fields().get(name) if isinstance(name, str) else None
    if one is None:
        raise wrong(
            place, _("there is no field “%(name)s” any more: choose another one.") % {"name": str(name)[:60]}
        )
    op = choice(Op, data.get("op"), place)
    if op not in one.ops:
        raise wrong(place, _("“%(field)s” cannot be asked that way.") % {"field": one.title})
    return FieldIs(one.name, op, _field_value(one, op, data.get("value"), place))


def _field_value(one: Field, op: Op, value: Any, place: str) -> Value:
    if op in (Op.KNOWN, Op.UNKNOWN, Op.YES, Op.NO):
        if value is not None:
            raise wrong(place, _("“%(field)s” takes no value here.") % {"field": one.title})
        return None
    if op in (Op.ONE_OF, Op.NONE_OF):
        return chosen(one, value, place)
    if op in (Op.WITHIN, Op.NOT_WITHIN):
        return period(value, place)
    if one.kind == Kind.BIRTHDAY:
        return days_of_year(value, place)
    if one.kind == Kind.AGE:
        return age(op, value, place)
    return amounts(op, value, place, whole=one.kind in (Kind.NUMBER, Kind.DAYS, Kind.SCORE, Kind.PERCENT))


def _behaviour(given: Any, place: str) -> Behaviour:
    data = an_object(given, place)
    allow(data, {"did", "measure", "op", "value", "what", "stores", "channel", "period"}, place)
    measure = choice(Measure, data.get("measure", "orders"), place)
    op = choice(Op, data.get("op", "at_least"), place)
    if op not in MEASURED:
        raise wrong(place, _("purchases cannot be asked that way."))
    value: Value = None
    if op != Op.NEVER:
        whole = measure in (Measure.ORDERS, Measure.DAYS)
        value = amounts(op, data.get("value", 1), place, whole=whole)
    return Behaviour(
        did=choice(Did, data.get("did"), place),
        measure=measure,
        op=op,
        value=value,
        what=what_of(data.get("what"), place),
        stores=stores(data.get("stores"), place),
        is_online=channel(data.get("channel"), place),
        period=None if data.get("period") is None else period(data["period"], place),
    )


def _sequence(data: Mapping[str, Any], place: str) -> Sequence:
    allow(data, {"first", "then", "within_days", "never"}, place)
    never, within = data.get("never", False), data.get("within_days")
    if not isinstance(never, bool):
        raise wrong(place, _("whether it never came must be true or false."))
    return Sequence(
        _behaviour(data.get("first"), place),
        _behaviour(data.get("then"), place),
        None if within is None else whole_number(within, place, least=0, most=LONGEST_DAYS),
        never,
    )
