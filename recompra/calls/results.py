"""How many of those who were called came back, beside those whom nobody called. No claim of cause: who is
called is chosen, not drawn by lot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils import timezone

from recompra.calls.listing import in_scope
from recompra.calls.models import Call
from recompra.customers.scope import StoreScope

WITHIN = (7, 15, 30, 60)
LOOKED_BACK = 90
"""The days of calls that are looked at, before those that have not had the time yet."""


@dataclass(frozen=True)
class Group:
    """People, and those of them who bought within the days asked for."""

    people: int
    back: int

    @property
    def share(self) -> float | None:
        return self.back / self.people if self.people else None


@dataclass(frozen=True)
class Results:
    """`called`: talked to from `since` to `until`; `others`: due for the first time in those days and never
    talked to; `young`: talked to later, of whom it is too early to tell."""

    days: int
    since: dt.date
    until: dt.date
    called: Group
    others: Group
    young: int


def results(scope: StoreScope, days: int, store: int | None = None) -> Results:
    """Of the last complete stretch: everybody in it had `days` days to come back."""
    today = timezone.localdate()
    until = today - dt.timedelta(days=days)
    since = until - dt.timedelta(days=LOOKED_BACK - 1)
    seen = in_scope(scope).select_related(None)
    seen = seen if store is None else seen.filter(store=store)
    called = seen.filter(talked_on__gte=since, talked_on__lte=until)
    others = seen.filter(talked_on=None, listed_on__gte=since, listed_on__lte=until)
    young = seen.filter(talked_on__gt=until).count()
    return Results(
        days, since, until, _group(called, "talked_on", days), _group(others, "listed_on", days), young
    )


def _group(rows: QuerySet[Call], began: str, days: int) -> Group:
    """Counted by pairs of days: some thousands at most, however many calls there are."""
    pairs = rows.order_by().values_list(began, "back_on").annotate(n=Count("pk"))
    people = back = 0
    for start, returned, count in pairs:
        people += count
        back += count if returned is not None and 0 < (returned - start).days <= days else 0
    return Group(people, back)
