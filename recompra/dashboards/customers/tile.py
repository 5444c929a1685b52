"""What a tile of the customer dashboard is: a question, what is asked of the facts, and how the answer is
shown.

Each file in `tiles/` has one, called TILE. `count` asks the warehouse and gives plain rows, which are kept
until another generation is published; `show` makes figures, charts and a table of them, and asks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString

from recompra.dashboards.customers.asked import Asked
from recompra.segments.found.question import Behind
from recompra.theme.spreadsheet import Column
from recompra.warehouse.contract import Engine

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Rows = list[dict[str, Any]]
Counted = Mapping[str, Rows]
"""Named answers of the warehouse: rows of text, integers, decimals, days, booleans and nothing."""


@dataclass(frozen=True)
class Figure:
    """One number above the chart. `part`: whose people it counts (see `Tile.people`), None for no list."""

    label: str
    value: str
    sub: str = ""
    part: str | None = None


@dataclass(frozen=True)
class Drawn:
    """A chart with its title; `key` names its lines: (CSS class of the swatch, name)."""

    title: str
    chart: SafeString
    key: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Line:
    """A row of the table: a value for each column, and whose people it counts (see `Figure.part`)."""

    values: tuple[Any, ...]
    part: str | None = None


@dataclass(frozen=True)
class Table:
    """The same figures as a table, on the page and as a file. `total`: the last row, set apart."""

    columns: tuple[Column, ...]
    lines: Sequence[Line]
    total: Line | None = None


@dataclass(frozen=True)
class Shown:
    """An answer as it is shown. `is_empty`: there is nothing to tell, and the tile says why instead."""

    figures: Sequence[Figure] = ()
    drawn: Sequence[Drawn] = ()
    table: Table | None = None
    note: str = ""
    is_empty: bool = False


@dataclass(frozen=True)
class Tile:
    """`code` stands in the address; `how` says how the numbers are made; `empty` why there may be none.

    `views`: {code: name} of the ways to look at it, the first one being the usual (`Asked.by`). `people`: the
    people behind a part; KeyError, ValueError or Http404 for a part that is none. `state`: on what the answer
    depends beside facts and filters. `is_same_count`: every view shows the same answer. `place`: what its
    addresses are called, `dashboards:<place>`.
    """

    code: str
    order: int
    title: StrPromise
    question: StrPromise
    how: StrPromise
    empty: StrPromise
    count: Callable[[Engine, Asked], Counted]
    show: Callable[[Counted, Asked], Shown]
    people: Callable[[Asked, str], Behind] | None = None
    views: Mapping[str, StrPromise] = field(default_factory=dict)
    is_wide: bool = False
    state: Callable[[], Any] = lambda: None
    is_same_count: bool = False
    place: str = "tile"

    def by(self, asked: Asked) -> str:
        """The view that is asked for, or the usual one."""
        return asked.by if asked.by in self.views else next(iter(self.views), "")
