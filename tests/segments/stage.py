"""Publishes what segments know of people, as the refresh does: profiles and people, from records and scores."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from django.conf import settings

from recompra.segments.models import SegmentRefresh
from recompra.segments.profiles import publish
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES
from recompra.work.claim import claim
from recompra.work.lease import Lease


def publish_people(folder: Path) -> None:
    """`profiles` from the records as they are now, and `people` beside the scores."""
    row = SegmentRefresh.objects.create(reason="test")
    (mine,) = claim(SegmentRefresh, "test", only=row.pk)
    path = folder / "profiles.parquet"
    publish(path, Lease(mine))
    facts = engine(settings.WAREHOUSE_URL)
    facts.replace("profiles", pq.read_table(path))
    profiles, scores = TABLES["profiles"], TABLES["scores"].drop("as_of", "cuts_version")
    both = profiles.left_join(scores, profiles.customer_key == scores.customer_key)
    facts.replace("people", both.select(*TABLES["people"].columns))
    SegmentRefresh.objects.filter(pk=row.pk).update(status=SegmentRefresh.Status.DONE)
