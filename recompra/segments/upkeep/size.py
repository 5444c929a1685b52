"""How many people a segment holds, what they spent and how many may be reached; and its size on each day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import F

from recompra.segments.models import Segment, SegmentSize
from recompra.segments.upkeep.turns import Turned
from recompra.warehouse.contract import Draft
from recompra.warehouse.schema import members, people

NOTHING: dict[str, Any] = {"people": 0, "value": 0, "reach_whatsapp": 0, "reach_email": 0, "reach_sms": 0}


def figures(draft: Draft, of: list[int]) -> dict[int, dict[str, Any]]:
    """{segment id: people, value (R$ spent in all), reach_whatsapp, reach_email, reach_sms}."""
    own = members.filter(members.segment_id.isin(of)).join(
        people.select("customer_key", "ltv", *(name for name in NOTHING if name.startswith("reach_"))),
        "customer_key",
    )
    rows = draft.rows(
        own.group_by("segment_id").agg(
            people=own.count(),
            value=own.ltv.sum().cast("decimal(18, 2)").fill_null(0),
            **{name: own.count(where=own[name]) for name in NOTHING if name.startswith("reach_")},
        )
    )
    found = {row.pop("segment_id"): row for row in rows}
    return {segment: found.get(segment, NOTHING) for segment in of}


def keep(
    segment: Segment, told: Mapping[str, Any], turned: Turned, *, as_of: dt.date, at: dt.datetime
) -> None:
    """Write the figures to the segment, and the size of the day. Entries and exits of one day add up."""
    begins = segment.counted_version != segment.version
    Segment.objects.filter(pk=segment.pk).update(
        **told,
        broken="",
        counted_at=at,
        counted_version=segment.version,
        since=at if begins else segment.since,
    )
    moved = Turned(0, 0) if begins else turned
    size, is_new = SegmentSize.objects.get_or_create(
        segment=segment,
        day=as_of,
        defaults={
            "people": told["people"],
            "value": told["value"],
            "entered": moved.entered,
            "left": moved.left,
        },
    )
    if not is_new:
        SegmentSize.objects.filter(pk=size.pk).update(
            people=told["people"],
            value=told["value"],
            entered=F("entered") + moved.entered,
            left=F("left") + moved.left,
        )
