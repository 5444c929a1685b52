"""The tree as the template writes it, and the catalogue of what may be added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from recompra.customers.identifiers import name_key
from recompra.segments.builder import words
from recompra.segments.builder.conditions import Understood
from recompra.segments.builder.nodes import GROUP, Node, places
from recompra.segments.builder.pieces import Line, Offered, lines, title_of
from recompra.segments.fields import HEADINGS, fields


@dataclass
class Shown:
    """One node. `place`: "2.1"; `wrong`: what it lacks; `may_*`: where it can be moved to."""

    id: int
    parent: int
    kind: str
    place: str
    title: str
    wrong: str
    match: str = "all"
    lines: Sequence[Line] = ()
    rules: list[Shown] = field(default_factory=list)
    may_up: bool = False
    may_down: bool = False
    may_in: bool = False
    may_out: bool = False

    @property
    def is_group(self) -> bool:
        return self.kind == GROUP

    def walk(self) -> Iterator[Shown]:
        yield self
        for rule in self.rules:
            yield from rule.walk()


def shown(tree: Node, understood: Understood, offered: Offered) -> Shown:
    """The whole tree, outermost group first."""
    return _shown(tree, 0, places(tree), understood.wrong, offered)


def _shown(node: Node, parent: int, at: dict[int, str], wrong: dict[int, str], offered: Offered) -> Shown:
    group = node.kind == GROUP
    title = _("Group") if group else title_of(node)
    told = Shown(node.id, parent, node.kind, at[node.id], title, wrong.get(node.id, ""))
    if not group:
        told.lines = lines(node, offered)
        return told
    told.match = node.first("match") or "all"
    told.rules = [_shown(rule, node.id, at, wrong, offered) for rule in node.rules]
    last = len(told.rules) - 1
    for place, rule in enumerate(told.rules):
        rule.may_up, rule.may_down = place > 0, place < last
        beside = [told.rules[near] for near in (place - 1, place + 1) if 0 <= near <= last]
        rule.may_in, rule.may_out = any(one.is_group for one in beside), parent > 0
    return told


def offered_fields(typed: str) -> list[tuple[str, list[tuple[str, object]]]]:
    """(heading, [(what `acts.add` takes, words)]) of what holds every word typed, in its title or its
    heading."""
    wanted = name_key(typed).split()
    known: dict[str, list[tuple[str, object]]] = {str(_("Behaviour")): list(words.BEHAVIOURS.items())}
    for about, heading in HEADINGS.items():
        mine = [one for one in fields().values() if one.about == about]
        known[str(heading)] = [(f"field:{one.name}", one.title) for one in mine]
    found = []
    for title, offered in known.items():
        fitting = [(what, told) for what, told in offered if _holds(f"{title} {told}", wanted)]
        if fitting:
            found.append((title, fitting))
    return found


def _holds(text: str, wanted: list[str]) -> bool:
    key = name_key(text)
    return all(word in key for word in wanted)
