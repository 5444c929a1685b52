"""Everybody's scores as of today: asked for after an import, at night and when the cuts change."""

from __future__ import annotations

import ibis
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from recompra.analytics.customer_summary import customer_summary
from recompra.analytics.rfm import rfm
from recompra.customers import cuts
from recompra.customers.models import Refresh, RfmCuts
from recompra.customers.standing import publish
from recompra.warehouse.engine import Engine, engine
from recompra.warehouse.schema import TABLES, orders
from recompra.work.lease import Later, Lease

SCORING, PUBLISHING = gettext_noop("computing the scores"), gettext_noop("publishing the scores")
TURN_SECONDS = 2


def request(reason: str) -> Refresh:
    """Ask for a refresh. One that already waits serves this wish too: it will read the facts as they are then."""
    waiting = Refresh.objects.filter(status=Refresh.Status.WAITING, cancel_requested=False).first()
    return waiting or Refresh.objects.create(reason=reason)


def request_nightly() -> None:
    """The clock's call: recency grows by a day although nothing was sold."""
    request("clock")


def perform(row: Refresh, lease: Lease) -> None:
    """Compute, publish in the warehouse, then as standings. Running it again only repeats what is left to do."""
    running = Refresh.objects.filter(status=Refresh.Status.RUNNING, pk__lt=row.pk)
    if running.exists():
        raise Later(TURN_SECONDS)
    facts = engine(settings.WAREHOUSE_URL)
    if not facts.version():
        return
    row.as_of = timezone.localdate()
    lease.progress(0, 0, SCORING)
    chosen = score(facts, row)
    row.cuts_version = chosen.version
    lease.progress(0, 0, PUBLISHING)
    row.people, row.changed = publish(facts, lease)
    row.save()


def score(facts: Engine, row: Refresh) -> RfmCuts:
    """Publish the `scores` table of the warehouse as of the row's day, with the cuts in force or new automatic ones."""
    assert row.as_of is not None
    chosen = cuts.settle(facts, row.as_of)
    summary = customer_summary(orders, as_of=row.as_of, window_days=chosen.window_days)
    scored = rfm(summary, cuts.edges_of(chosen)).mutate(
        as_of=ibis.literal(row.as_of), cuts_version=ibis.literal(chosen.version).cast("int64")
    )
    facts.replace("scores", scored.select(*TABLES["scores"].columns))
    return chosen
