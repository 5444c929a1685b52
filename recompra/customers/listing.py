"""The list of customers, one page at a time by key.

A page never counts or skips rows. Where a filter allows several values (a manager's stores, two segments),
each value is asked for by its own index and the answers are merged.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from recompra.customers.filters import BY_NAME, MEASURES, Filters
from recompra.customers.identity.unseen import somebody
from recompra.customers.models import Customer, Standing, title
from recompra.customers.totals import totals

Numbers = npt.NDArray[np.int64]
PAGE = 25
AT_ONCE = 100
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


def page(filters: Filters, after: str | None = None, size: int = PAGE) -> tuple[list[Row], str]:
    """A page of the list and the public id after which the next one begins ("" when this is the last).

    `after` is such a public id; one that leads nowhere gives the first page.
    """
    if filters.sort == BY_NAME:
        named = _by_name(filters, after, size).values_list(*COLUMNS)
        found = [_row(values) for values in named[: size + 1]]
    else:
        found = _by_measure(filters, after, size + 1)
    more = len(found) > size
    return found[:size], str(found[size - 1].public_id) if more else ""


def everybody(filters: Filters) -> Numbers:
    """The customers of the whole list in its order, for a file: eight bytes for each."""
    if filters.sort == BY_NAME:
        named = _by_name(filters, None, totals(filters).customers).values_list("pk", flat=True)
        return np.fromiter(named.iterator(chunk_size=10_000), np.int64)
    rows = Standing.objects.filter(**filters.plain()).order_by(f"-{MEASURES[filters.sort]}", "-pk")
    return np.fromiter(rows.values_list("pk", flat=True).iterator(chunk_size=10_000), np.int64)


def _by_name(filters: Filters, after: str | None, size: int) -> QuerySet[Customer]:
    people, asked = Customer.objects.filter(somebody()), filters.plain()
    way = _quickest_way(filters, size) if asked else Way.WALK
    if way is Way.GATHER:
        people = people.filter(**{f"standing__{name}": value for name, value in asked.items()})
        people = people.order_by(Concat("name_key", Value("")), "pk")  # no index: gather them, then sort
    else:
        if way is Way.WALK_AMONG:  # a sum, so that the database does not look each of them up
            held = Standing.objects.filter(**asked).values("customer_id")
            people = people.alias(number=F("pk") + 0).filter(number__in=held)
        elif asked:  # not a join: that would gather everybody first
            people = people.filter(Exists(Standing.objects.filter(customer=OuterRef("pk"), **asked)))
        people = people.order_by("name_key", "pk")
    if anchor := _anchor(Customer.objects.all(), after, "public_id", "name_key"):
        name, pk = anchor
        people = people.filter(Q(name_key__gt=name) | Q(pk__gt=pk), name_key__gte=name)
    return people


class Way(Enum):
    """How the first who fit are found in the order of names: walk along the names and look up each one's
    standing; gather all who fit, look up their names and sort them; or walk along the names among the numbers
    of all who fit, which two indexes tell without looking anybody up."""

    WALK = "walk"
    GATHER = "gather"
    WALK_AMONG = "walk among"


def _quickest_way(filters: Filters, size: int) -> Way:
    """By how many rows each one looks up; the aggregate tells the numbers. Where the walk is among all who
    fit, it takes entries of indexes instead, AT_ONCE for one look-up."""
    fitting = totals(filters).customers
    by_index = (
        replace(filters, recency=None, frequency=None),
        replace(filters, store=None, scope=None, segments=()),
    )
    gathered = min(totals(one).customers for one in by_index)
    walked = size * totals(Filters()).customers / max(fitting, 1)
    looked_up = {Way.WALK: walked, Way.GATHER: gathered}
    if gathered == fitting:  # else more than the indexes tell must be asked
        looked_up[Way.WALK_AMONG] = (walked + gathered) / AT_ONCE
    return min(looked_up, key=looked_up.__getitem__)


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
