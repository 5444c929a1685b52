"""The lease: the right to do one row of work for a while, fenced so that a late worker changes nothing."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from recompra.work.models import Due

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BEAT_SECONDS = 15.0
LOOK_SECONDS = 0.2
SHOW_SECONDS = 0.5


class Cancelled(Exception):
    """Somebody asked to cancel this work. Clean up and let it through."""


class LeaseLost(Exception):
    """Another process has this work now. Change nothing more and let it through."""


class Stopped(Exception):
    """The process is going down. The row goes back to the queue; let it through."""


class Later(Exception):
    """Raised by `perform`: not yet, ask again after `seconds`. Counts as no failure."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Lease:
    """Held by `perform` while it works on its row; `owner` and `attempt` together are the fence."""

    def __init__(self, row: Due, stopping: Callable[[], bool] = lambda: False) -> None:
        self.row = row
        self.owner = row.owner
        self.attempt = row.attempt
        self.lost = threading.Event()
        self._stopping = stopping
        self._looked = self._shown = float("-inf")
        self._phase = row.progress_phase

    def mine(self) -> QuerySet[Due]:
        """The row, as long as it is ours: every write of the lease goes through this filter."""
        return type(self.row)._base_manager.filter(
            pk=self.row.pk, owner=self.owner, attempt=self.attempt, status=Due.Status.RUNNING
        )

    def extend(self) -> None:
        """Push the lease's end forward.

        Raises: LeaseLost when the row is no longer ours.
        """
        if not self.mine().update(lease_until=timezone.now() + LEASE):
            self.lost.set()
            raise LeaseLost

    def keep(self) -> None:
        """Call between steps, as often as you like: it looks at the database five times a second at most.

        Raises: Cancelled, LeaseLost, Stopped. Let them through.
        """
        if self.lost.is_set():
            raise LeaseLost
        if self._stopping():
            raise Stopped
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        cancel = self.mine().values_list("cancel_requested", flat=True).first()
        if cancel is None:
            self.lost.set()
            raise LeaseLost
        if cancel:
            raise Cancelled

    @contextmanager
    def step(self) -> Iterator[None]:
        """One transaction that commits only while the lease is ours: a chunk of work with its cursor.

        Raises: as `keep`, before anything was written.
        """
        self.keep()
        with transaction.atomic():
            self.extend()
            yield

    def progress(self, done: int, total: int | None = None, phase: str | None = None) -> None:
        """Show how far the work is: written twice a second at most, and at once when the phase changes or all
        is done. `phase` is an English msgid of the room. Also keeps the lease: raises as `keep`."""
        self.keep()
        now = time.monotonic()
        ends = total is not None and done >= total
        if now - self._shown < SHOW_SECONDS and not ends and phase in (None, self._phase):
            return
        self._shown = now
        shown: dict[str, object] = {"progress_done": done, "lease_until": timezone.now() + LEASE}
        if total is not None:
            shown["progress_total"] = total
        if phase is not None:
            self._phase = shown["progress_phase"] = phase
        if not self.mine().update(**shown):
            self.lost.set()
            raise LeaseLost


@contextmanager
def heartbeat(lease: Lease) -> Iterator[None]:
    """Extends the lease from a thread of its own while the block runs. A beat that fails is only logged: the
    next one may succeed, and the lease outlives three of them."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            try:
                lease.extend()
            except LeaseLost:
                return
            except DatabaseError as error:
                log.warning(
                    "a heartbeat failed (%s), the next one is in %d s", type(error).__name__, BEAT_SECONDS
                )
            finally:
                connection.close()

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
