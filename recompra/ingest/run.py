"""The stages of an import, one after the other. Each can run again from any point; what was completed is
not repeated.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext_noop

from recompra.customers.models import Customer
from recompra.ingest import events, facts, goods, memberships, publish, visits
from recompra.ingest.desk import Desk, desk
from recompra.ingest.identify import identify
from recompra.ingest.known import recognise
from recompra.ingest.models import ImportRun, SeenPerson
from recompra.ingest.normalise import normalise
from recompra.ingest.quarantine import set_aside
from recompra.ingest.report import describe, settle
from recompra.ingest.room import room
from recompra.ingest.sources.catalog import sources
from recompra.ingest.stage import Unclear
from recompra.warehouse.engine import engine
from recompra.work.lease import Cancelled, Lease

Stage = ImportRun.Stage
CHUNK = 500
Act = Callable[[Desk], None]
WAYS: dict[str, tuple[Act, Act, Act]] = {
    "visits": (visits.normalise, recognise, visits.write),
    "events": (events.normalise, events.identify, events.write),
    "loyalty": (memberships.normalise, identify, memberships.write),
    "products": (goods.normalise, identify, facts.write),
}
"""{what a file holds: its own way}; sales and people go the common one."""


def perform(run: ImportRun, lease: Lease) -> None:
    """From the last completed stage to the end. Raises Refused for what no second try can mend."""
    if run.stage in (Stage.READY, Stage.PUBLISHED, Stage.COMPARED):
        return
    try:
        with room(), desk(run, lease) as opened:
            _go(opened)
    except Cancelled:
        forget(run)
        raise
    except Unclear as unclear:
        ImportRun.objects.filter(pk=run.pk).update(question=unclear.question)
        raise


def _go(opened: Desk) -> None:
    stages: tuple[tuple[str, str, Act], ...] = (
        (Stage.STAGED, gettext_noop("reading the files"), _read),
        (Stage.NORMALISED, gettext_noop("checking the rows"), lambda desk: _way(desk)[0](desk)),
        (Stage.IDENTIFIED, gettext_noop("identifying customers"), lambda desk: _way(desk)[1](desk)),
        (Stage.READY, gettext_noop("writing the facts"), _hand_over),
    )
    for number, (stage, phase, act) in enumerate(stages):
        opened.lease.progress(number, len(stages), phase)
        act(opened)
        if stage != Stage.READY:
            with opened.lease.step():
                ImportRun.objects.filter(pk=opened.run.pk).update(stage=stage)


def _way(opened: Desk) -> tuple[Act, Act, Act]:
    """How what the files hold is checked, identified and written."""
    return WAYS.get(opened.facts["holds"], (_check, identify, facts.write))


def _read(opened: Desk) -> None:
    sources()[opened.run.source].stage(opened)


def _check(opened: Desk) -> None:
    normalise(opened)
    facts.begin(opened)


def _hand_over(opened: Desk) -> None:
    """Write the facts, the rows set aside and the report; then the batch is ready for the one writer."""
    run = opened.run
    _way(opened)[2](opened)
    report = describe(opened)
    if run.dry_run:
        counts = engine(settings.WAREHOUSE_URL).compare(facts.batch_of(run.place, run.batch))
        with opened.lease.step():
            ImportRun.objects.filter(pk=run.pk).update(stage=Stage.COMPARED, report=settle(report, counts))
        opened.stop()
        opened.db.close()
        shutil.rmtree(run.place, ignore_errors=True)
        return
    set_aside(opened)
    with opened.lease.step():
        ImportRun.objects.filter(pk=run.pk).update(stage=Stage.READY, report=report)
        publish.ask()


def forget(run: ImportRun) -> None:
    """As if the import had not been: the customers it alone made, the rows it set aside and its files go.

    What it had already filled in on customers who were here before stays.
    """
    while made := list(
        SeenPerson.objects.filter(created_by=run.pk).values_list("customer_id", flat=True)[:CHUNK]
    ):
        Customer.objects.filter(pk__in=made).delete()
    run.quarantined.all().delete()
    shutil.rmtree(run.place, ignore_errors=True)
