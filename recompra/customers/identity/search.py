"""The search for duplicates: asked for after an import or by a person, done in the background."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_noop

from recompra.customers.identity.apart import detect
from recompra.customers.identity.compare import compare
from recompra.customers.identity.desk import Desk, desk, gather
from recompra.customers.identity.pairs import describe, pair
from recompra.customers.identity.words import CHOSEN
from recompra.customers.models import Customer, Duplicate, DuplicateSearch
from recompra.work.lease import Lease
from recompra.work.wishes import ask_once

SETTING_APART = gettext_noop("looking for records that are nobody")
PAIRING = gettext_noop("looking for likenesses")
WRITING = gettext_noop("writing the queue")
REST = dt.timedelta(hours=1)
"""After an import nobody is searched for again so soon; a person's wish is done at once."""
CHUNK = 1_000
Status = Duplicate.Status
Found = tuple[int, int, int, list[str]]


def request(reason: str) -> None:
    """Ask for a search. One that already waits serves this wish too."""
    due = timezone.now()
    if reason == "import":
        last = DuplicateSearch.objects.aggregate(at=Max("started_at"))["at"]
        due = max(due, last + REST) if last else due
    waiting = DuplicateSearch.objects.filter(status=DuplicateSearch.Status.WAITING, cancel_requested=False)
    waiting.filter(due_at__gt=due).update(due_at=due, reason=reason)
    ask_once(DuplicateSearch, reason=reason, due_at=due, priority=-5)


def perform(row: DuplicateSearch, lease: Lease) -> None:
    """Set apart who is nobody, compare everybody else and bring the queue up to date. A second run writes
    only what the first left."""
    lease.progress(0, 0, SETTING_APART)
    detect(lease)
    with desk(lease) as at:
        row.people = gather(at)
        lease.progress(0, 0, PAIRING)
        describe(at)
        row.capped = pair(at)
        row.pairs, _found = compare(at, row.people)
        _publish(at, lease)
    row.found = Duplicate.objects.filter(status__in=(Status.OPEN, Status.LATER)).count()
    row.save()


def _publish(at: Desk, lease: Lease) -> None:
    """Write the pairs that are new or weigh otherwise now; take away open ones that are no longer alike,
    but for those that a person chose."""
    total = int(at.one("SELECT count(*) FROM found"))
    decided = _decided()
    open_pairs = Duplicate.objects.filter(status__in=(Status.OPEN, Status.LATER))
    known = {
        (one, other): (pk, score, reasons)
        for pk, one, other, score, reasons in open_pairs.values_list(
            "pk", "first", "second", "score", "reasons"
        )
    }
    done = 0
    for chunk in _chunks(at):
        fresh = [row for row in chunk if row[:2] not in decided and row[:2] not in known]
        again = [(known.pop(row[:2]), row) for row in chunk if row[:2] in known]
        with lease.step():
            _write(fresh)
            for (pk, score, reasons), row in again:
                if (score, reasons) != (row[2], row[3]):
                    Duplicate.objects.filter(pk=pk).update(score=row[2], reasons=row[3])
        done += len(chunk)
        lease.progress(done, total, WRITING)
    gone = [pk for pk, _score, reasons in known.values() if CHOSEN not in reasons]
    for start in range(0, len(gone), CHUNK):
        with lease.step():
            Duplicate.objects.filter(pk__in=gone[start : start + CHUNK], status=Status.OPEN).delete()


def _chunks(at: Desk) -> Iterator[list[Found]]:
    rows = at.db.execute("SELECT one, other, score, reasons FROM found ORDER BY score DESC, one, other")
    while chunk := rows.fetchmany(CHUNK):
        yield [(int(one), int(other), int(score), list(reasons)) for one, other, score, reasons in chunk]


def _decided() -> set[tuple[int, int]]:
    """The pairs that somebody called different people, followed to the records that are left of them."""
    merged = Customer.objects.exclude(merged_into=None)
    left = {one.pk: one.merged_into_id or one.pk for one in merged.only("pk", "merged_into")}
    pairs = Duplicate.objects.exclude(status__in=(Status.OPEN, Status.LATER))
    found = set()
    for one, other in pairs.values_list("first_id", "second_id"):
        ends = left.get(one, one), left.get(other, other)
        found |= {(one, other), (min(ends), max(ends))}
    return found


def _write(rows: list[Found]) -> None:
    """Records may have gone since they were read: their pairs are left out."""
    ids = {pk for one, other, _score, _reasons in rows for pk in (one, other)}
    there = set(Customer.objects.filter(pk__in=ids, merged_into=None, apart="").values_list("pk", flat=True))
    Duplicate.objects.bulk_create(
        [
            Duplicate(first_id=one, second_id=other, score=score, reasons=reasons)
            for one, other, score, reasons in rows
            if one in there and other in there
        ],
        ignore_conflicts=True,
        batch_size=200,
    )
