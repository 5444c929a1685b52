"""Publishes what segments know of people, by the shop's own refresh."""

from __future__ import annotations

from recompra.segments.models import SegmentRefresh
from recompra.work.drain import drain


def publish_people() -> None:
    SegmentRefresh.objects.create(reason="load", is_full=True)
    drain(SegmentRefresh)
