"""Who is in which segment, kept up to date."""

from __future__ import annotations

from recompra.segments.models import SegmentRefresh
from recompra.work.lease import Lease


def perform(row: SegmentRefresh, lease: Lease) -> None:
    """Find everybody's segments anew."""
    raise NotImplementedError
