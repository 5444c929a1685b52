"""What this room holds about people: nothing in its tables. Who is in a segment stands in the warehouse,
under a key that leads nowhere once a person is forgotten."""

from __future__ import annotations

from recompra.theme.personal import Declared, columns

PERSONAL: tuple[Declared, ...] = ()
NOT_PERSONAL = frozenset(
    columns("segments.Segment", "name folder description rule ready_code broken")
    + columns("segments.SegmentDraft", "content before seen")
    + columns("segments.SegmentSize", "day")
    + columns("segments.SegmentRefresh", "reason as_of version marks")
    + columns("segments.ListExport", "question told columns sort use destination format reason left_out")
    + columns("segments.ListColumns", "names")
)
