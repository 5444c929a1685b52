"""The tree from what a browser sent: flat named inputs, `node` in the order of the page ("7.3.field" is node
7 in group 3), and "n7.op" for an input of node 7."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from recompra.segments.ages import EDGES, oldest
from recompra.segments.builder.nodes import GROUP, KINDS, Inputs, Node
from recompra.segments.builder.pieces import OPEN_END
from recompra.segments.fields import Kind, fields
from recompra.segments.rule.read import MOST_CONDITIONS
from recompra.segments.rule.tree import Op
from recompra.segments.rule.values import MOST_LETTERS, MOST_VALUES
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    from django.http import QueryDict

MOST_NODES = 2 * MOST_CONDITIONS
DEEPEST = 12  # a little more than a rule may have: what is too deep is told by the rule itself
_NODE = re.compile(r"^(\d{1,6})\.(\d{1,6})\.([a-z]+)$")
_INPUT = re.compile(r"^n(\d{1,6})\.([a-z0-9_.]{1,40})$")
_WHAT = re.compile(r"what\.(\d+)\.name$")


def posted(given: QueryDict) -> Node:
    """The tree of a posted form. Refused: no page of ours sent this, or it is too large."""
    named = [_NODE.match(text) for text in given.getlist("node")]
    if not named or len(named) > MOST_NODES or not all(named):
        raise Refused(_("This form cannot be read: reload the page."))
    inputs = _inputs(given)
    nodes: dict[int, tuple[Node, int]] = {}
    for found in named:
        number, above, kind = int(found[1]), int(found[2]), found[3]  # type: ignore[index]
        node = Node(number, kind, inputs.get(number, {}))
        parent, depth = nodes.get(above, (None, -1))
        if kind not in KINDS or number in nodes or (parent is None) != (not nodes) or depth > DEEPEST:
            raise Refused(_("This form cannot be read: reload the page."))
        if parent is not None:
            if parent.kind != GROUP:
                raise Refused(_("This form cannot be read: reload the page."))
            parent.rules.append(node)
        nodes[number] = node, depth + 1
        _settle(node)
    first = next(iter(nodes.values()))[0]
    if first.kind != GROUP:
        raise Refused(_("This form cannot be read: reload the page."))
    return first


def _inputs(given: QueryDict) -> dict[int, Inputs]:
    found: dict[int, Inputs] = {}
    for name, values in given.lists():
        if named := _INPUT.match(name):
            kept = [str(value)[:MOST_LETTERS].replace("\0", "") for value in values[:MOST_VALUES]]
            found.setdefault(int(named[1]), {})[named[2]] = kept
    return found


def _settle(node: Node) -> None:
    """What was typed as a further word becomes a chosen one, a property that was picked gets its line, and
    what can no longer be asked of the field becomes what can."""
    for name in [name for name in node.inputs if name.endswith(".new")]:
        words = [word.strip() for text in node.inputs.pop(name) for word in text.split(";") if word.strip()]
        chosen = name.removesuffix(".new")
        if words:
            node.inputs[chosen] = list(dict.fromkeys([*node.inputs.get(chosen, []), *words]))
    for name in [name for name in node.inputs if name.endswith("what.add")]:
        picked = "".join(node.inputs.pop(name)).strip()
        if picked:
            _add_property(node.inputs, name.removesuffix("add"), picked)
    one = fields().get(node.first("field"))
    if one is not None and node.first("op") not in one.ops:
        node.inputs["op"] = [one.ops[0].value]
    if one is not None and one.kind == Kind.AGE:
        _settle_ages(node)


def _settle_ages(node: Node) -> None:
    """Ages are picked from those at which a band begins or ends: what another comparison left is moved to the
    nearest one."""
    offered = {"a": oldest() if node.first("op") == Op.AT_MOST else EDGES, "b": (*oldest(), int(OPEN_END))}
    for name, ages in offered.items():
        given = node.first(name)
        if given.isdecimal() and int(given) not in ages:
            node.inputs[name] = [str(min(ages, key=lambda age: abs(age - int(given))))]
        elif not given:
            node.inputs[name] = [str(ages[0] if name == "a" else ages[-1])]


def _add_property(inputs: Inputs, prefix: str, picked: str) -> None:
    """One more line `what.N`, unless the property has one."""
    rows = {name: values for name, values in inputs.items() if _WHAT.search(name) and name.startswith(prefix)}
    if [picked] in rows.values():
        return
    numbers = [int(found[1]) for name in rows if (found := _WHAT.search(name))]
    inputs[f"{prefix}{max(numbers, default=-1) + 1}.name"] = [picked]
