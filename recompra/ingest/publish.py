"""The one writer's turn: batches that are ready go into the warehouse, then everybody's standing is asked
for.
"""

from __future__ import annotations

import shutil

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from recompra.customers import refresh
from recompra.customers.identity import search
from recompra.ingest.facts import batch_of
from recompra.ingest.models import ImportRun, Publication
from recompra.ingest.report import settle
from recompra.theme.refused import Refused
from recompra.warehouse.engine import engine
from recompra.warehouse.load import Applied, BrokenBatch, NoRoom, WriterBusy
from recompra.work.lease import Later, Lease
from recompra.work.wishes import ask_once

PUBLISHING = gettext_noop("publishing the facts")
TURN_SECONDS = 0.5


def ask() -> None:
    """A publication will come. One that already waits serves this wish too: it reads the ready runs later."""
    ask_once(Publication, priority=10)


def perform(row: Publication, lease: Lease) -> None:
    """Apply every ready batch in one generation. Applied twice, a batch changes nothing and tells its
    first counts.
    """
    if Publication.objects.filter(status=Publication.Status.RUNNING, pk__lt=row.pk).exists():
        raise Later(TURN_SECONDS)
    runs = list(ImportRun.objects.filter(stage=ImportRun.Stage.READY).order_by("pk"))
    if not runs:
        return
    lease.progress(0, len(runs), PUBLISHING)
    try:
        applied = _applied(runs)
    except WriterBusy:
        raise Later(TURN_SECONDS) from None
    except NoRoom:
        raise Refused(_("The disk is full: nothing was published. Free some space and try again.")) from None
    changed = any(counts.written for each in applied.values() for counts in each.counts.values())
    with lease.step():
        for run in runs:
            if found := applied.get(run.pk):
                report = settle(run.report, found.counts) | {"generation": found.generation}
                ImportRun.objects.filter(pk=run.pk).update(stage=ImportRun.Stage.PUBLISHED, report=report)
        if changed:
            refresh.request("import")
            search.request("import")
    for run in runs:
        shutil.rmtree(run.place, ignore_errors=True)


def _applied(runs: list[ImportRun]) -> dict[int, Applied]:
    """{run id: what its batch did}. A batch that cannot be taken fails its own run only."""
    facts = engine(settings.WAREHOUSE_URL)
    try:
        applied = facts.apply_all([batch_of(run.place, run.batch) for run in runs])
        return {run.pk: each for run, each in zip(runs, applied, strict=True)}
    except BrokenBatch:
        return dict(found for run in runs if (found := _alone(run)) is not None)


def _alone(run: ImportRun) -> tuple[int, Applied] | None:
    try:
        return run.pk, engine(settings.WAREHOUSE_URL).apply(batch_of(run.place, run.batch))
    except BrokenBatch:
        ImportRun.objects.filter(pk=run.pk).update(
            stage=ImportRun.Stage.IDENTIFIED,
            status=ImportRun.Status.DEAD,
            error=_("The facts could not take this import."),
        )
        return None
