"""Shares of a whole as areas, each a link to its people.

Squarified layout: M. Bruls, K. Huizing, J. van Wijk, "Squarified Treemaps", 2000.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from recompra.theme.charts.svg import element, joined, share

RATIO = 1.6
VISIBLE = 1 / 10_000
WIDE_PX, NARROW_PX, HIGH_PX = 600, 330, 210
TITLE_PX, TEXT_PX = 7.4, 6.8


@dataclass(frozen=True)
class Tile:
    """`family` is the colour class, `text` the second line, `tip` the whole sentence."""

    weight: float | Decimal
    family: str
    title: str
    text: str
    tip: str
    href: str


@dataclass(frozen=True)
class Box:
    """A rectangle in percent of the whole."""

    x: float
    y: float
    width: float
    height: float


def treemap(title: str, tiles: Sequence[Tile]) -> SafeString:
    """Tiles as large as their weights, the heaviest first; one too small to be seen is left out."""
    least = sum(max(0.0, float(tile.weight)) for tile in tiles) * VISIBLE
    shown = sorted((t for t in tiles if float(t.weight) > least), key=lambda tile: (-tile.weight, tile.title))
    boxes = squarify([float(tile.weight) for tile in shown], RATIO)
    return element(
        "svg",
        *(_drawn(tile, box, _first_word(tile, shown)) for tile, box in zip(shown, boxes, strict=True)),
        class_="treemap",
        width="100%",
        role="group",
        aria_label=title,
    )


def squarify(weights: Sequence[float], ratio: float) -> list[Box]:
    """Boxes for descending positive weights in a whole `ratio` times as wide as high."""
    total = sum(weights)
    areas = [weight / total * 10_000 * ratio for weight in weights]
    free = Box(0, 0, 100 * ratio, 100)
    boxes: list[Box] = []
    while areas:
        count = _row_length(areas, min(free.width, free.height))
        row, areas = areas[:count], areas[count:]
        placed, free = _row(row, free)
        boxes += placed
    return [Box(box.x / ratio, box.y, box.width / ratio, box.height) for box in boxes]


def _row_length(areas: Sequence[float], side: float) -> int:
    """How many areas stand in one row along `side` before its worst shape gets worse."""
    count = 1
    while count < len(areas) and _worst(areas[: count + 1], side) <= _worst(areas[:count], side):
        count += 1
    return count


def _worst(row: Sequence[float], side: float) -> float:
    total = sum(row)
    return max(max(side**2 * area / total**2, total**2 / (side**2 * area)) for area in row)


def _row(row: Sequence[float], free: Box) -> tuple[list[Box], Box]:
    """The row's boxes along the shorter side of the free space, and the space left."""
    total, offset, placed = sum(row), 0.0, []
    if free.width >= free.height:
        depth = total / free.height
        for area in row:
            placed.append(Box(free.x, free.y + offset, depth, area / depth))
            offset += area / depth
        return placed, Box(free.x + depth, free.y, free.width - depth, free.height)
    depth = total / free.width
    for area in row:
        placed.append(Box(free.x + offset, free.y, area / depth, depth))
        offset += area / depth
    return placed, Box(free.x, free.y + depth, free.width, free.height - depth)


def _first_word(tile: Tile, tiles: Sequence[Tile]) -> str:
    """What the title may be shortened to, "" when another tile's title begins with the same word."""
    word = tile.title.split()[0]
    return word if sum(other.title.split()[0] == word for other in tiles) == 1 else ""


def _drawn(tile: Tile, box: Box, short: str) -> SafeString:
    return element(
        "a",
        element("title", tile.tip),
        element(
            "svg",
            element("rect", class_=f"tile {tile.family}", x=1, y=1, width="100%", height="100%", rx=4),
            _words(tile, box, short),
            x=share(box.x),
            y=share(box.y),
            width=share(box.width),
            height=share(box.height),
        ),
        href=tile.href,
        data_tip=tile.tip,
    )


def _words(tile: Tile, box: Box, short: str) -> SafeString:
    """The title where it fits: whole, on two lines, or short; below it the text, if there is still room."""
    high = box.height / 100 * HIGH_PX
    first, _, rest = tile.title.rpartition(" ")
    candidates = ((tile.title,), (first, rest), (short,))
    fitting = (
        c for c in candidates if all(c) and high >= 10 + 18 * len(c) and _needs(c, TITLE_PX, box) is not None
    )
    title = next(fitting, ())
    if not title:
        return joined([])
    css = _needs(title, TITLE_PX, box)
    words = [
        element("text", line, class_=f"t1 {css or ''}".strip(), x=10, y=22 + 17 * i)
        for i, line in enumerate(title)
    ]
    below = 24 + 17 * len(title)
    css = _needs((tile.text,), TEXT_PX, box)
    if css is not None and high >= below + 7:
        words.append(element("text", tile.text, class_=f"t2 {css}".strip(), x=10, y=below))
    return joined(words)


def _needs(lines: Sequence[str], per_letter: float, box: Box) -> str | None:
    """The class for these lines: "" where they fit on a phone too, "wide-only"; None where they never fit."""
    needed = max(len(line) for line in lines) * per_letter + 20
    if needed < box.width / 100 * NARROW_PX:
        return ""
    return "wide-only" if needed < box.width / 100 * WIDE_PX else None
