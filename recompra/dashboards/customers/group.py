"""The people that a dashboard is limited to: a saved segment, or one of the RFM segments."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import ibis.expr.types as ir
from django.http import Http404
from django.utils.translation import gettext as _

from recompra.customers.scope import StoreScope
from recompra.segments.models import Segment
from recompra.segments.rule.people import people_of
from recompra.segments.rule.read import read
from recompra.segments.rule.tree import FieldIs, Match, Op, Rule
from recompra.theme.segments import SEGMENTS

Choices = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Group:
    """`code` is what the address says: the segment's public id, or the code of an RFM segment. `state` tells
    one edit of a saved rule from the next."""

    code: str
    name: str
    rule: Rule
    state: str = ""

    def people(self, as_of: dt.date, seen: StoreScope) -> ir.Table:
        """The rows of `people` that belong to it, as far as somebody sees them who sees these stores."""
        return people_of(self.rule, as_of=as_of, stores=seen)


def group_of(code: str) -> Group | None:
    """The group of this code, None for "". Raises Http404 for an unknown one, Refused for a broken rule."""
    if not code:
        return None
    if code in SEGMENTS:
        asked = FieldIs("segment", Op.ONE_OF, (code,))
        return Group(code, str(SEGMENTS[code].label), Rule(Match.ALL, (asked,)))
    try:
        public_id = UUID(code)
    except ValueError:
        raise Http404 from None
    found = Segment.objects.filter(public_id=public_id, archived_at=None).first()
    if found is None:
        raise Http404
    return Group(str(public_id), found.name, read(found.rule), f"{found.version}")


def groups_offered() -> Choices:
    """Every group by heading, for a select: saved ones by folder, then the RFM segments."""
    folders: dict[str, list[tuple[str, str]]] = {}
    saved = Segment.objects.filter(archived_at=None).values_list("folder", "public_id", "name")
    for folder, public_id, name in saved:
        folders.setdefault(folder or _("Saved segments"), []).append((str(public_id), name))
    rfm = [(code, str(one.label)) for code, one in SEGMENTS.items()]
    return [*folders.items(), (_("RFM segments"), rfm)]
