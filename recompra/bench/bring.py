"""One import in this process, its parts timed one by one, without the start of the process."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from django.utils.translation import gettext as _

from recompra.customers.models import Refresh
from recompra.ingest.models import ImportRun, Publication
from recompra.ingest.start import start
from recompra.theme.refused import Refused
from recompra.work.drain import drain, finish

Result = TypeVar("Result")


@click.command(hidden=True, help=_("Used by “bench import” in its own home."))
@click.argument("path", type=click.Path(path_type=Path))
def bring(path: Path) -> None:
    """Answers {"import": {seconds, cpu}, "refresh": {seconds, cpu}, "report": the import's}."""
    run, importing = timed(lambda: imported(path))
    _count, refreshing = timed(lambda: drain(Refresh, raising=True))
    click.echo(json.dumps({"import": importing, "refresh": refreshing, "report": run.report}))


def imported(path: Path) -> ImportRun:
    """The run of this CSV, published. Raises Refused when it ended otherwise."""
    run = finish(start("csv", [path]))
    drain(Publication, raising=True)
    run.refresh_from_db()
    if run.stage != ImportRun.Stage.PUBLISHED:
        raise Refused(run.error or run.get_stage_display())
    return run


def timed(act: Callable[[], Result]) -> tuple[Result, dict[str, float]]:
    """What the act gives, and its seconds on the wall and of the CPU."""
    begun, spent = time.perf_counter(), time.process_time()
    given = act()
    return given, {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - spent}
