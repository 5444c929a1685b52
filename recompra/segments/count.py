"""How many people a rule holds, and how many of them may be reached."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import ibis
import ibis.expr.types as ir
from django.conf import settings

from recompra.customers.scope import StoreScope
from recompra.segments.rule.people import ALL, people_of
from recompra.segments.rule.tree import Rule
from recompra.warehouse.engine import engine

CHANNELS = ("whatsapp", "email", "sms")
ZERO = ibis.literal(Decimal(0), "decimal(18, 2)")


@dataclass(frozen=True)
class Count:
    """`people` fit, of a `base` of everybody who may be seen; `value`: R$ that they spent in all stores,
    returns off, as each one's record tells it. `whatsapp`, `email`, `sms`: how many of them a campaign may
    reach there. `is_limited`: for somebody who sees some stores only."""

    people: int
    base: int
    value: Decimal
    whatsapp: int
    email: int
    sms: int
    is_limited: bool = False

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.people / self.base if self.base else 0.0


def count(rule: Rule, *, as_of: dt.date, stores: StoreScope = None) -> Count:
    """Count a rule now. `stores`: for somebody who sees only these."""
    facts = engine(settings.WAREHOUSE_URL)
    fitting = facts.rows(totals(people_of(rule, as_of=as_of, stores=stores)))[0]
    base = facts.rows(ALL.of_stores(stores)["people"].agg(n=lambda t: t.count()))[0]
    return Count(base=base["n"], is_limited=stores is not None, **fitting)


def totals(people: ir.Table) -> ir.Table:
    """One row: people, value (R$), whatsapp, email, sms."""
    return people.agg(
        people=people.count(),
        value=ibis.coalesce(people.ltv.sum().cast("decimal(18, 2)"), ZERO),
        **{name: people.count(where=people[f"reach_{name}"]) for name in CHANNELS},
    )
