"""A tile as its template shows it: figures and rows with links to the people they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.tile import Counted, Drawn, Figure, Line, Shown, Table, Tile
from recompra.theme.formats import NOTHING, brl, dshort, num, pct
from recompra.theme.spreadsheet import Column, Kind

SOME = 40


@dataclass(frozen=True)
class Row:
    """Cells as (text, whether it is a number), and where its people are ("": nowhere)."""

    cells: tuple[tuple[str, bool], ...]
    href: str


@dataclass(frozen=True)
class Head:
    """A column: its title, whether numbers stand in it, and the word by which the table is sorted by it."""

    title: str
    is_number: bool
    key: str


@dataclass(frozen=True)
class Card:
    """What `_tile.html` shows. `shown` None: not counted yet. `hidden`: rows that only the whole tile has;
    `is_sorted`: whether its headings are links that sort."""

    tile: Tile
    asked: Asked
    shown: Shown | None
    figures: Sequence[tuple[Figure, str]] = ()
    heads: Sequence[Head] = ()
    rows: Sequence[Row] = ()
    total: Row | None = None
    hidden: int = 0
    is_whole: bool = False
    is_sorted: bool = False

    @property
    def drawn(self) -> Sequence[Drawn]:
        return self.shown.drawn if self.shown else ()

    @property
    def url(self) -> str:
        return _address("", self.tile, self.asked.query())

    @property
    def now_url(self) -> str:
        """The page that counts before it answers, for browsers without a script."""
        return _address("", self.tile, "&".join(filter(None, (self.asked.query(), "agora=1"))))

    @property
    def file_url(self) -> str:
        return _address("_file", self.tile, self.asked.query())

    @property
    def views(self) -> list[tuple[str, str, bool]]:
        """(address, name, whether it is the one shown) of each way to look at it."""
        now, usual = self.tile.by(self.asked), next(iter(self.tile.views), "")
        return [
            (
                _address("", self.tile, self.asked.query(by="" if code == usual else code)),
                str(name),
                code == now,
            )
            for code, name in self.tile.views.items()
        ]


def card(
    tile: Tile,
    asked: Asked,
    counted: Counted | None,
    *,
    is_whole: bool = False,
    order: str | None = None,
) -> Card:
    """The tile with its answer, or a place for it where nothing was counted yet. `order`: the number of the
    column to sort the table by, from 1, with "-" from the top down; "" leaves it as it is; None: the headings
    do not sort."""
    if counted is None:
        return Card(tile, asked, None)
    shown = tile.show(counted, asked)
    table = shown.table or Table((), ())
    ordered = in_order(table, order or "")
    lines = ordered if is_whole else ordered[:SOME]

    def row(line: Line) -> Row:
        cells = zip(table.columns, line.values, strict=True)
        told = tuple((cell(column, value), column.kind is not Kind.TEXT) for column, value in cells)
        return Row(told, people_address(tile, asked, line.part))

    return Card(
        tile=tile,
        asked=asked,
        shown=shown,
        figures=[(figure, people_address(tile, asked, figure.part)) for figure in shown.figures],
        heads=[
            Head(column.title, column.kind is not Kind.TEXT, str(number))
            for number, column in enumerate(table.columns, 1)
        ],
        rows=[row(line) for line in lines],
        total=row(table.total) if table.total else None,
        hidden=len(table.lines) - len(lines),
        is_whole=is_whole,
        is_sorted=order is not None,
    )


def in_order(table: Table, order: str) -> Sequence[Line]:
    """The lines by a column; those that say nothing there come last, equal ones stay as they were."""
    number = order.removeprefix("-")
    if not number.isdecimal() or not 0 < int(number) <= len(table.columns):
        return table.lines
    at = int(number) - 1
    is_text = table.columns[at].kind is Kind.TEXT
    told = [line for line in table.lines if line.values[at] is not None]
    rest = [line for line in table.lines if line.values[at] is None]

    def key(line: Line) -> Any:
        return str(line.values[at]).casefold() if is_text else line.values[at]

    return [*sorted(told, key=key, reverse=order.startswith("-")), *rest]


def people_address(tile: Tile, asked: Asked, part: str | None) -> str:
    """Where the people behind a part are listed; "" where there is no list."""
    if part is None or tile.people is None:
        return ""
    query = "&".join(piece for piece in (asked.query(), urlencode({"parte": part})) if piece)
    return _address("_people", tile, query)


def cell(column: Column, value: Any) -> str:
    """A value of a column as the page says it."""
    if value is None:
        return NOTHING
    match column.kind:
        case Kind.INTEGER:
            return num(value)
        case Kind.MONEY:
            return brl(value)
        case Kind.QUANTITY:
            return num(value, 2)
        case Kind.SHARE:
            return pct(value)
        case Kind.DAY:
            return dshort(value)
        case _:
            return str(value)


def _address(piece: str, tile: Tile, query: str) -> str:
    here = reverse(f"dashboards:{tile.place}{piece}", args=[tile.code])
    return f"{here}?{query}" if query else here
