"""The panel's matrix, legend and treemap, each part leading to its people."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from recompra.dashboards.figures import PanelNumbers, Share
from recompra.dashboards.links import people
from recompra.theme.charts.treemap import Tile, treemap
from recompra.theme.formats import brl, brlk, pct
from recompra.theme.rfm_matrix import Row, rfm_matrix
from recompra.theme.segments import SEGMENTS, Segment


@dataclass(frozen=True)
class Entry:
    """A segment with its people, their part of all customers and of all purchases, and the link to them."""

    segment: Segment
    share: Share
    of_customers: float
    of_value: Decimal | None
    href: str


def matrix(numbers: PanelNumbers, store: int | None) -> list[Row]:
    return rfm_matrix(numbers.cells, lambda r, f: people(recency=r, frequency=f, store=store))


def legend(numbers: PanelNumbers, store: int | None) -> list[Entry]:
    """The ten segments from best to worst, empty ones too."""
    everybody, all_value = numbers.total.customers or 1, numbers.total.ltv
    return [
        Entry(
            segment=shown,
            share=(share := numbers.segments[code]),
            of_customers=share.customers / everybody,
            of_value=share.ltv / all_value if all_value > 0 else None,
            href=people(code, store=store),
        )
        for code, shown in SEGMENTS.items()
    ]


def revenue_tree(entries: list[Entry]) -> SafeString:
    """Net spend since the first purchase, by segment today."""
    tiles = [
        Tile(
            weight=entry.share.ltv,
            family=entry.segment.family,
            title=str(entry.segment.label),
            text=f"{brlk(entry.share.ltv)} · {pct(entry.of_value)}",
            tip=f"{entry.segment.label}: {brl(entry.share.ltv)} · {pct(entry.of_value)}",
            href=entry.href,
        )
        for entry in entries
    ]
    return treemap(_("Revenue by segment"), tiles)
