"""The form as a tree: each node has a number that stays its own wherever it is moved, and the texts that were
typed into it, complete or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

GROUP, FIELD, BEHAVIOUR, SEQUENCE = "group", "field", "behaviour", "sequence"
KINDS = (GROUP, FIELD, BEHAVIOUR, SEQUENCE)
Inputs = dict[str, list[str]]


@dataclass
class Node:
    """One group or condition. `inputs`: {name of the input: what was given}."""

    id: int
    kind: str
    inputs: Inputs = field(default_factory=dict)
    rules: list[Node] = field(default_factory=list)

    def first(self, name: str) -> str:
        """The one value of an input; "" where there is none."""
        values = self.inputs.get(name)
        return values[0].strip() if values else ""

    def all(self, name: str) -> list[str]:
        return [value for value in self.inputs.get(name, []) if value.strip()]

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order of the page."""
        yield self
        for rule in self.rules:
            yield from rule.walk()


def root() -> Node:
    """The beginning: everybody."""
    return Node(1, GROUP, {"match": ["all"]})


def next_id(tree: Node) -> int:
    return max(node.id for node in tree.walk()) + 1


def find(tree: Node, number: int) -> Node | None:
    return next((node for node in tree.walk() if node.id == number), None)


def parent_of(tree: Node, number: int) -> tuple[Node, int] | None:
    """The group in which a node stands, and at which place; None for the outermost and for what is not
    there."""
    for node in tree.walk():
        for place, rule in enumerate(node.rules):
            if rule.id == number:
                return node, place
    return None


def places(tree: Node) -> dict[int, str]:
    """{number of a node: its place as the sentences say it, "2.1"}."""
    found = {tree.id: ""}
    for node in tree.walk():
        above = f"{found[node.id]}." if found[node.id] else ""
        found |= {rule.id: f"{above}{place}" for place, rule in enumerate(node.rules, 1)}
    return found


def stored(node: Node) -> dict[str, Any]:
    """As JSON, for the draft."""
    return {
        "id": node.id,
        "kind": node.kind,
        "inputs": node.inputs,
        "rules": [stored(rule) for rule in node.rules],
    }


def restored(data: dict[str, Any]) -> Node:
    """What `stored` gave."""
    return Node(data["id"], data["kind"], data["inputs"], [restored(rule) for rule in data["rules"]])
