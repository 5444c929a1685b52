"""A process that works on chores, for the tests that kill such processes: `python -m tests.work.labour WHAT`.

prepare N: make the tables and N chores. work: do what is due until nothing waits or runs. Each one done adds
one line to the file EFFECTS, which stands for an effect on the outside.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import django


def main(what: str, *rest: str) -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from recompra.work import alive, claim
    from tests.work.chore import Chore

    claim.kinds = lambda: [Chore]  # type: ignore[list-item]
    if what == "prepare":
        call_command("migrate", "work", verbosity=0)
        with connection.schema_editor() as editor:
            editor.create_model(Chore)
        Chore.objects.bulk_create(Chore() for _number in range(int(rest[0])))
        return

    effects = os.open(Path(os.environ["EFFECTS"]), os.O_WRONLY | os.O_APPEND)

    def deed(row: Chore, lease: object) -> None:
        time.sleep(0.002)
        os.write(effects, f"{row.pk}\n".encode())
        Chore.objects.filter(pk=row.pk).update(count=1)

    Chore.deed = deed  # type: ignore[assignment]
    while Chore.objects.filter(status__in=Chore.LIVE).exists():
        claim.reap()
        for row in claim.claim(Chore, alive.owner(), limit=5):
            claim.run(row)


if __name__ == "__main__":
    main(*sys.argv[1:])
