"""A shop imports files while its processes are killed: `python -m tests.stories.drill FOLDER KILLS SEED`.

Every process is a fork of this one, which has everything imported and nothing open: so a kill costs little.
Prints what the shop holds in the end, in figures that do not depend on its random keys, as JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

PATIENCE = 120.0
PAST_RETRIES = dt.timedelta(minutes=10)


def main(folder: str, kills: str, seed: str) -> None:
    django.setup()
    from recompra.ingest import commands  # noqa: F401 (so that the forks need not import)
    from recompra.worker import run_forever

    chance = random.Random(int(seed))
    files = sorted(Path(folder).glob("*.csv"))
    left = int(kills)
    hits = 0
    for number, file in enumerate(files):
        if left and number % 2:  # the command line's own process is killed while it imports
            hit = killed(lambda file=file: by_hand(file), chance.uniform(0.05, 0.6))  # type: ignore[misc]
            hits, left = hits + hit, left - hit  # on a fast machine it may have ended before
        forked(lambda file=file: receive(file))  # type: ignore[misc]
        share = left if file == files[-1] else min(left, -(-int(kills) // len(files)))
        for _kill in range(share):
            hits += killed(run_forever, chance.uniform(0.05, 0.9))
        left -= share
        worker = fork(run_forever)
        settled(worker)
        os.kill(worker, signal.SIGTERM)
        os.waitpid(worker, 0)
    forked(bring_up_to_date)
    forked(lambda: print(json.dumps(holdings() | {"hits": hits}), flush=True))


def fork(act: Callable[[], object]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        act()
        code = 0
    finally:
        sys.stdout.flush()
        os._exit(code)


def forked(act: Callable[[], object]) -> None:
    """Do it in a process of its own and wait for its end."""
    _pid, status = os.waitpid(fork(act), 0)
    if status:
        sys.exit(f"{act} failed")


def killed(act: Callable[[], object], seconds: float) -> bool:
    """Do it in a process of its own that is killed after some time; whether it was still at it."""
    pid = fork(act)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def receive(file: Path) -> None:
    """The upload page's part: the files are taken in, the worker does the rest."""
    from recompra.ingest.start import start

    start("csv", [file])


def by_hand(file: Path) -> None:
    """What `recompra import` does."""
    from recompra.ingest.start import start
    from recompra.work.drain import finish

    finish(start("csv", [file]))


def settled(worker: int) -> None:
    """Wait until nothing waits or runs."""
    until = time.monotonic() + PATIENCE
    while os.waitpid(fork(is_busy), 0)[1]:
        if time.monotonic() > until or os.waitpid(worker, os.WNOHANG)[0]:
            sys.exit("the worker does not come to an end")
        time.sleep(0.3)


def is_busy() -> None:
    """Leaves with an error while there is work: what is due much later (the next search for duplicates) is
    not waited for."""
    from django.utils import timezone

    from recompra.work.claim import kinds

    soon = timezone.now() + PAST_RETRIES
    for model in kinds():
        if model._base_manager.filter(status__in=model.LIVE, due_at__lt=soon).exists():
            os._exit(3)


def bring_up_to_date() -> None:
    """What the clock asks for every minute: a run that ended within one has not come to it."""
    from recompra.predictions import wishes
    from recompra.predictions.models import PredictionRefresh
    from recompra.segments.models import SegmentRefresh
    from recompra.segments.upkeep import fresh
    from recompra.work.drain import drain

    wishes.ask("load")
    drain(PredictionRefresh, raising=True)
    fresh.ask("load")
    drain(SegmentRefresh, raising=True)


def holdings() -> dict[str, Any]:
    """What the shop holds: rows and sums of the facts, people with their purchases, works that failed. Left
    out is who came into a segment and left it: that hangs on how often it was looked."""
    from django.conf import settings

    from recompra.customers.models import ContactPoint, Customer, Standing
    from recompra.ingest.models import QuarantinedRow
    from recompra.warehouse.engine import engine
    from recompra.warehouse.schema import order_items, orders
    from recompra.work.claim import kinds

    facts = engine(settings.WAREHOUSE_URL)
    people = orders.group_by("customer_key").aggregate(orders=orders.count(), net=orders.net.sum())
    days = order_items.group_by("ordered_on").aggregate(lines=order_items.count(), net=order_items.net.sum())
    return {
        "rows": {table: rows for table, rows in facts.check()["rows"].items() if table != "moves"},
        "people": sorted((row["orders"], str(row["net"])) for row in facts.rows(people)),
        "days": sorted((str(row["ordered_on"]), row["lines"], str(row["net"])) for row in facts.rows(days)),
        "names": sorted(Customer.objects.values_list("name", flat=True)),
        "contacts": sorted(ContactPoint.objects.values_list("match_key", flat=True)),
        "standings": sorted(str(pair) for pair in Standing.objects.values_list("ltv", "orders")),
        "quarantined": QuarantinedRow.objects.values("line", "code").distinct().count(),
        "lapses": sum(row.lapses for kind in kinds() for row in kind._base_manager.all()),
        "dead": [str(row) for kind in kinds() for row in kind._base_manager.filter(status="dead")],
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
