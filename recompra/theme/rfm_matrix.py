"""The 5 x 5 matrix of recency and frequency: what the template `theme/rfm_matrix.html` shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext, ngettext

from recompra.analytics.rfm_map import segment_of
from recompra.theme.formats import num
from recompra.theme.segments import Segment, segment

SCORES = range(1, 6)


class Cell(Protocol):
    """People with these two scores; `segment` is the code that most of them have, "" when nobody is there."""

    @property
    def recency(self) -> int: ...
    @property
    def frequency(self) -> int: ...
    @property
    def customers(self) -> int: ...
    @property
    def segment(self) -> str: ...


@dataclass(frozen=True)
class Square:
    """One square as it is drawn: `level` 0 to 5 is how strong its colour is, `tip` the whole sentence."""

    recency: int
    frequency: int
    customers: int
    segment: Segment
    level: int
    href: str
    tip: str


@dataclass(frozen=True)
class Row:
    """The five squares of one frequency, from recency 1 to 5."""

    frequency: int
    squares: tuple[Square, ...]


def rfm_matrix(cells: Iterable[Cell], href: Callable[[int, int], str]) -> list[Row]:
    """Rows from frequency 5 down to 1; `href(recency, frequency)` is the filtered list a square leads to."""
    known = {(cell.recency, cell.frequency): cell for cell in cells}
    most = max((cell.customers for cell in known.values()), default=0)

    def square(recency: int, frequency: int) -> Square:
        cell = known.get((recency, frequency))
        people = cell.customers if cell else 0
        code = (cell.segment if cell else "") or segment_of(recency, frequency, 3)
        return Square(
            recency=recency,
            frequency=frequency,
            customers=people,
            segment=segment(code),
            level=_level(people, most),
            href=href(recency, frequency),
            tip=_tip(segment(code), recency, frequency, people),
        )

    return [Row(f, tuple(square(r, f) for r in SCORES)) for f in reversed(SCORES)]


def _level(people: int, most: int) -> int:
    """Strength of colour, on a curve that keeps small squares apart: the biggest holds most of the people."""
    return min(5, max(1, round((people / most) ** 0.45 * 5))) if people else 0


def _tip(shown: Segment, recency: int, frequency: int, people: int) -> str:
    count = ngettext("%(n)s customer", "%(n)s customers", people) % {"n": num(people)}
    place = gettext("recency %(r)s, frequency %(f)s") % {"r": recency, "f": frequency}
    return f"{shown.label} · {place}: {count}"
