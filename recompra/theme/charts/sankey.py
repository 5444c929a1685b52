"""How many go from each of some groups to each of others: two columns of groups, a ribbon per move.

M. H. P. R. Sankey, "The Thermal Efficiency of Steam-Engines", 1898, is the first of its kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from recompra.theme.charts.svg import element, joined, place, share

GAP, LEAST, BAR = 6.0, 18.0, 2.2
"""Between two groups, and the least room for a group's name: pixels. The width of a group's bar: percent."""
HAIR = 1.5


@dataclass(frozen=True)
class Node:
    """A group of one column: `key` for the flows, `family` the colour class, `told` its figure."""

    key: str
    label: str
    told: str
    family: str


@dataclass(frozen=True)
class Flow:
    """What goes from a group at the left to one at the right; one of zero or less is not drawn."""

    source: str
    target: str
    value: float | Decimal
    tip: str


@dataclass(frozen=True)
class Slot:
    """Where a group stands: from `top`, `height` pixels, of which `drawn` are its own bar."""

    top: float
    height: float
    drawn: float


def sankey(
    title: str,
    description: str,
    left: Sequence[Node],
    right: Sequence[Node],
    flows: Sequence[Flow],
    *,
    height: int = 520,
) -> SafeString:
    """Groups in the order given; ribbons coloured by where they come from, who stays paler than who moves."""
    seen = [flow for flow in flows if flow.value > 0]
    out, into = _sums(seen, by_source=True), _sums(seen, by_source=False)
    one, other = [node for node in left if node.key in out], [node for node in right if node.key in into]
    scale = min(_scale([out[node.key] for node in one], height), _scale([into[n.key] for n in other], height))
    starts = dict(zip([n.key for n in one], slots([out[n.key] for n in one], scale, height), strict=True))
    ends = dict(zip([n.key for n in other], slots([into[n.key] for n in other], scale, height), strict=True))
    families = {node.key: node.family for node in one}
    return element(
        "svg",
        _ribbons(seen, one, other, (starts, ends), scale, families, height),
        joined(_group(node, starts[node.key], is_left=True) for node in one),
        joined(_group(node, ends[node.key], is_left=False) for node in other),
        class_="sankey",
        width="100%",
        height=height,
        role="img",
        tabindex=0,
        data_chart=True,
        aria_label=f"{title}. {description}".strip(),
    )


def slots(values: Sequence[float], scale: float, height: float) -> list[Slot]:
    """The places of a column's groups, in the middle of the height; none lower than a line of text."""
    drawn = [max(HAIR, value * scale) for value in values]
    rooms = [max(LEAST, bar) for bar in drawn]
    top = max(0.0, (height - sum(rooms) - GAP * (len(rooms) - 1)) / 2) if rooms else 0.0
    found = []
    for bar, room in zip(drawn, rooms, strict=True):
        found.append(Slot(top, room, bar))
        top += room + GAP
    return found


def _scale(values: Sequence[float], height: float) -> float:
    """Pixels per unit at which the column just fits: small groups take the room of a name, the others share
    what is left."""
    large = sorted(values, reverse=True)
    free = height - GAP * (len(large) - 1)
    while large:
        scale = max(0.0, free / sum(large))
        if large[-1] * scale >= LEAST:
            return scale
        large.pop()
        free -= LEAST
    return 0.0


def _sums(flows: Sequence[Flow], *, by_source: bool) -> dict[str, float]:
    found: dict[str, float] = {}
    for flow in flows:
        key = flow.source if by_source else flow.target
        found[key] = found.get(key, 0.0) + float(flow.value)
    return found


def _ribbons(
    flows: Sequence[Flow],
    left: Sequence[Node],
    right: Sequence[Node],
    at: tuple[Mapping[str, Slot], Mapping[str, Slot]],
    scale: float,
    families: Mapping[str, str],
    height: int,
) -> SafeString:
    """In a picture of 100 by `height`, stretched to the width; who stays lies beneath who moves. Within each
    group the ribbons follow the order of the other side."""
    rank = {node.key: i for i, node in enumerate(left)}, {node.key: i for i, node in enumerate(right)}
    fill = tuple({key: _start(slot) for key, slot in side.items()} for side in at)
    thick: dict[tuple[str, str], float] = {}
    where: dict[tuple[str, str], list[float]] = {}
    for side, order in ((0, (0, 1)), (1, (1, 0))):
        for flow in sorted(flows, key=lambda f: tuple(rank[i][(f.source, f.target)[i]] for i in order)):
            ends = flow.source, flow.target
            thick[ends] = float(flow.value) * scale
            where.setdefault(ends, []).append(fill[side][ends[side]])
            fill[side][ends[side]] += thick[ends]
    drawn = sorted(flows, key=lambda f: (f.source != f.target, -float(f.value), f.source, f.target))
    return element(
        "svg",
        *(
            element(
                "path",
                class_=f"flow {families[flow.source]}{' stays' if flow.source == flow.target else ''}",
                d=_ribbon(where[flow.source, flow.target], max(0.75, thick[flow.source, flow.target])),
                data_tip=flow.tip,
            )
            for flow in drawn
        ),
        width="100%",
        height=height,
        viewBox=f"0 0 100 {height}",
        preserveAspectRatio="none",
    )


def _start(slot: Slot) -> float:
    return slot.top + (slot.height - slot.drawn) / 2


def _ribbon(ends: Sequence[float], thick: float) -> str:
    """A band from one height at the left to another at the right, level at both ends."""
    start, end = ends
    a, b, c, d = (place(y) for y in (start, end, end + thick, start + thick))
    from_x, to_x = place(BAR), place(100 - BAR)
    return f"M{from_x} {a}C50 {a} 50 {b} {to_x} {b}L{to_x} {c}C50 {c} 50 {d} {from_x} {d}Z"


def _group(node: Node, slot: Slot, *, is_left: bool) -> SafeString:
    """The bar of a group, and beside it, over the ribbons, its name and its figure."""
    x, dx, anchor = (BAR, 7, "start") if is_left else (100 - BAR, -7, "end")
    return joined(
        [
            element(
                "rect",
                class_=f"node {node.family}",
                x=share(0 if is_left else 100 - BAR),
                y=_start(slot),
                width=share(BAR),
                height=slot.drawn,
                rx=2,
            ),
            element(
                "text",
                node.label,
                element("tspan", f" {node.told}", class_="figure"),
                x=share(x),
                dx=dx,
                y=slot.top + slot.height / 2,
                dy=".34em",
                text_anchor=anchor,
            ),
        ]
    )
