"""The shop's targets for sales with an identified customer, per store, as they were decided over time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from recompra.accounts.models import Store, User
from recompra.dashboards.models import IdentifiedTarget

Decisions = list[tuple[dt.date, Decimal | None]]


@dataclass(frozen=True)
class Targets:
    """What each store decided, the oldest first, as shares from 0 to 1."""

    decided: Mapping[int, Decisions]

    def on(self, day: dt.date) -> dict[int, Decimal]:
        """{store: target} in force on a day; before a store's first decision that first one counts."""
        found = {}
        for store, decisions in self.decided.items():
            known = [share for when, share in decisions if when <= day] or [decisions[0][1]]
            if known[-1] is not None:
                found[store] = known[-1]
        return found


def targets_of(stores: Iterable[int]) -> Targets:
    """Every decision about these stores."""
    decided: dict[int, Decisions] = defaultdict(list)
    rows = IdentifiedTarget.objects.filter(store_id__in=list(stores)).order_by("decided_at", "id")
    for store, percent, moment in rows.values_list("store_id", "percent", "decided_at"):
        share = None if percent is None else Decimal(percent) / 100
        decided[store].append((timezone.localdate(moment), share))
    return Targets(decided)


def decide(wanted: Mapping[Store, int | None], by: User) -> int:
    """Set the targets (per cent; None: none any more) that differ from those in force; how many did."""
    current = latest(store.id for store in wanted)
    changed = [
        IdentifiedTarget(store=store, percent=percent, decided_by=by)
        for store, percent in wanted.items()
        if percent != current.get(store.id)
    ]
    IdentifiedTarget.objects.bulk_create(changed)
    return len(changed)


def latest(stores: Iterable[int]) -> dict[int, int]:
    """{store: target in force, per cent}, of those that have one."""
    found: dict[int, int | None] = {}
    rows = IdentifiedTarget.objects.filter(store_id__in=list(stores)).order_by("decided_at", "id")
    for store, percent in rows.values_list("store_id", "percent"):
        found[store] = percent
    return {store: percent for store, percent in found.items() if percent is not None}
