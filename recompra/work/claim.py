"""Taking rows that are due, doing them, and giving back those whose worker is gone."""

from __future__ import annotations

import logging
import random
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from recompra.work import alive
from recompra.work.lease import LEASE, Cancelled, Later, Lease, LeaseLost, Stopped, heartbeat
from recompra.work.models import Due

log = logging.getLogger(__name__)
Row = TypeVar("Row", bound=Due)

MAX_LAPSES = 30
PACKAGE = str(Path(__file__).resolve().parents[1])


def kinds() -> list[type[Due]]:
    """Every kind of work of the house, in the order of the rooms."""
    return [model for model in apps.get_models() if issubclass(model, Due)]


def claim(
    model: type[Row], owner: str, now: datetime | None = None, limit: int = 1, only: int | None = None
) -> list[Row]:
    """Lease up to `limit` rows that are due to `owner`; no other process gets them. Highest priority first,
    then longest due. `only` is the id of the one row wanted."""
    now = now or timezone.now()
    due = model._base_manager.filter(status=Due.Status.WAITING, due_at__lte=now)
    if only is not None:
        due = due.filter(pk=only)
    if not due.exists():  # no write lock is taken to learn that there is nothing to do
        return []
    with transaction.atomic():
        # On SQLite the transaction is IMMEDIATE, so it alone is between reading and writing.
        found = due.select_for_update(skip_locked=True).order_by("-priority", "due_at", "id")[:limit]
        taken = [row.pk for row in found]
        model._base_manager.filter(pk__in=taken).update(
            status=Due.Status.RUNNING,
            owner=owner,
            lease_until=now + LEASE,
            attempt=F("attempt") + 1,
            started_at=now,
            finished_at=None,
        )
        rows = model._base_manager.in_bulk(taken)
    return [rows[pk] for pk in taken]


def run(row: Due, stopping: Callable[[], bool] = lambda: False, raising: bool = False) -> Due.Status | None:
    """Perform a claimed row under its lease and record how it ended, if it is still ours.

    Args:
        stopping: asked at every `lease.keep()`; true sends the row back to the queue.
        raising: let an unexpected error through after it was recorded (for tests).

    Returns:
        The row's new status, None when the lease was lost and nothing was recorded.
    """
    lease = Lease(row, stopping)
    row.leased = True
    try:
        with heartbeat(lease):
            row.perform(lease)
    except LeaseLost:
        log.warning("%s %s went to another process; its result here is dropped", row._meta.label, row.pk)
        return None
    except Cancelled:
        status = _end(lease, Due.Status.CANCELLED)
        if status is not None:
            row.lease_abandoned()
        return status
    except Stopped:
        return _again(lease)
    except Later as later:
        return _again(lease, later.seconds)
    except Exception as error:
        status = _failed(lease, error)
        if raising:
            raise
        return status
    except BaseException:
        _again(lease)
        raise
    finally:
        row.leased = False
    return _end(lease, Due.Status.DONE)


def _record(lease: Lease, status: Due.Status, **columns: object) -> Due.Status | None:
    return _let_go(lease.mine(), status, **columns)


def _let_go(rows: QuerySet[Due], status: Due.Status, **columns: object) -> Due.Status | None:
    """Write the new status of the one row, without an owner. Where only one of a kind may wait and another
    does, that one serves in its place and this one is cancelled. None when the row was not ours any more."""
    free: dict[str, object] = {"owner": "", "lease_until": None}
    try:
        with transaction.atomic():
            return status if rows.update(status=status, **free, **columns) else None
    except IntegrityError:
        ended = Due.Status.CANCELLED
        free |= {"error": "another one waits in its place", "finished_at": timezone.now()}
        return ended if rows.update(status=ended, **free) else None


def _end(lease: Lease, status: Due.Status, sentence: str = "") -> Due.Status | None:
    now = timezone.now()
    return _record(
        lease, status, error=sentence, refused=bool(sentence), finished_at=now, cancel_requested=False
    )


def _again(lease: Lease, seconds: float = 0) -> Due.Status | None:
    return _record(lease, Due.Status.WAITING, due_at=timezone.now() + timedelta(seconds=seconds))


def _failed(lease: Lease, error: Exception) -> Due.Status | None:
    row = lease.row
    sentence = getattr(error, "sentence", None)  # a Refused: the rule said no, trying again cannot mend it
    if sentence is not None:
        return _end(lease, Due.Status.DEAD, str(sentence))
    where = scrubbed(error)
    log.error("%s %s failed: %s\n%s", row._meta.label, row.pk, where, _frames(error))
    failures = row.failures + 1
    if failures >= row.max_attempts:
        return _record(lease, Due.Status.DEAD, error=where, failures=failures, finished_at=timezone.now())
    due_at = timezone.now() + timedelta(seconds=backoff(failures))
    return _record(lease, Due.Status.WAITING, error=where, failures=failures, due_at=due_at)


def backoff(failures: int) -> float:
    """Seconds to wait after so many failures: 10, 20, 40 ... at most an hour, give or take a fifth."""
    return float(min(10 * 2 ** min(failures - 1, 12), 3600) * random.uniform(0.8, 1.2))  # noqa: S311


def scrubbed(error: BaseException) -> str:
    """What may be kept of an error: its type and place, never its text, which may quote personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(PACKAGE)]
    if not ours:
        return type(error).__name__
    place = Path(ours[-1].filename).relative_to(Path(PACKAGE).parent)
    return f"{type(error).__name__} at {place}:{ours[-1].lineno}"


def _frames(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return "".join(f"  {frame.filename}:{frame.lineno} {frame.name}\n" for frame in frames)


def reap(now: datetime | None = None) -> int:
    """Give back the rows whose lease ran out or whose process died on this machine. Any process may call it.

    Returns:
        How many rows were given back.
    """
    now = now or timezone.now()
    count = 0
    owners: set[str] = set()
    for model in kinds():
        running = model._base_manager.filter(status=Due.Status.RUNNING)
        names = set(running.values_list("owner", flat=True).distinct())
        owners |= names
        gone = Q(lease_until__lt=now) | Q(owner__in=[name for name in names if alive.is_dead(name)])
        for row in running.filter(gone):
            same = running.filter(gone, pk=row.pk, attempt=row.attempt)
            if row.lapses < MAX_LAPSES:
                status = _let_go(same, Due.Status.WAITING, due_at=now, lapses=row.lapses + 1)
            else:
                status = _let_go(same, Due.Status.DEAD, error="the process was killed", finished_at=now)
            count += status is not None
    alive.sweep(keep=owners)
    return count
