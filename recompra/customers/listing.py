"""The list of customers: filters and order from the address, and one page at a time by key.

A page never counts or skips rows. Where a filter allows several values (a manager's stores, two segments),
each value is asked for by its own index and the answers are merged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.http import urlencode

from recompra.analytics.rfm_map import SEGMENTS
from recompra.customers.models import Customer, Standing, title
from recompra.customers.scope import StoreScope
from recompra.customers.unseen import somebody

PAGE = 25
MEASURES = {"gasto": "ltv", "recente": "last_on"}
BY_NAME = "nome"
SORTS = (*MEASURES, BY_NAME)
MOST_LOOK_UPS = 24
COLUMNS = (
    "public_id", "name", "city", "state", "standing__segment", "standing__ltv", "standing__last_on",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One customer of the list; the last three are None for who has not bought yet."""

    public_id: UUID
    name: str
    city: str
    state: str
    segment: str | None = None
    ltv: Decimal | None = None
    last_on: dt.date | None = None

    @property
    def title(self) -> str:
        return title(self.name, self.public_id)


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


def page(filters: Filters, after: str | None = None, size: int = PAGE) -> tuple[list[Row], str]:
    """A page of the list and the public id after which the next one begins ("" when this is the last).

    `after` is such a public id; one that leads nowhere gives the first page.
    """
    if filters.sort == BY_NAME:
        found = [_row(values) for values in _by_name(filters, after)[: size + 1]]
    else:
        found = _by_measure(filters, after, size + 1)
    more = len(found) > size
    return found[:size], str(found[size - 1].public_id) if more else ""


def pages(filters: Filters, size: int = 2_000) -> Iterator[list[Row]]:
    """The whole list, for a file."""
    after = ""
    while True:
        rows, after = page(filters, after, size)
        yield rows
        if not after:
            return


def _by_name(filters: Filters, after: str | None) -> QuerySet[Customer, tuple[Any, ...]]:
    people = Customer.objects.filter(somebody()).order_by("name_key", "pk")
    if asked := filters.plain():  # not a join: that would gather everybody first, and then sort
        people = people.filter(Exists(Standing.objects.filter(customer=OuterRef("pk"), **asked)))
    if anchor := _anchor(Customer.objects.all(), after, "public_id", "name_key"):
        name, pk = anchor
        people = people.filter(Q(name_key__gt=name) | Q(pk__gt=pk), name_key__gte=name)
    return people.values_list(*COLUMNS)


def _by_measure(filters: Filters, after: str | None, size: int) -> list[Row]:
    column = MEASURES[filters.sort]
    anchor = _anchor(Standing.objects.all(), after, "customer__public_id", column)
    found: list[tuple[Any, int, Row]] = []
    for asked in filters.alternatives():
        people = Standing.objects.filter(**asked).order_by(f"-{column}", "-customer_id")
        if anchor:
            value, pk = anchor
            people = people.filter(Q(**{f"{column}__lt": value}) | Q(pk__lt=pk), **{f"{column}__lte": value})
        names = [name.removeprefix("standing__") for name in COLUMNS]
        names = [
            name if name in MEASURES.values() or name == "segment" else f"customer__{name}" for name in names
        ]
        for value, pk, *values in people.values_list(column, "pk", *names)[:size]:
            found.append((value, pk, _row(tuple(values))))
    found.sort(key=lambda one: one[:2], reverse=True)
    return [row for _value, _pk, row in found[:size]]


def _anchor(rows: QuerySet[Any], after: str | None, where: str, column: str) -> tuple[Any, int] | None:
    """The sort value and id of the last row shown; the address only carries its public id."""
    try:
        public_id = UUID(after or "")
    except ValueError:
        return None
    found: tuple[Any, int] | None = rows.filter(**{where: public_id}).values_list(column, "pk").first()
    return found


def _row(values: tuple[Any, ...]) -> Row:
    return Row(*values)
