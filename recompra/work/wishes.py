"""What may be asked of rows that are due: that one waits; stop, try again, set aside."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from recompra.work.models import Due


def ask_once(kind: type[Due], **fields: Any) -> None:
    """Let a row of this kind wait. One that waits already serves this wish too: it reads later what it is
    to do. The kind allows a single waiting row (`UniqueConstraint`), so whoever asks in the same moment is
    served by the other's."""
    rows = kind._base_manager
    if rows.filter(status=Due.Status.WAITING, cancel_requested=False).exists():
        return
    with suppress(IntegrityError), transaction.atomic():
        rows.create(**fields)


REST = dt.timedelta(hours=1)
"""How long the clock asks for nothing after work failed for good; a person may ask at once."""


def is_quiet(kind: type[Due]) -> bool:
    """Whether no row of this kind waits or runs, and none failed for good lately: the clock may ask again."""
    failed = Q(status=Due.Status.DEAD, finished_at__gte=timezone.now() - REST)
    return not kind._base_manager.filter(Q(status__in=Due.LIVE) | failed).exists()


def cancel(row: Due) -> bool:
    """Ask that this work stop. One that never ran is cancelled at once; one that ran stops, or is brought up
    to stop, at its next `lease.keep()`, so that it can clean up.

    Returns:
        False when it had already ended.
    """
    rows = type(row)._base_manager.filter(pk=row.pk)
    now = timezone.now()
    waiting = rows.filter(status=Due.Status.WAITING)
    if waiting.filter(attempt=0).update(status=Due.Status.CANCELLED, finished_at=now):
        row.lease_abandoned()
        return True
    if waiting.update(cancel_requested=True, due_at=now):
        return True
    return bool(rows.filter(status=Due.Status.RUNNING).update(cancel_requested=True))


def retry(row: Due) -> bool:
    """Put failed or cancelled work back into the queue, due now.

    Returns:
        False when it was in neither state.
    Raises:
        IntegrityError: another one of which only one may be alive already is.
    """
    ended = type(row)._base_manager.filter(pk=row.pk, status__in=(Due.Status.DEAD, Due.Status.CANCELLED))
    fresh = {"failures": 0, "lapses": 0, "error": "", "refused": False, "cancel_requested": False}
    with transaction.atomic():
        return bool(ended.update(status=Due.Status.WAITING, due_at=timezone.now(), finished_at=None, **fresh))


def discard(row: Due) -> bool:
    """Set failed work, or work that waits for another try, aside for good. The row stays, as cancelled."""
    rows = type(row)._base_manager.filter(pk=row.pk, status__in=(Due.Status.DEAD, Due.Status.WAITING))
    if not rows.update(status=Due.Status.CANCELLED, finished_at=timezone.now()):
        return False
    row.lease_abandoned()
    return True
