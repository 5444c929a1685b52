"""What the page says of a rule while it is put together: how many, who for example, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import ibis
from django.conf import settings
from django.utils import timezone

from recompra.customers.roster import Person, with_people
from recompra.customers.scope import StoreScope
from recompra.segments.count import Count, count
from recompra.segments.rule.people import people_of
from recompra.segments.rule.tree import Rule
from recompra.theme.formats import initials
from recompra.warehouse.engine import engine

SAMPLE = 10


def counted(rule: Rule, stores: StoreScope) -> Count:
    """The figures of a rule today, for who sees these stores; reckoned once per state of the facts."""
    state = f"{settings.WAREHOUSE_URL} {engine(settings.WAREHOUSE_URL).version()}"
    return _counted(state, rule, timezone.localdate(), stores)


@lru_cache(maxsize=512)
def _counted(_state: str, rule: Rule, as_of: dt.date, stores: StoreScope) -> Count:
    return count(rule, as_of=as_of, stores=stores)


@dataclass(frozen=True)
class Found:
    """One of the people found."""

    person: Person
    segment: str | None
    ltv: Decimal | None
    last_on: dt.date | None

    @property
    def initials(self) -> str:
        return initials(self.person.name)


def sample(rule: Rule, stores: StoreScope) -> Sequence[Found]:
    """Ten of the people found, who spent the most first."""
    people = people_of(rule, as_of=timezone.localdate(), stores=stores)
    rows = people.select("customer_key", "segment", "ltv", "last_on")
    spent = ibis.coalesce(rows.ltv, ibis.literal(Decimal(0), "decimal(18, 2)"))
    rows = rows.order_by([spent.desc(), rows.customer_key]).limit(SAMPLE)
    found = engine(settings.WAREHOUSE_URL).rows(rows)
    return [
        Found(person, row["segment"], row["ltv"], row["last_on"])
        for person, row in with_people(found)
        if person.public_id
    ]
