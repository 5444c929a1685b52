"""How many customers and how much money stand behind a list: from the aggregate, never counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any

from django.conf import settings

from recompra.analytics.segment_totals import segment_totals, store_totals
from recompra.customers.filters import Filters
from recompra.customers.scope import StoreScope
from recompra.customers.xray.explanation import Shares
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import scores


@dataclass(frozen=True)
class Totals:
    """Customers with purchases, and what they spent since their first one (R$)."""

    customers: int
    ltv: Decimal


def totals(filters: Filters) -> Totals:
    """Of what the filters ask for."""
    chosen = [row for row in _rows(filters.stores) if _asked(row, filters)]
    return Totals(sum(row["customers"] for row in chosen), sum((row["ltv"] for row in chosen), Decimal(0)))


def recency_shares() -> Shares:
    """How the customers of the whole shop share out among the recency scores."""
    count: Counter[int] = Counter()
    for row in _rows(None):
        count[row["recency_score"]] += row["customers"]
    return Shares(count)


def _asked(row: dict[str, Any], filters: Filters) -> bool:
    return (
        (not filters.segments or row["segment"] in filters.segments)
        and filters.recency in (None, row["recency_score"])
        and filters.frequency in (None, row["frequency_score"])
    )


def _rows(stores: StoreScope) -> Iterable[dict[str, Any]]:
    url = settings.WAREHOUSE_URL
    version = engine(url).version()
    if stores is None:
        return _read(url, version)
    by_store = _read_by_store(url, version)
    return chain.from_iterable(by_store.get(store, ()) for store in stores)


@lru_cache(maxsize=4)
def _read(url: str, version: str) -> tuple[dict[str, Any], ...]:
    """At most 125 rows, kept until another generation is published. Nothing in them is about one person."""
    return tuple(engine(url).rows(segment_totals(scores))) if version else ()


@lru_cache(maxsize=4)
def _read_by_store(url: str, version: str) -> dict[int, list[dict[str, Any]]]:
    """The same for every store at once: a shop may have hundreds, and each is asked about."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in engine(url).rows(store_totals(scores)) if version else ():
        found[row["store_key"]].append(row)
    return dict(found)
