"""Between the form and the rule: what was typed as JSON that `rule.read` understands, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from recompra.segments.builder.nodes import BEHAVIOUR, FIELD, GROUP, SEQUENCE, Inputs, Node, places
from recompra.segments.fields import Kind, fields
from recompra.segments.rule.read import condition, read
from recompra.segments.rule.tree import VERSION, Op, Rule
from recompra.theme.formats import english
from recompra.theme.forms import plain_number
from recompra.theme.refused import Refused

Json = dict[str, Any]
_WHAT = re.compile(r"what\.(\d+)\.name$")
TWO = (Op.BETWEEN.value,)
NO_VALUE = (Op.KNOWN.value, Op.UNKNOWN.value, Op.YES.value, Op.NO.value, Op.NEVER.value)


@dataclass
class Understood:
    """What of the form makes a rule. `rule`: its complete conditions; `wrong`: {number of a node: what it
    lacks}; `refused`: why the whole cannot be a rule."""

    rule: Rule
    wrong: dict[int, str] = field(default_factory=dict)
    refused: str = ""

    @property
    def is_whole(self) -> bool:
        return not self.wrong and not self.refused


def understand(tree: Node) -> Understood:
    """The rule of the complete conditions, and what is wrong with the others."""
    wrong: dict[int, str] = {}
    whole = {"version": VERSION, **_group(tree, places(tree), wrong)}
    try:
        return Understood(read(whole), wrong)
    except Refused as refused:
        return Understood(read({"version": VERSION}), wrong, refused.sentence)


def _group(node: Node, at: Mapping[int, str], wrong: dict[int, str]) -> Json:
    rules = []
    for rule in node.rules:
        if rule.kind == GROUP:
            inner = _group(rule, at, wrong)
            if inner["rules"]:
                rules.append(inner)
            elif not rule.rules:
                wrong[rule.id] = _("The group is empty: put a condition into it or take it away.")
            continue
        told = as_json(rule)
        try:
            condition(told, tuple(int(number) for number in at[rule.id].split(".")))
        except Refused as refused:
            wrong[rule.id] = refused.sentence
        else:
            rules.append(told)
    return {"match": node.first("match") or "all", "rules": rules}


# from the form ----------------------------------------------------------------------------------------------


def as_json(node: Node) -> Json:
    """A condition as it stands in the form, complete or not."""
    if node.kind == SEQUENCE:
        told: Json = {"first": _behaviour(node, "first."), "then": _behaviour(node, "then.")}
        if node.first("within"):
            told["within_days"] = _plain(node.first("within"))
        return {**told, "never": True} if node.first("never") else told
    return _behaviour(node, "") if node.kind == BEHAVIOUR else _field(node)


def _field(node: Node) -> Json:
    name, op = node.first("field"), node.first("op")
    one = fields().get(name)
    told: Json = {"field": name, "op": op}
    if op in NO_VALUE or one is None:
        return told
    if op in (Op.ONE_OF, Op.NONE_OF):
        chosen = node.all("v")
        return {**told, "value": [_plain(word) for word in chosen] if one.kind == Kind.STORE else chosen}
    if op in (Op.WITHIN, Op.NOT_WITHIN):
        return {**told, "value": _period(node, "")}
    if one.kind == Kind.BIRTHDAY:
        return {**told, "value": [_day_of_year(node, "since"), _day_of_year(node, "until")]}
    return {**told, "value": _amounts(node, "", op)}


def _behaviour(node: Node, prefix: str) -> Json:
    did = node.first(f"{prefix}did") or "bought"
    never = did.startswith("not_")
    told: Json = {"did": did.removeprefix("not_")}
    if never:
        told["op"] = Op.NEVER.value
    elif op := node.first(f"{prefix}op"):
        told |= {"op": op, "value": _amounts(node, prefix, op)}
        told["measure"] = node.first(f"{prefix}measure") or "orders"
    if what := {name: node.all(f"{row}.v") for row, name in properties(node, prefix)}:
        told["what"] = what
    if stores := node.all(f"{prefix}stores"):
        told["stores"] = [_plain(store) for store in stores]
    if channel := node.first(f"{prefix}channel"):
        told["channel"] = channel
    if node.first(f"{prefix}p"):
        told["period"] = _period(node, prefix)
    return told


def properties(node: Node, prefix: str) -> Iterator[tuple[str, str]]:
    """(start of its inputs, property) of each line that says which products."""
    for name in sorted(node.inputs):
        if name.startswith(f"{prefix}what.") and _WHAT.search(name) and node.first(name):
            yield name.removesuffix(".name"), node.first(name)


def _amounts(node: Node, prefix: str, op: str) -> Any:
    one, other = (_plain(node.first(f"{prefix}{name}")) for name in ("a", "b"))
    return [one, other] if op in TWO else one


def _period(node: Node, prefix: str) -> Any:
    kind = node.first(f"{prefix}p")
    if kind == "last_days":
        return {"last_days": _whole(node.first(f"{prefix}p.days"))}
    if kind == "days_ago":
        near, far = (_whole(node.first(f"{prefix}p.{name}")) for name in ("near", "far"))
        return {"days_ago": [near, far]}
    if kind == "month":
        back = _whole(node.first(f"{prefix}p.back") or "0")
        return {"month": -back if isinstance(back, int) else back}
    if kind == "dates":
        days = {"from": node.first(f"{prefix}p.from"), "to": node.first(f"{prefix}p.to")}
        return {name: day for name, day in days.items() if day}
    return {}


def _day_of_year(node: Node, name: str) -> str:
    month, day = node.first(f"{name}_month"), node.first(f"{name}_day")
    return f"{month:0>2}-{day:0>2}"


def _plain(text: str) -> str | None:
    return plain_number(text) or None if text else None


def _whole(text: str) -> int | str | None:
    plain = _plain(text)
    return int(plain) if plain and plain.isdecimal() and len(plain) < 9 else plain


# into the form ----------------------------------------------------------------------------------------------


def as_tree(rule: Json) -> Node:
    """The form of a rule that `rule.write.as_json` gave."""
    numbers = iter(range(1, 10_000))
    return _node(rule, numbers)


def _node(told: Json, numbers: Iterator[int]) -> Node:
    number = next(numbers)
    if "rules" in told:
        rules = [_node(one, numbers) for one in told["rules"]]
        return Node(number, GROUP, {"match": [told.get("match", "all")]}, rules)
    if "field" in told:
        return Node(number, FIELD, _field_inputs(told))
    if "first" in told:
        inputs = _behaviour_inputs(told["first"], "first.") | _behaviour_inputs(told["then"], "then.")
        if told.get("within_days") is not None:
            inputs["within"] = [str(told["within_days"])]
        return Node(number, SEQUENCE, inputs | ({"never": ["1"]} if told.get("never") else {}))
    return Node(number, BEHAVIOUR, _behaviour_inputs(told, ""))


def _field_inputs(told: Json) -> Inputs:
    inputs: Inputs = {"field": [told["field"]], "op": [told["op"]]}
    value, one = told.get("value"), fields().get(told["field"])
    if isinstance(value, dict):
        return inputs | _period_inputs(value, "")
    if told["op"] in (Op.ONE_OF, Op.NONE_OF):
        return inputs | {"v": [str(word) for word in value or []]}
    if one is not None and one.kind == Kind.BIRTHDAY and value:
        for name, day in zip(("since", "until"), value, strict=True):
            inputs |= {f"{name}_month": [str(int(day[:2]))], f"{name}_day": [str(int(day[3:]))]}
        return inputs
    return inputs | _amount_inputs(value, "")


def _behaviour_inputs(told: Json, prefix: str) -> Inputs:
    never = told.get("op") == Op.NEVER
    inputs: Inputs = {"did": [f"not_{told['did']}" if never else told["did"]]}
    if not never:
        inputs |= {"op": [told.get("op", "at_least")], "measure": [told.get("measure", "orders")]}
        inputs |= _amount_inputs(told.get("value", 1), "")
    for place, (name, words) in enumerate((told.get("what") or {}).items()):
        inputs |= {f"what.{place}.name": [name], f"what.{place}.v": list(words)}
    inputs["stores"] = [str(store) for store in told.get("stores") or []]
    inputs["channel"] = [told.get("channel") or ""]
    if told.get("period"):
        inputs |= _period_inputs(told["period"], "")
    return {f"{prefix}{name}": values for name, values in inputs.items()}


def _amount_inputs(value: Any, prefix: str) -> Inputs:
    if isinstance(value, list):
        return {f"{prefix}a": [_written(value[0])], f"{prefix}b": [_written(value[1])]}
    return {} if value is None else {f"{prefix}a": [_written(value)]}


def _written(value: Any) -> str:
    return str(value) if english() else str(value).replace(".", ",")


def _period_inputs(told: Json, prefix: str) -> Inputs:
    if "last_days" in told:
        found = {"p": "last_days", "p.days": told["last_days"]}
    elif "days_ago" in told:
        near, far = told["days_ago"]
        found = {"p": "days_ago", "p.near": near, "p.far": "" if far is None else far}
    elif "month" in told:
        found = {"p": "month", "p.back": -told["month"]}
    else:
        found = {"p": "dates", "p.from": told.get("from", ""), "p.to": told.get("to", "")}
    return {f"{prefix}{name}": [str(value)] for name, value in found.items()}
