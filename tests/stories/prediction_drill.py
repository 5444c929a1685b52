"""A shop is predicted for while the worker is killed: `python -m tests.stories.prediction_drill`.

Each kill comes at another moment that matters: while it learns, and while the new generation is written.
Prints what was told in the end, and what a calm refresh of the same day tells, as JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
from pathlib import Path
from typing import Any

import django

from tests.stories.drill import fork, forked


def main() -> None:
    django.setup()
    from recompra.warehouse.duck_draft import DuckDesk, DuckDraft
    from recompra.worker import run_forever

    forked(open_shop)
    moments: list[tuple[Any, str, int]] = [
        (DuckDesk, "hold", 12),  # half of it is computed
        (DuckDraft, "put", 2),  # one table of the coming generation is written, the others not
    ]
    for owner, name, count in moments:
        pid = fork(lambda owner=owner, name=name, count=count: (dies_in(owner, name, count), run_forever()))  # type: ignore[misc]
        _pid, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            raise SystemExit(f"the worker was not killed in {name}")
    forked(see_to_its_end)
    forked(lambda: print(json.dumps(told()), flush=True))
    forked(ask)
    forked(see_to_its_end)
    forked(lambda: print(json.dumps(told()), flush=True))


def dies_in(owner: Any, name: str, count: int) -> None:
    """This process is killed when it does this thing for the so-manieth time."""
    act, left = getattr(owner, name), [count]

    def last(*given: Any, **named: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return act(*given, **named)

    setattr(owner, name, last)


def open_shop() -> None:
    """Sales of some months, of nothing that has a name, and the wish to know what comes."""
    from django.conf import settings
    from django.utils import timezone

    from recompra.warehouse.engine import engine
    from tests.predictions import rhythmic

    folder = Path(settings.RECOMPRA_HOME) / "files"
    store = engine(settings.WAREHOUSE_URL)
    rhythmic.fill(store, folder, timezone.localdate(), days=240, people=90, products=0)
    ask()


def ask() -> None:
    from recompra.predictions import wishes

    wishes.ask("person")


def see_to_its_end() -> None:
    """What `recompra models refresh` does: the row is given back by whoever is dead, and done."""
    from recompra.predictions.models import PredictionRefresh
    from recompra.work.drain import finish

    finish(PredictionRefresh.objects.order_by("-pk")[0])


def told() -> dict[str, Any]:
    from django.conf import settings

    from recompra.predictions.models import ModelRecord, PredictionRefresh
    from recompra.warehouse.engine import engine
    from recompra.warehouse.schema import predictions, product_figures, product_pairs

    facts, home = engine(settings.WAREHOUSE_URL), Path(settings.RECOMPRA_HOME)
    rows = [
        facts.rows(table.order_by(table.columns[:2]))
        for table in (predictions, product_figures, product_pairs)
    ]
    row = PredictionRefresh.objects.order_by("-pk")[0]
    records = ModelRecord.objects.order_by("name", "version")
    return {
        "status": row.status,
        "people": row.people,
        "lapses": row.lapses,
        "rows": hashlib.sha256(repr(rows).encode()).hexdigest(),
        "records": [[one.name, one.version, one.parameters, one.accuracy, one.is_shown] for one in records],
        "left": [one.name for one in (home / "predicted").iterdir()],
        "drafts": [one.name for one in (home / "facts").glob("*.tmp*")],
    }


if __name__ == "__main__":
    main()
