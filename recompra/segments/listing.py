"""Which saved segments the list shows, in which order, a page at a time, with figures for who looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.http import urlencode

from recompra.customers.scope import StoreScope
from recompra.segments.models import Segment, SegmentSize
from recompra.segments.rule.people import ALL
from recompra.theme import keyset
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES

PAGE = 25
WEEK = dt.timedelta(days=7)
MONTH = dt.timedelta(days=30)
OWN, READY = "proprios", "prontos"
KINDS = (OWN, READY)
NAME, PEOPLE, NEWEST = "nome", "pessoas", "recentes"
SORTS: dict[str, tuple[str, ...]] = {
    NAME: ("folder", "name", "pk"),
    PEOPLE: ("-people", "-pk"),
    NEWEST: ("-updated_at", "-pk"),
}


@dataclass(frozen=True)
class Filters:
    """What stands in the address. `folder`: "" is any."""

    typed: str = ""
    folder: str = ""
    kind: str = ""
    sort: str = NAME
    archived: bool = False

    @classmethod
    def read(cls, given: Mapping[str, str], scope: StoreScope) -> Filters:
        """What is not known is not asked for. The order by people tells of every store: only who sees them
        all has it."""
        sort, kind = given.get("ordem", ""), given.get("tipo", "")
        sorts = [one for one in SORTS if scope is None or one != PEOPLE]
        return cls(
            given.get("q", "").strip()[:80],
            given.get("pasta", "")[:60],
            kind if kind in KINDS else "",
            sort if sort in sorts else NAME,
            given.get("arquivados") == "1",
        )

    def query(self, **more: str) -> str:
        told = {"q": self.typed, "pasta": self.folder, "tipo": self.kind, "ordem": self.sort}
        told |= {"arquivados": "1" if self.archived else ""} | more
        return urlencode({name: value for name, value in told.items() if value})

    @property
    def is_narrow(self) -> bool:
        return bool(self.typed or self.folder or self.kind)

    def rows(self) -> QuerySet[Segment]:
        found = Segment.objects.filter(archived_at__isnull=not self.archived)
        if self.typed:
            found = found.filter(
                Q(name__icontains=self.typed)
                | Q(description__icontains=self.typed)
                | Q(folder__icontains=self.typed)
            )
        if self.folder:
            found = found.filter(folder=self.folder)
        if self.kind:
            found = found.exclude(ready_code="") if self.kind == READY else found.filter(ready_code="")
        columns = [
            F(column.removeprefix("-")).desc(nulls_last=True) if column == "-people" else column
            for column in SORTS[self.sort]
        ]
        return found.order_by(*columns)


@dataclass(frozen=True)
class Figures:
    """How many people, what they spent in all stores (R$), and whom of them a campaign may reach."""

    people: int
    value: Decimal
    whatsapp: int
    email: int
    sms: int


@dataclass(frozen=True)
class Line:
    """A segment with what is known of it. `figures`: None where it was not counted yet. `change`: people
    since a week ago; `sizes`: of the last days. Both of the whole shop, so None and () for who sees only some
    stores."""

    segment: Segment
    figures: Figures | None
    change: int | None = None
    sizes: Sequence[int] = ()


def page(filters: Filters, scope: StoreScope, after: str | None) -> tuple[list[Line], str]:
    """One page, and the cursor of the next ("": there is none)."""
    rows = filters.rows().select_related("updated_by")
    if place := keyset.decode(after, int):
        rows = rows.filter(_after(filters, Segment.objects.filter(pk=int(str(place[0]))).first()))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return told(shown, scope), keyset.encode(shown[-1].pk) if len(found) > PAGE else ""


def everything(filters: Filters, scope: StoreScope) -> Iterator[Line]:
    """The whole list, for a file."""
    after: str | None = None
    while after != "":
        lines, after = page(filters, scope, after)
        yield from lines


def _after(filters: Filters, last: Segment | None) -> Q:
    """The rows that come after one. Only its number stands in the address."""
    if last is None:
        return Q()
    if filters.sort == NAME:
        later = Q(folder=last.folder, name=last.name, pk__gt=last.pk)
        return Q(folder__gt=last.folder) | Q(folder=last.folder, name__gt=last.name) | later
    if filters.sort == NEWEST:
        return Q(updated_at__lt=last.updated_at) | Q(updated_at=last.updated_at, pk__lt=last.pk)
    if last.people is None:
        return Q(people=None, pk__lt=last.pk)
    return Q(people__lt=last.people) | Q(people=last.people, pk__lt=last.pk) | Q(people=None)


def told(segments: Sequence[Segment], scope: StoreScope) -> list[Line]:
    """The segments with the figures that who sees these stores may see."""
    if scope is not None:
        seen = _figures_of_stores([one.pk for one in segments], scope)
        return [Line(one, seen.get(one.pk, _NOBODY) if one.counted_at else None) for one in segments]
    today = timezone.localdate()
    sizes = _sizes([one.pk for one in segments], today)
    return [_line(one, sizes.get(one.pk, {}), today) for one in segments]


_NOBODY = Figures(0, Decimal(0), 0, 0, 0)


def figures(segment: Segment) -> Figures | None:
    """Of the whole shop, as they were last counted."""
    if segment.people is None:
        return None
    return Figures(
        segment.people,
        segment.value or Decimal(0),
        segment.reach_whatsapp or 0,
        segment.reach_email or 0,
        segment.reach_sms or 0,
    )


def _line(segment: Segment, sizes: dict[dt.date, int], today: dt.date) -> Line:
    earlier = [day for day in sizes if day <= today - WEEK]
    known = figures(segment)
    change = known.people - sizes[max(earlier)] if known and earlier else None
    return Line(segment, known, change, list(sizes.values()))


def _sizes(ids: Sequence[int], today: dt.date) -> dict[int, dict[dt.date, int]]:
    found: dict[int, dict[dt.date, int]] = {}
    rows = SegmentSize.objects.filter(segment__in=ids, day__gt=today - MONTH, day__lte=today)
    for pk, day, people in rows.order_by("segment", "day").values_list("segment_id", "day", "people"):
        found.setdefault(pk, {})[day] = people
    return found


def _figures_of_stores(ids: Sequence[int], scope: StoreScope) -> dict[int, Figures]:
    """{segment: its figures among the people of these stores}, in one question."""
    if not ids:
        return {}
    people, kept = ALL.of_stores(scope)["people"], TABLES["members"]
    inside: Any = kept.filter(kept.segment_id.isin(list(ids))).select("segment_id", "customer_key")
    both = inside.inner_join(people, "customer_key")
    rows = engine(settings.WAREHOUSE_URL).rows(
        both.group_by("segment_id").agg(
            people=both.count(),
            value=ibis.coalesce(
                both.ltv.sum().cast("decimal(18, 2)"), ibis.literal(Decimal(0), "decimal(18, 2)")
            ),
            **{name: both.count(where=both[f"reach_{name}"]) for name in ("whatsapp", "email", "sms")},
        )
    )
    return {row.pop("segment_id"): Figures(**row) for row in rows}
