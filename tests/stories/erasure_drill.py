"""A shop forgets person after person, and is killed at another boundary each time:
`python -m tests.stories.erasure_drill CSV PEOPLE`.

Every process is a fork of this one, which has everything imported and nothing open. Prints what is left.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

from tests.stories.drill import fork, forked


def main(file: str, people: str) -> None:
    django.setup()
    from recompra.ingest import commands  # noqa: F401 (so that the forks need not import)

    forked(lambda: bring(Path(file)))
    killed, calm = 0, 0
    for number in range(1, int(people) + 1):
        code = os.waitpid(fork(lambda number=number: erase(number, number)), 0)[1]  # type: ignore[misc]
        killed += os.WIFSIGNALED(code)
        calm += code == 0
        forked(resume)
    forked(lambda: print(json.dumps(left() | {"killed": killed, "calm": calm}), flush=True))


def bring(file: Path) -> None:
    from recompra.ingest.models import Publication
    from recompra.ingest.start import start
    from recompra.work.drain import drain, finish

    run = finish(start("csv", [file]))
    drain(Publication)
    assert run.status == "done", run.error


def erase(number: int, boundary: int) -> None:
    """Forget one person, and die at this boundary: before or after one of the transactions."""
    from recompra.customers.models import Customer
    from recompra.privacy.erasure.erase import request_erasure
    from recompra.privacy.models import Erasure
    from recompra.work.drain import drain

    row = request_erasure(Customer.objects.get(name=f"Pessoa {number:03}"), by=None)
    die_at(boundary)
    drain(Erasure)
    row.refresh_from_db()
    assert row.status == "done", row.error


def die_at(boundary: int) -> None:
    from recompra.privacy.erasure import ledger
    from recompra.work.lease import Lease

    passed = 0
    step, write = Lease.step, ledger.write

    def pass_one() -> None:
        nonlocal passed
        passed += 1
        if passed == boundary:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def deadly(lease: Lease) -> Iterator[None]:
        pass_one()
        with step(lease):
            yield
        pass_one()

    def deadly_write(row: Any) -> None:
        pass_one()
        write(row)
        pass_one()

    Lease.step, ledger.write = deadly, deadly_write  # type: ignore[method-assign, assignment]


def resume() -> None:
    """What the next worker does."""
    from recompra.privacy.models import Erasure
    from recompra.work.claim import reap
    from recompra.work.drain import drain

    reap()
    drain(Erasure)


def left() -> dict[str, Any]:
    from django.conf import settings

    from recompra.accounts.audit import first_break
    from recompra.accounts.models import AccessLog
    from recompra.customers.keys import CustomerKey
    from recompra.customers.models import ContactPoint, Customer
    from recompra.ingest.models import QuarantinedRow, SeenPerson
    from recompra.privacy.erasure import ledger
    from recompra.privacy.models import ErasedIdentifier, Erasure
    from recompra.warehouse.engine import engine
    from recompra.warehouse.schema import orders

    facts = engine(settings.WAREHOUSE_URL)
    tables = (Customer, ContactPoint, CustomerKey, SeenPerson, QuarantinedRow)
    return {
        "rows": {model._meta.label: model._base_manager.count() for model in tables},
        "states": sorted(set(Erasure.objects.values_list("status", "step"))),
        "erasures": Erasure.objects.count(),
        "receipts": sorted(
            {json.dumps(row.receipt["deleted"], sort_keys=True) for row in Erasure.objects.all()}
        ),
        "evidence": AccessLog.objects.filter(action="erased").count(),
        "log_breaks": first_break(),
        "hashes": ErasedIdentifier.objects.count(),
        "ledger": len(ledger.entries()),
        "ledger_hashes": sum(len(entry.identifiers) for entry in ledger.entries()),
        "orders": len(facts.rows(orders)),
        "net": str(sum(row["net"] for row in facts.rows(orders))),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
