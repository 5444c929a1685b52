"""The panel's figures: asked of the warehouse once per generation, then kept in the process."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings

from recompra.analytics.rfm_map import SEGMENTS
from recompra.analytics.sales_totals import sales_totals
from recompra.analytics.segment_totals import segment_totals
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import orders, scores

YEAR = timedelta(days=365)
Stores = frozenset[int] | None


@dataclass(frozen=True)
class Share:
    """People and what they spent since their first purchase, R$."""

    customers: int = 0
    ltv: Decimal = Decimal(0)

    def __add__(self, other: Share) -> Share:
        return Share(self.customers + other.customers, self.ltv + other.ltv)


@dataclass(frozen=True)
class Cell:
    """One square of the matrix, the monetary scores together; `segment` is where most of its people are."""

    recency: int
    frequency: int
    customers: int
    segment: str


@dataclass(frozen=True)
class PanelNumbers:
    """Everything the panel shows. Money in R$; `since` and `until` bound the year of the sales figures."""

    since: date
    until: date
    total: Share
    segments: dict[str, Share]
    cells: tuple[Cell, ...]
    returned: int
    net: Decimal
    sales: int
    sales_net: Decimal
    identified_sales: int

    @property
    def average_order(self) -> Decimal | None:
        return self.sales_net / self.sales if self.sales else None

    @property
    def returned_share(self) -> float | None:
        return self.returned / self.total.customers if self.total.customers else None

    @property
    def identified_share(self) -> float | None:
        return self.identified_sales / self.sales if self.sales else None

    def group(self, *codes: str) -> Share:
        return sum((self.segments[code] for code in codes), Share())


def panel_numbers(until: date, stores: Stores) -> PanelNumbers:
    """The figures as last published, up to the day `until`. `stores` None means every store."""
    return _numbers(settings.WAREHOUSE_URL, engine(settings.WAREHOUSE_URL).version(), until, stores)


def forget() -> None:
    """Be as a process that has shown no panel yet: for measuring the first one after a load."""
    _numbers.cache_clear()


@lru_cache(maxsize=64)
def _numbers(url: str, version: str, until: date, stores: Stores) -> PanelNumbers:
    facts = engine(url)
    since = until - YEAR + timedelta(days=1)
    sold = facts.rows(sales_totals(orders, since=since, until=until, store_keys=stores))[0]
    totals = facts.rows(segment_totals(scores, stores))
    segments, cells = _fold(totals)
    return PanelNumbers(
        since=since,
        until=until,
        total=sum(segments.values(), Share()),
        segments=segments,
        cells=cells,
        returned=sum(row["repeaters"] for row in totals),
        net=sold["net"],
        sales=sold["sales"],
        sales_net=sold["sales_net"],
        identified_sales=sold["identified_sales"],
    )


def _fold(rows: list[dict[str, Any]]) -> tuple[dict[str, Share], tuple[Cell, ...]]:
    """From one row per (recency, frequency, monetary, segment) to the segments and the 25 squares."""
    segments = {code: Share() for code in SEGMENTS}
    squares: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        segments[row["segment"]] += Share(row["customers"], row["ltv"])
        squares[row["recency_score"], row["frequency_score"]][row["segment"]] += row["customers"]
    cells = (
        Cell(r, f, sum(people.values()), max(people, key=lambda code: (people[code], code)) if people else "")
        for f in range(5, 0, -1)
        for r in range(1, 6)
        for people in [squares.get((r, f), {})]
    )
    return segments, tuple(cells)
