"""What the buttons of the builder do to the tree. Each leaves alone what it cannot do: the page may be older
than the draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from recompra.segments.builder.nodes import (
    BEHAVIOUR,
    FIELD,
    GROUP,
    SEQUENCE,
    Node,
    find,
    next_id,
    parent_of,
)
from recompra.segments.fields import Kind, fields


def act(tree: Node, asked: str) -> int:
    """Do what a button asks ("up:7", "add:3:field:ltv"); the number of the node that has the focus then, 0
    where nothing was done."""
    name, _colon, rest = asked.partition(":")
    number, _colon, what = rest.partition(":")
    doing = ACTS.get(name)
    if doing is None or not number.isdecimal() or len(number) > 6:
        return 0
    return doing(tree, int(number), what)


def add(tree: Node, number: int, what: str) -> int:
    """Put a new condition, or an empty group, at the end of a group."""
    group = find(tree, number)
    made = made_new(what, next_id(tree))
    if group is None or group.kind != GROUP or made is None:
        return 0
    group.rules.append(made)
    return made.id


def made_new(what: str, number: int) -> Node | None:
    """A new node: "group", "field:ltv", "behaviour:not_bought", "sequence"."""
    kind, _colon, detail = what.partition(":")
    if kind == GROUP:
        return Node(number, GROUP, {"match": ["any"]})
    if kind == FIELD and (one := fields().get(detail)):
        inputs = {"field": [one.name], "op": [one.ops[0].value]}
        if one.kind == Kind.AGE:
            inputs |= {"a": ["25"], "b": ["34"]}
        return Node(number, FIELD, inputs)
    if kind == BEHAVIOUR and detail in ("bought", "not_bought", "returned", "not_returned"):
        return Node(number, BEHAVIOUR, {"did": [detail], "a": ["1"], "p": [""]})
    if kind == SEQUENCE:
        return Node(number, SEQUENCE, {"first.did": ["bought"], "then.did": ["bought"]})
    return None


def up(tree: Node, number: int, _what: str) -> int:
    return _shifted(tree, number, -1)


def down(tree: Node, number: int, _what: str) -> int:
    return _shifted(tree, number, 1)


def _shifted(tree: Node, number: int, by: int) -> int:
    found = parent_of(tree, number)
    if found is None:
        return 0
    group, place = found
    if not 0 <= place + by < len(group.rules):
        return 0
    group.rules.insert(place + by, group.rules.pop(place))
    return number


def inwards(tree: Node, number: int, _what: str) -> int:
    """Into the group that stands before it, else into the one after it."""
    found = parent_of(tree, number)
    if found is None:
        return 0
    group, place = found
    before = group.rules[place - 1] if place else None
    after = group.rules[place + 1] if place + 1 < len(group.rules) else None
    if before is not None and before.kind == GROUP:
        before.rules.append(group.rules.pop(place))
        return number
    if after is not None and after.kind == GROUP:
        after.rules.insert(0, group.rules.pop(place))
        return number
    return 0


def outwards(tree: Node, number: int, _what: str) -> int:
    """Out of its group, to the place after it."""
    found = parent_of(tree, number)
    above = parent_of(tree, found[0].id) if found else None
    if found is None or above is None:
        return 0
    group, place = found
    outer, spot = above
    outer.rules.insert(spot + 1, group.rules.pop(place))
    return number


def remove(tree: Node, number: int, _what: str) -> int:
    """Take a node away; the focus goes to what takes its place, else to its group."""
    found = parent_of(tree, number)
    if found is None:
        return 0
    group, place = found
    del group.rules[place]
    return group.rules[min(place, len(group.rules) - 1)].id if group.rules else group.id


def copy(tree: Node, number: int, _what: str) -> int:
    """The same again, below it."""
    found = parent_of(tree, number)
    if found is None:
        return 0
    group, place = found
    number = next_id(tree)
    group.rules.insert(place + 1, _renumbered(group.rules[place], iter(range(number, number + 10_000))))
    return number


def _renumbered(node: Node, numbers: object) -> Node:
    number = next(numbers)  # type: ignore[call-overload]
    return replace(
        node,
        id=number,
        inputs={name: list(values) for name, values in node.inputs.items()},
        rules=[_renumbered(rule, numbers) for rule in node.rules],
    )


def drop(tree: Node, number: int, what: str) -> int:
    """Take one chosen word away: "name|word"; or all that was chosen of one product property: "name"."""
    node = find(tree, number)
    name, bar, word = what.partition("|")
    if node is None:
        return 0
    if bar:
        node.inputs[name] = [one for one in node.inputs.get(name, []) if one != word]
    else:
        node.inputs = {key: values for key, values in node.inputs.items() if not key.startswith(f"{name}.")}
    return number


ACTS: dict[str, Callable[[Node, int, str], int]] = {
    "add": add, "up": up, "down": down, "in": inwards, "out": outwards, "remove": remove, "copy": copy,
    "drop": drop,
}  # fmt: skip
