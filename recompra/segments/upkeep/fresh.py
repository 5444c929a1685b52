"""Whether the people or the facts changed since everybody's segments were found, and whose records did.

Upper floors pull: nobody below knows of segments. The clock looks every minute at numbers that cost nothing
(the generation of the facts, the last number of each ledger) and asks for a refresh when one has moved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import F, Max, Model, Q, QuerySet
from django.utils import timezone

from recompra.customers.models import (
    ApartDecision,
    Change,
    ContactAttempt,
    Customer,
    Membership,
    Merge,
)
from recompra.privacy.models import Block, ConsentEvent, Erasure
from recompra.segments.models import Segment, SegmentRefresh
from recompra.work.again import last_done, moved
from recompra.work.wishes import ask_once

PAUSE = dt.timedelta(minutes=5)
"""How long records rest after a refresh: a hundred edits ask for one refresh, not for a hundred."""
MARGIN = 1_000
"""Rows before a mark that are read again: a transaction may commit later than one that took its number after
it."""
MOST = 20_000
"""More customers than this are not read one by one: everybody is."""
LEDGERS: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "customers": (Customer, ("pk",)),
    "changes": (Change, ("customer_id",)),
    "consents": (ConsentEvent, ("customer_id",)),
    "attempts": (ContactAttempt, ("customer_id",)),
    "memberships": (Membership, ("customer_id",)),
    "apart": (ApartDecision, ("customer_id",)),
    "merges": (Merge, ("kept_id", "gone_id")),
    "blocks": (Block, ("customer_id",)),
}
"""Tables that get a row whenever something about a person changes, and whom the row is about."""
Marks = dict[str, int | str]


def marks() -> Marks:
    """How far each ledger has come, and how much of it was taken back."""
    found: Marks = {
        name: rows._base_manager.aggregate(last=Max("pk"))["last"] or 0
        for name, (rows, _of) in LEDGERS.items()
    }
    for name, taken_back in _taken_back().items():
        found[name] = taken_back.count()
    return found


def touched(since: Marks, last: dt.datetime, *, margin: int | None = None) -> set[int] | None:
    """The customers about whom something changed since these marks were taken, at that moment or a little
    before; None where they are too many to be read one by one. `margin`: see MARGIN."""
    found: set[int] = set()
    for ids in _ids(since, last - PAUSE, MARGIN if margin is None else margin):
        found.update(pk for pk in ids[: MOST + 1] if pk)
        if len(found) > MOST:
            return None
    return found


def poll() -> None:
    """The clock's call: ask for a refresh where something moved."""
    last = last_done(SegmentRefresh)
    why = moved(SegmentRefresh, last.version if last else "", last.as_of if last else None)
    if why is None:
        return
    if why:
        ask(why)
    elif uncounted().exists():
        ask("rule")
    elif last and last.marks != marks() and last.finished_at and timezone.now() - last.finished_at >= PAUSE:
        ask("profile")


def nightly() -> None:
    """The clock's call: find everybody's segments from nothing and compare them with those that were kept."""
    ask("clock", is_full=True)


def ask(reason: str, *, is_full: bool = False) -> None:
    """Let a refresh wait. `reason`: load, clock, rule, profile, person."""
    ask_once(SegmentRefresh, reason=reason, is_full=is_full)
    if is_full:
        SegmentRefresh.objects.filter(status=SegmentRefresh.Status.WAITING).update(is_full=True)


def uncounted() -> QuerySet[Segment]:
    """The segments whose rule is newer than their people, and those put away with people in them."""
    changed = Q(counted_version=None) | ~Q(counted_version=F("version"))
    return Segment.objects.filter(Q(changed, archived_at=None) | Q(archived_at__isnull=False, people__gt=0))


def _taken_back() -> dict[str, QuerySet[Model]]:
    """What may happen without a row of its own in a ledger."""
    return {
        "lifted": Block._base_manager.filter(lifted_at__isnull=False),
        "unmerged": Merge._base_manager.filter(undone_at__isnull=False),
        "erased": Erasure._base_manager.filter(erased_at__isnull=False),
    }


def _ids(since: Marks, at: dt.datetime, margin: int) -> Iterator[QuerySet[Model, int]]:
    for name, (rows, owners) in LEDGERS.items():
        newer = rows._base_manager.filter(pk__gt=int(since.get(name, 0)) - margin)
        for owner in owners:
            yield newer.values_list(owner, flat=True).distinct()
    yield Block.objects.filter(lifted_at__gte=at).values_list("customer_id", flat=True)
    by_cpf = Block.objects.filter(
        Q(pk__gt=int(since.get("blocks", 0)) - margin) | Q(lifted_at__gte=at)
    ).exclude(cpf="")
    yield Customer.objects.filter(cpf__in=by_cpf.values("cpf")).values_list("pk", flat=True)
    for owner in ("kept_id", "gone_id"):
        yield Merge.objects.filter(undone_at__gte=at).values_list(owner, flat=True)
