"""A saved group of people, its size over time, and the work that keeps it. One file a subject."""

from recompra.segments.models.draft import SegmentDraft
from recompra.segments.models.export import ListColumns, ListExport
from recompra.segments.models.refresh import SegmentRefresh
from recompra.segments.models.segment import Segment, SegmentSize

__all__ = ["ListColumns", "ListExport", "Segment", "SegmentDraft", "SegmentRefresh", "SegmentSize"]
