"""Shares in rows and columns, the higher the stronger the colour: a table that is read as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from recompra.theme.charts.svg import element, joined

LEVELS = 5


@dataclass(frozen=True)
class Cell:
    """One field: `value` None where nothing is known yet (drawn empty), `tip` the whole sentence."""

    value: float | Decimal | None
    told: str = ""
    tip: str = ""


@dataclass(frozen=True)
class HeatRow:
    """`label` and `sub` stand at the left; cells in the order of the columns, those that lack are empty."""

    label: str
    sub: str
    cells: Sequence[Cell]


def heat(
    title: str, corner: str, columns: Sequence[str], rows: Sequence[HeatRow], *, most: float | Decimal = 0
) -> SafeString:
    """The rows under the columns; the strongest colour is for `most`, or the greatest value where that is
    more."""
    known = [float(cell.value) for row in rows for cell in row.cells if cell.value is not None]
    top = max([float(most), *known], default=0.0) or 1.0
    head = element(
        "tr", element("th", corner, scope="col"), *(element("th", name, scope="col") for name in columns)
    )
    body = joined(_row(row, len(columns), top) for row in rows)
    table = element(
        "table",
        element("caption", title, class_="sr"),
        element("thead", head),
        element("tbody", body),
        class_="heat",
    )
    return element(
        "div", table, class_="scroll", tabindex=0, role="region", data_chart=True, aria_label=title
    )


def _row(row: HeatRow, width: int, top: float) -> SafeString:
    head = element("th", row.label, element("small", row.sub) if row.sub else "", scope="row")
    empty = [Cell(None)] * (width - len(row.cells))
    return element("tr", head, *(_cell(cell, top) for cell in [*row.cells, *empty]))


def _cell(cell: Cell, top: float) -> SafeString:
    if cell.value is None:
        return element("td")
    return element("td", cell.told, class_=f"l{_level(float(cell.value), top)}", data_tip=cell.tip)


def _level(value: float, top: float) -> int:
    """0 for nothing, else 1 to 5, on a curve that keeps small shares apart."""
    if value <= 0:
        return 0
    strength: float = (value / top) ** 0.6
    return min(LEVELS, max(1, round(strength * LEVELS)))
