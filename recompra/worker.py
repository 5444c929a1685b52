"""The background process: claims rows that are due, gives back those of dead processes, keeps the clock."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

from django.db import DatabaseError, connections
from django.utils import timezone

from recompra.work import alive
from recompra.work.claim import claim, kinds, reap, run
from recompra.work.clock import strike
from recompra.work.garbage import seldom
from recompra.work.models import Worker

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
ROUND_SECONDS = 15.0
FINISH_SECONDS = 15.0
EXIT_SECONDS = 23.0


class Loop:
    """One worker: `stop()` lets the row in hand finish for some seconds, then sends it back to the queue."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.owner = alive.owner()
        self._must_yield_at = float("inf")

    def stop(self) -> None:
        self._must_yield_at = time.monotonic() + FINISH_SECONDS
        self.stopping.set()

    def must_yield(self) -> bool:
        return time.monotonic() >= self._must_yield_at

    def turn(self) -> int:
        """One row of each kind that has one due. Returns how many were run."""
        count = 0
        for model in kinds():
            if self.stopping.is_set():
                break
            for row in claim(model, self.owner):
                status = run(row, stopping=self.must_yield)
                log.info("%s %s: %s", row._meta.label, row.pk, status or "lost")
                count += 1
        return count

    def rounds(self) -> None:
        """What is looked after every few seconds: the sign of life, the rows of the dead, the clock."""
        now = timezone.now()
        Worker.objects.update_or_create(owner=self.owner, defaults={"seen_at": now})
        Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
        if given_back := reap():
            log.warning("%d rows of a dead process were given back", given_back)
        for name in strike():
            log.info("the clock asked for %s", name)

    def _patiently(self, act: Callable[[], object]) -> bool:
        """Do it; a database that does not answer is logged only. Says whether anything was done."""
        try:
            return bool(act())
        except DatabaseError as error:
            log.error("the database does not answer (%s), trying again", type(error).__name__)
            return False
        finally:
            connections.close_all()

    def _make_rounds(self) -> None:
        while not self.stopping.is_set():
            self._patiently(self.rounds)
            self.stopping.wait(ROUND_SECONDS)

    def run_until_stopped(self) -> None:
        rounds = threading.Thread(target=self._make_rounds, name="rounds", daemon=True)
        rounds.start()
        while not self.stopping.is_set():
            if not self._patiently(self.turn):
                self.stopping.wait(POLL_SECONDS)
        rounds.join(timeout=5)
        self._patiently(Worker.objects.filter(owner=self.owner).delete)
        alive.leave()


def run_forever() -> None:
    """Work until SIGTERM or SIGINT, then end within 25 seconds."""
    loop = Loop()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        loop.stop()
        last_resort = threading.Timer(EXIT_SECONDS, os._exit, (1,))
        last_resort.daemon = True
        last_resort.start()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    seldom()
    log.info("the worker is ready")
    loop.run_until_stopped()
