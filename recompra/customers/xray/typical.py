"""What is usual among all customers: the medians that a customer's figures are shown beside.

The engine counts them over everybody, once per period and generation of the facts; the cache holds them for
all processes. Those of a named period stay in use while a newer generation waits for its refresh, which then
counts anew the ones that somebody looked at.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal

from django.conf import settings
from django.core.cache import cache

from recompra.analytics.period_figures import MEASURES, period_figures, typical_customer
from recompra.customers.identity.unseen import people_orders
from recompra.customers.xray.period import CHOICES, Period
from recompra.warehouse.engine import Engine, engine

A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Typical:
    """`medians` has a name of `analytics.period_figures.MEASURES` where anybody has the figure; `customers`
    bought in the days from `since` (None: ever) to `until`."""

    version: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    customers: int = 0
    medians: Mapping[str, Decimal] = field(default_factory=dict)


FORM = {each.name for each in fields(Typical)}


def typical(period: Period) -> Typical:
    """The medians beside this period's figures. Empty before anything was sold."""
    facts = engine(settings.WAREHOUSE_URL)
    version = facts.version()
    if not version:
        return Typical()
    named = period.code != "datas" and period.store is None
    key = _named_key(period.code) if named else _own_key(period, version)
    kept = _kept(key)
    if kept is None or (kept.until and period.until - kept.until > A_DAY):
        kept = _count(facts, version, period)
        _keep(key, kept, None if named else A_DAY.total_seconds())
    return kept


def renew(facts: Engine, today: dt.date) -> None:
    """Count anew the medians of the named periods that somebody looked at."""
    version = facts.version()
    for code in CHOICES:
        if code != "datas" and _kept(_named_key(code)) is not None:
            _keep(_named_key(code), _count(facts, version, Period.named(code, today)), None)


def _kept(key: str) -> Typical | None:
    """What the cache has of these medians. Plain values, and of another form no longer: the cache outlives an
    update of the program."""
    plain = cache.get(key)
    return Typical(**plain) if isinstance(plain, dict) and plain.keys() == FORM else None


def _keep(key: str, counted: Typical, seconds: float | None) -> None:
    cache.set(key, {name: getattr(counted, name) for name in FORM}, seconds)


def _count(facts: Engine, version: str, period: Period) -> Typical:
    stores = None if period.store is None else [period.store]
    everybody = period_figures(people_orders(), since=period.since, until=period.until, store_keys=stores)
    with facts.hold(everybody.select(*MEASURES), "everybody") as figures:
        rows = facts.rows(typical_customer(figures))
    found = {row["measure"]: row["median"] for row in rows if row["median"] is not None}
    people = max((row["customers"] for row in rows), default=0)
    return Typical(version, period.since, period.until, people, found)


def _named_key(code: str) -> str:
    return f"customers.medians.{_place()}.{code}"


def _own_key(period: Period, version: str) -> str:
    return f"customers.medians.{_place()}.{version}.{period.since}.{period.until}.{period.store}"


def _place() -> str:
    """Which facts these are: another home's medians are not ours."""
    return hashlib.sha256(settings.WAREHOUSE_URL.encode()).hexdigest()[:16]
