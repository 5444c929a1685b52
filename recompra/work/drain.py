"""Doing what is due here and now, in this process: for the command line and the tests."""

from __future__ import annotations

import time
from collections.abc import Callable

from recompra.work import alive
from recompra.work.claim import Row, claim, kinds, reap, run
from recompra.work.models import Due


def drain(*models: type[Due], timeout: float | None = None, raising: bool = False) -> int:
    """Run what is due of these kinds (none given: of every kind) until nothing is.

    Args:
        timeout: seconds after which no further row is begun.
        raising: let the first unexpected error of a row through (for tests).

    Returns:
        How many rows were run. Rows that wait for a later time, or for another try, are left.
    """
    until = None if timeout is None else time.monotonic() + timeout
    count = 0
    found = True
    while found:
        found = False
        for model in models or kinds():
            for row in claim(model, alive.owner()):
                run(row, raising=raising)
                count += 1
                found = True
            if until is not None and time.monotonic() >= until:
                return count
    return count


def finish(row: Row, watch: Callable[[Row], None] | None = None, poll: float = 0.2) -> Row:
    """See this row to its end: do it here, or wait for the process that has it.

    Args:
        watch: called with the fresh row while another process works on it.

    Returns:
        The row as it ended (`status` done, dead or cancelled).
    """
    model = type(row)
    while True:
        for mine in claim(model, alive.owner(), only=row.pk):
            run(mine)
        fresh = model._base_manager.get(pk=row.pk)
        if not fresh.is_live:
            return fresh
        if watch is not None:
            watch(fresh)
        time.sleep(poll)
        reap()
