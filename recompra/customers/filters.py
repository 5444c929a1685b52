"""Which customers a list shows, as the address asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode

from recompra.analytics.rfm_map import SEGMENTS
from recompra.customers.scope import StoreScope

MEASURES = {"gasto": "ltv", "recente": "last_on"}
BY_NAME = "nome"
SORTS = (*MEASURES, BY_NAME)
MOST_LOOK_UPS = 24


@dataclass(frozen=True)
class Filters:
    """What the address asks for. A store outside `scope` finds nobody."""

    scope: StoreScope = None
    segments: tuple[str, ...] = ()
    recency: int | None = None
    frequency: int | None = None
    store: int | None = None
    sort: str = "gasto"

    @classmethod
    def read(cls, query: QueryDict, scope: StoreScope) -> Filters:
        """From `?segmento=&r=&f=&loja=&ordem=`; what makes no sense is left out."""
        sort = query.get("ordem", "")
        return cls(
            scope=scope,
            segments=tuple(code for code in SEGMENTS if code in query.getlist("segmento")),
            recency=_number(query.get("r"), 5),
            frequency=_number(query.get("f"), 5),
            store=_number(query.get("loja"), 2**31),
            sort=sort if sort in SORTS else "gasto",
        )

    @property
    def any(self) -> bool:
        return bool(self.segments or self.recency or self.frequency or self.store)

    @property
    def stores(self) -> StoreScope:
        """The stores to show: the one asked for, as far as it may be seen."""
        if self.store is None:
            return self.scope
        asked = frozenset((self.store,))
        return asked if self.scope is None else asked & self.scope

    def query(self, **changed: Any) -> str:
        """As a query string, with some of them changed: `filters.query(store=None)`."""
        asked = replace(self, **changed)
        pairs: list[tuple[str, str | int]] = [("segmento", code) for code in asked.segments]
        pairs += [
            (name, value)
            for name, value in (("r", asked.recency), ("f", asked.frequency), ("loja", asked.store))
            if value is not None
        ]
        if asked.sort != "gasto":
            pairs.append(("ordem", asked.sort))
        return urlencode(pairs)

    def alternatives(self) -> list[dict[str, Any]]:
        """The conditions on Standing whose union is what is asked for; each is served by an index."""
        stores: list[dict[str, Any]] = [{}]
        if self.stores is not None:
            stores = [{"store_id": store} for store in sorted(self.stores)]
        segments: list[dict[str, Any]] = [{"segment": code} for code in self.segments] or [{}]
        cells: list[dict[str, Any]] = [{}]
        if self.recency or self.frequency:
            cells = [
                {"recency_score": r, "frequency_score": f}
                for r in ([self.recency] if self.recency else range(1, 6))
                for f in ([self.frequency] if self.frequency else range(1, 6))
            ]
        found = [{**a, **b, **c} for a, b, c in product(stores, segments, cells)]
        return found if len(found) <= MOST_LOOK_UPS else [self.plain()]

    def plain(self) -> dict[str, Any]:
        """The same as one condition."""
        asked: dict[str, Any] = {}
        if self.stores is not None:
            asked["store_id__in"] = self.stores
        if self.segments:
            asked["segment__in"] = self.segments
        if self.recency:
            asked["recency_score"] = self.recency
        if self.frequency:
            asked["frequency_score"] = self.frequency
        return asked


def _number(text: str | None, most: int) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 11 and 1 <= int(text) <= most else None
