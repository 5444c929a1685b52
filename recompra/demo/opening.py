"""Opens the demonstration shop: prepares the home, imports by the product's own way, computes the scores."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from recompra.calls import wishes as calls
from recompra.calls.models import CallRefresh
from recompra.ingest.models import ImportRun
from recompra.ingest.start import start
from recompra.predictions import wishes as predictions
from recompra.predictions.models import PredictionRefresh
from recompra.segments import ready
from recompra.segments.models import SegmentRefresh
from recompra.segments.upkeep import fresh
from recompra.theme.refused import Refused
from recompra.work.drain import drain, finish

LETTERS = "abcdefghijkmnopqrstuvwxyz23456789"


def prepare() -> None:
    """Home, tables, cache table and ready segments, as `recompra setup` makes them."""
    Path(settings.RECOMPRA_HOME).mkdir(parents=True, exist_ok=True, mode=0o700)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    ready.make()


def opened() -> bool:
    """Whether an import has been published here before."""
    return ImportRun.objects.filter(stage=ImportRun.Stage.PUBLISHED).exists()


def bring_in(sales: Path, beside: Sequence[Path] = ()) -> dict[str, Any]:
    """Import the sales file and those beside it, publish, compute everybody's standing. Returns the report of
    the sales."""
    run = _imported(sales)
    for path in beside:
        _imported(path)
    drain()
    run.refresh_from_db()
    report: dict[str, Any] = run.report
    return report


def look_ahead() -> None:
    """Predict, find who is in which segment and say whom to call: what the worker would do in its first hour,
    so that the first page that is opened has it already."""
    predictions.ask("load")
    drain(PredictionRefresh)
    fresh.ask("load")  # segments ask for what was predicted
    drain(SegmentRefresh)
    calls.ask("load")
    drain(CallRefresh)


def _imported(path: Path) -> ImportRun:
    run = finish(start("parquet" if path.suffix == ".parquet" else "csv", [path]))
    if run.status != ImportRun.Status.DONE:
        raise Refused(run.error or run.get_status_display())
    return run


def password() -> str:
    """Three groups of four letters and digits: 60 bits, easy to type once."""
    return "-".join("".join(secrets.choice(LETTERS) for _place in range(4)) for _group in range(3))
