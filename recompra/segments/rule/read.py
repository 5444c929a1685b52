"""A rule from JSON and back, every mistake told in a sentence that says where.

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

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeGuard, TypeVar

from django.utils.translation import gettext as _

from recompra.segments.ages import EDGES, oldest
from recompra.segments.fields import Field, Kind, fields
from recompra.segments.rule.tree import (
    VERSION,
    Behaviour,
    CalendarMonth,
    Condition,
    Dates,
    Day,
    DaysAgo,
    Did,
    FieldIs,
    Group,
    LastDays,
    Match,
    Measure,
    Node,
    Op,
    Period,
    Rule,
    Sequence,
    Value,
    What,
    conditions,
)
from recompra.theme.refused import Refused

DEEPEST = 8
MOST_CONDITIONS = 200
MOST_VALUES = 500
MOST_LETTERS = 120
LONGEST_DAYS = 36_500
LARGEST = Decimal(10) ** 12
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_DAY_OF_YEAR = re.compile(r"^(\d{2})-(\d{2})$")
MEASURED = (Op.AT_LEAST, Op.AT_MOST, Op.BETWEEN, Op.IS, Op.NEVER)
Chosen = TypeVar("Chosen")


def read(given: Any) -> Rule:
    """The rule that a JSON object tells. Refused: with what is wrong, and in which condition."""
    data = _object(given, "")
    version = data.get("version", VERSION)
    if version != VERSION:
        raise Refused(
            _("This rule is of version %(version)s, and only version 1 is known.")
            % {"version": str(version)[:20]}
        )
    _allow(data, {"version", "match", "rules"}, "")
    _not_too_big(data)
    rule = _group(data, ())
    if sum(1 for _one in conditions(rule)) > MOST_CONDITIONS:
        raise _too_many()
    return rule


def as_json(rule: Rule) -> dict[str, Any]:
    """The JSON object of a rule: `read` gives the same rule again."""
    return {"version": VERSION, **_told(rule)}


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
    data = _object(given, _place(where))
    if "rules" in data or "match" in data:
        _allow(data, {"match", "rules"}, _place(where))
        return _group(data, where)
    return condition(data, where)


def _group(data: Mapping[str, Any], where: tuple[int, ...]) -> Group:
    place = _place(where)
    match = _choice(Match, data.get("match", "all"), place)
    rules = data.get("rules", [])
    if not isinstance(rules, list):
        raise _wrong(place, _("the rules of a group must be a list."))
    if where and not rules:
        raise _wrong(place, _("the group is empty: put a condition into it or take it away."))
    return Group(match, tuple(_node(one, (*where, number)) for number, one in enumerate(rules, 1)))


def condition(given: Any, where: tuple[int, ...] = ()) -> Condition:
    """One condition, alone: what the builder checks while it is edited."""
    place = _place(where)
    data = _object(given, place)
    if "field" in data:
        return _field(data, place)
    if "first" in data or "then" in data:
        return _sequence(data, place)
    if "did" in data:
        return _behaviour(data, place)
    raise _wrong(place, _("it says neither a field nor what was bought."))


def _field(data: Mapping[str, Any], place: str) -> FieldIs:
    _allow(data, {"field", "op", "value"}, place)
    name = data["field"]
    one = fields().get(name) if isinstance(name, str) else None
    if one is None:
        raise _wrong(
            place, _("there is no field “%(name)s” any more: choose another one.") % {"name": str(name)[:60]}
        )
    op = _choice(Op, data.get("op"), place)
    if op not in one.ops:
        raise _wrong(place, _("“%(field)s” cannot be asked that way.") % {"field": one.title})
    return FieldIs(one.name, op, _field_value(one, op, data.get("value"), place))


def _field_value(one: Field, op: Op, value: Any, place: str) -> Value:
    if op in (Op.KNOWN, Op.UNKNOWN, Op.YES, Op.NO):
        if value is not None:
            raise _wrong(place, _("“%(field)s” takes no value here.") % {"field": one.title})
        return None
    if op in (Op.ONE_OF, Op.NONE_OF):
        return _chosen(one, value, place)
    if op in (Op.WITHIN, Op.NOT_WITHIN):
        return _period(value, place)
    if one.kind == Kind.BIRTHDAY:
        return _days_of_year(value, place)
    if one.kind == Kind.AGE:
        return _age(op, value, place)
    return _amounts(op, value, place, whole=one.kind in (Kind.NUMBER, Kind.DAYS, Kind.SCORE, Kind.PERCENT))


def _behaviour(given: Any, place: str) -> Behaviour:
    data = _object(given, place)
    _allow(data, {"did", "measure", "op", "value", "what", "stores", "channel", "period"}, place)
    measure = _choice(Measure, data.get("measure", "orders"), place)
    op = _choice(Op, data.get("op", "at_least"), place)
    if op not in MEASURED:
        raise _wrong(place, _("purchases cannot be asked that way."))
    value: Value = None
    if op != Op.NEVER:
        whole = measure in (Measure.ORDERS, Measure.DAYS)
        value = _amounts(op, data.get("value", 1), place, whole=whole)
    return Behaviour(
        did=_choice(Did, data.get("did"), place),
        measure=measure,
        op=op,
        value=value,
        what=_what(data.get("what"), place),
        stores=_stores(data.get("stores"), place),
        is_online=_channel(data.get("channel"), place),
        period=None if data.get("period") is None else _period(data["period"], place),
    )


def _sequence(data: Mapping[str, Any], place: str) -> Sequence:
    _allow(data, {"first", "then", "within_days", "never"}, place)
    never, within = data.get("never", False), data.get("within_days")
    if not isinstance(never, bool):
        raise _wrong(place, _("whether it never came must be true or false."))
    return Sequence(
        _behaviour(data.get("first"), place),
        _behaviour(data.get("then"), place),
        None if within is None else _whole(within, place, least=0, most=LONGEST_DAYS),
        never,
    )


# values -----------------------------------------------------------------------------------------------------


def _chosen(one: Field, value: Any, place: str) -> tuple[str, ...]:
    if one.kind == Kind.STORE:
        return tuple(str(store) for store in _stores(value, place, needed=True))
    words = _words(value, place)
    if one.kind == Kind.CHOICE and one.choices is not None:
        for word in words:
            if word not in one.choices:
                raise _wrong(
                    place,
                    _("“%(value)s” is no value of “%(field)s”.") % {"value": word, "field": one.title},
                )
    return words


def _words(value: Any, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise _wrong(place, _("choose at least one value."))
    if len(value) > MOST_VALUES:
        raise _wrong(place, _("choose up to %(most)s values.") % {"most": MOST_VALUES})
    for word in value:
        if not _is_text(word):
            raise _wrong(
                place, _("a value must be a text of up to %(most)s letters.") % {"most": MOST_LETTERS}
            )
    return tuple(dict.fromkeys(value))


def _is_text(word: Any) -> TypeGuard[str]:
    """A text that every engine can hold: no NUL, no half of a character."""
    if not isinstance(word, str) or not word.strip() or len(word) > MOST_LETTERS:
        return False
    return "\0" not in word and not any("\ud800" <= letter <= "\udfff" for letter in word)


def _what(value: Any, place: str) -> tuple[What, ...]:
    if value is None:
        return ()
    found = _object(value, place)
    for name in found:
        if not _is_text(name):
            raise _wrong(place, _("a product property must have a name."))
    return tuple(What(name, _words(values, place)) for name, values in sorted(found.items()))


def _stores(value: Any, place: str, *, needed: bool = False) -> tuple[int, ...]:
    if value is None and not needed:
        return ()
    if not isinstance(value, list) or (needed and not value) or len(value) > MOST_VALUES:
        raise _wrong(place, _("choose at least one store."))
    return tuple(dict.fromkeys(_whole(one, place, least=1, most=2**31) for one in value))


def _channel(value: Any, place: str) -> bool | None:
    if value is None:
        return None
    if value not in ("online", "store"):
        raise _wrong(place, _("the channel is “online” or “store”."))
    return bool(value == "online")


def _amounts(op: Op, value: Any, place: str, *, whole: bool) -> Decimal | tuple[Decimal, Decimal]:
    if op != Op.BETWEEN:
        return _amount(value, place, whole=whole)
    least, most = (_amount(one, place, whole=whole) for one in _pair(value, place))
    if least > most:
        raise _wrong(place, _("the first number is larger than the second."))
    return least, most


def _amount(value: Any, place: str, *, whole: bool) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal) or len(str(value)) > 30:
        raise _wrong(place, _("a number is missing."))
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise _wrong(place, _("“%(value)s” is no number.") % {"value": value}) from None
    if not found.is_finite() or abs(found) > LARGEST:
        raise _wrong(place, _("“%(value)s” is no number that can be compared.") % {"value": value})
    if whole and found != found.to_integral_value():
        raise _wrong(place, _("“%(value)s” must be a whole number.") % {"value": value})
    return found.quantize(Decimal(1) if whole else Decimal("0.01")) if found else Decimal(0)


def _age(op: Op, value: Any, place: str) -> Decimal | tuple[Decimal, Decimal]:
    """A span of whole bands: the facts hold no birth date."""
    if op == Op.BETWEEN:
        least, most = (_whole(one, place, least=0, most=150) for one in _pair(value, place))
        if least > most:
            raise _wrong(place, _("the first number is larger than the second."))
        _edge(least, EDGES, place)
        _edge(most, (*oldest(), 150), place)
        return Decimal(least), Decimal(most)
    one = _whole(value, place, least=0, most=150)
    _edge(one, EDGES if op == Op.AT_LEAST else oldest(), place)
    return Decimal(one)


def _edge(age: int, edges: tuple[int, ...], place: str) -> None:
    if age not in edges:
        near = sorted(edges, key=lambda edge: abs(edge - age))[:2]
        raise _wrong(
            place,
            _("ages are kept in bands of five years: choose %(one)s or %(other)s instead of %(age)s.")
            % {"one": min(near), "other": max(near), "age": age},
        )


def _days_of_year(value: Any, place: str) -> tuple[Day, Day]:
    first, last = (_day_of_year(one, place) for one in _pair(value, place))
    return first, last


def _day_of_year(value: Any, place: str) -> Day:
    found = _DAY_OF_YEAR.match(value) if isinstance(value, str) else None
    if found is not None:
        month, day = int(found[1]), int(found[2])
        try:
            dt.date(2000, month, day)
        except ValueError:
            pass
        else:
            return month, day
    raise _wrong(place, _("a birthday is a month and a day, such as 12-25."))


def _period(value: Any, place: str) -> Period:
    data = _object(value, place)
    readers: dict[frozenset[str], Callable[[Mapping[str, Any], str], Period]] = {
        frozenset({"last_days"}): _last_days,
        frozenset({"days_ago"}): _days_ago,
        frozenset({"month"}): _month,
    }
    chosen = readers.get(frozenset(data))
    if chosen is not None:
        return chosen(data, place)
    if data and set(data) <= {"from", "to"}:
        return _dates(data, place)
    raise _wrong(place, _("the period is missing."))


def _last_days(data: Mapping[str, Any], place: str) -> LastDays:
    return LastDays(_whole(data["last_days"], place, least=1, most=LONGEST_DAYS))


def _days_ago(data: Mapping[str, Any], place: str) -> DaysAgo:
    nearest, farthest = _pair(data["days_ago"], place)
    near = _whole(nearest, place, least=0, most=LONGEST_DAYS)
    far = None if farthest is None else _whole(farthest, place, least=0, most=LONGEST_DAYS)
    if far is not None and near > far:
        raise _wrong(place, _("the first number is larger than the second."))
    return DaysAgo(near, far)


def _month(data: Mapping[str, Any], place: str) -> CalendarMonth:
    return CalendarMonth(-_whole(data["month"], place, least=-1_200, most=0))


def _dates(data: Mapping[str, Any], place: str) -> Dates:
    since, until = (_day(data.get(name), place) for name in ("from", "to"))
    if since is None and until is None:
        raise _wrong(place, _("the period is missing."))
    if since and until and since > until:
        raise _wrong(place, _("the period ends before it starts."))
    return Dates(since, until)


def _day(value: Any, place: str) -> dt.date | None:
    if value is None:
        return None
    if isinstance(value, str) and _DAY.match(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise _wrong(place, _("“%(value)s” is no day.") % {"value": str(value)[:30]})


def _whole(value: Any, place: str, *, least: int, most: int) -> int:
    found = int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 12 else value
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        raise _wrong(
            place,
            _("a whole number from %(least)s to %(most)s is needed.") % {"least": least, "most": most},
        )
    return found


def _pair(value: Any, place: str) -> tuple[Any, Any]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise _wrong(place, _("two values are needed, from and to."))
    return value[0], value[1]


def _choice(kind: Callable[[Any], Chosen], value: Any, place: str) -> Chosen:
    try:
        return kind(value)
    except ValueError:
        raise _wrong(place, _("“%(value)s” is not understood.") % {"value": str(value)[:30]}) from None


def _object(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(place, _("an object is needed here."))
    return value


def _allow(data: Mapping[str, Any], names: set[str], place: str) -> None:
    for name in data:
        if name not in names:
            raise _wrong(place, _("“%(value)s” is not understood.") % {"value": str(name)[:30]})


def _place(where: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in where)


def _wrong(place: str, what: str) -> Refused:
    if not place:
        return Refused(_("The rule: %(what)s") % {"what": what})
    return Refused(_("Condition %(place)s: %(what)s") % {"place": place, "what": what})


# back to JSON -----------------------------------------------------------------------------------------------


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
