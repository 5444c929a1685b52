"""Publishes what segments know of people, by the shop's own refresh."""

from __future__ import annotations

from pathlib import Path

from recompra.segments.models import SegmentRefresh
from recompra.work.drain import drain


def publish_people(_folder: Path | None = None) -> None:
    """`profiles` from the records as they are now, and `people` beside the scores."""
    SegmentRefresh.objects.create(reason="load", is_full=True)
    drain(SegmentRefresh, raising=True)
