"""How a segment grew and shrank, drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recompra.segments.models import Segment, SegmentSize
from recompra.theme.charts import Bar, Series, bars, lines, spark
from recompra.theme.formats import brl, dshort, num

DAYS = 90


def charts(segment: Segment) -> dict[str, Any]:
    """People over time, and who came and went each day: the drawings and the same as a table; nothing before
    there are two days to compare."""
    since = timezone.localdate() - dt.timedelta(days=DAYS)
    sizes = list(SegmentSize.objects.filter(segment=segment, day__gt=since).order_by("day"))
    if len(sizes) < 2:
        return {}
    days = [f"{one.day:%d/%m}" for one in sizes]
    labels = [day if number % max(1, len(days) // 8) == 0 else "" for number, day in enumerate(days)]
    told = [_tip(one) for one in sizes]
    people = lines(
        _("People in the segment"),
        _("per day"),
        labels,
        [Series(_("People"), [one.people for one in sizes], area=True)],
        tips=told,
    )
    moved = bars(
        _("Entered less left"),
        _("per day"),
        [Bar(day, one.entered - one.left, tip) for day, one, tip in zip(labels, sizes, told, strict=True)],
    )
    head = [_("Day"), _("People"), _("Entered"), _("Left"), _("Spent so far")]
    rows = [
        (dshort(one.day), num(one.people), num(one.entered), num(one.left), brl(one.value))
        for one in reversed(sizes)
    ]
    return {"people_chart": people, "moves_chart": moved, "sizes_head": head, "sizes_rows": rows}


def _tip(one: SegmentSize) -> str:
    people = ngettext("%(n)s person", "%(n)s people", one.people) % {"n": num(one.people)}
    return _("%(day)s: %(people)s (entered %(entered)s, left %(left)s)") % {
        "day": dshort(one.day),
        "people": people,
        "entered": num(one.entered),
        "left": num(one.left),
    }


def sparkline(sizes: Sequence[int]) -> str:
    """The sizes of the last days as a small line; nothing for less than two of them."""
    label = _("People in the last days: from %(first)s to %(last)s")
    return spark(sizes, label % {"first": num(sizes[0]), "last": num(sizes[-1])}) if sizes else ""
