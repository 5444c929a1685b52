"""Everybody's scores as of today: asked for after an import, at night and when the cuts change."""

from __future__ import annotations

import datetime as dt

import ibis
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from recompra.analytics.customer_summary import customer_summary
from recompra.analytics.rfm import rfm
from recompra.customers import cuts
from recompra.customers.identity.unseen import people_orders
from recompra.customers.models import Refresh, RfmCuts
from recompra.customers.standing import publish
from recompra.customers.xray import typical
from recompra.warehouse.engine import Engine, WriterBusy, engine
from recompra.warehouse.schema import TABLES
from recompra.work.lease import Later, Lease

SCORING, PUBLISHING = gettext_noop("computing the scores"), gettext_noop("publishing the scores")
TURN_SECONDS = 2


def request(reason: str) -> Refresh:
    """Ask for a refresh. One that already waits serves this wish too: it reads the facts later."""
    waiting = Refresh.objects.filter(status=Refresh.Status.WAITING, cancel_requested=False).first()
    return waiting or Refresh.objects.create(reason=reason)


def request_nightly() -> None:
    """The clock's call: recency grows by a day although nothing was sold."""
    request("clock")


def perform(row: Refresh, lease: Lease) -> None:
    """Compute, publish in the warehouse, then as standings. A second run only writes what the first left."""
    running = Refresh.objects.filter(status=Refresh.Status.RUNNING, pk__lt=row.pk)
    if running.exists():
        raise Later(TURN_SECONDS)
    facts = engine(settings.WAREHOUSE_URL)
    if not facts.version():
        return
    row.as_of = timezone.localdate()
    lease.progress(0, 0, SCORING)
    try:
        chosen = score(facts, row.as_of)
    except WriterBusy:
        raise Later(TURN_SECONDS) from None
    row.cuts_version = chosen.version
    lease.progress(0, 0, PUBLISHING)
    row.people, row.changed = publish(facts, lease)
    typical.renew(facts, row.as_of)
    row.save()


def score(facts: Engine, as_of: dt.date) -> RfmCuts:
    """Publish the `scores` table of the warehouse as of a day, and say by which cuts."""
    chosen = cuts.settle(facts, as_of)
    summary = customer_summary(people_orders(), as_of=as_of, window_days=chosen.window_days)
    scored = rfm(summary, cuts.edges_of(chosen)).mutate(
        as_of=ibis.literal(as_of), cuts_version=ibis.literal(chosen.version).cast("int64")
    )
    facts.replace("scores", scored.select(*TABLES["scores"].columns))
    return chosen
