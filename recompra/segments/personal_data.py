"""What this room holds about people: nothing in its tables. Who is in a segment stands in the warehouse,
under a key that leads nowhere once a person is forgotten. A list is made for who asked, then goes."""

from __future__ import annotations

from datetime import datetime

from recompra.segments.export.file import LISTS
from recompra.segments.models import ListExport
from recompra.theme.personal import Declared, columns

PERSONAL: tuple[Declared, ...] = ()
NOT_PERSONAL = frozenset(
    columns("segments.Segment", "public_id name folder description rule ready_code broken")
    + columns("segments.SegmentDraft", "content before seen")
    + columns("segments.SegmentSize", "day")
    + columns("segments.SegmentRefresh", "reason as_of version marks")
    + columns("segments.ListExport", "question told columns sort use destination format reason left_out")
    + columns("segments.ListColumns", "names")
)


def busy(before: datetime) -> bool:
    """Whether a list asked for before then is being written."""
    return ListExport.objects.filter(status=ListExport.Status.RUNNING, created_at__lt=before).exists()


def clear() -> dict[str, int]:
    """Delete the lists that were made: they name people."""
    return {"segments.lists": LISTS.delete_all()}
