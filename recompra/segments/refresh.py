"""Who is in which segment, kept up to date: one generation of the facts holds people, members and moves.

Where the day and the facts are those of the last refresh, only people of whom something changed are looked at
again, and rules that are new. Else, and at night, everybody is. What a killed refresh wrote is thrown away
with its draft: the members of before stay whole.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import ibis.expr.types as ir
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from recompra.segments import profiles
from recompra.segments.models import Segment, SegmentRefresh
from recompra.segments.rule.people import ALL, Facts
from recompra.segments.rule.read import read
from recompra.segments.rule.tree import Rule
from recompra.segments.upkeep import fresh, size
from recompra.segments.upkeep.find import find, side_by_side
from recompra.segments.upkeep.turns import SALES, Moment, Turned, forget_old, keys_table
from recompra.theme.refused import Refused
from recompra.warehouse.contract import Draft
from recompra.warehouse.engine import Engine, WriterBusy, engine
from recompra.warehouse.schema import members, people
from recompra.warehouse.schema import profiles as held_profiles
from recompra.work.again import last_done
from recompra.work.lease import Later, Lease

READING = gettext_noop("reading the records")
FINDING = gettext_noop("finding who is in which segment")
TURN_SECONDS = 2
TRIES = 60
Pair = tuple[Segment, Rule]


class Astray(Exception):
    """What was kept is not what was thought: everybody must be looked at."""


def perform(row: SegmentRefresh, lease: Lease) -> None:
    """Find everybody's segments anew, or those of whom something changed."""
    if SegmentRefresh.objects.filter(status=SegmentRefresh.Status.RUNNING, pk__lt=row.pk).exists():
        raise Later(TURN_SECONDS)
    facts = engine(settings.WAREHOUSE_URL)
    if not facts.version():
        return
    with _folder() as folder:
        refresh = Refresh(row, lease, facts, last_done(SegmentRefresh), folder)
        is_kept = refresh.update()
        if not is_kept or row.is_full:
            refresh.whole()
            row.differed = refresh.differed if is_kept else 0
    refresh.close()


class Refresh:
    """One refresh under way."""

    def __init__(
        self,
        row: SegmentRefresh,
        lease: Lease,
        facts: Engine,
        last: SegmentRefresh | None,
        folder: Path,
    ) -> None:
        self.row, self.lease, self.facts, self.last = row, lease, facts, last
        self.file = folder / "profiles.parquet"
        self.marks = fresh.marks()
        self.version = facts.version()
        self.moment = Moment(timezone.now(), timezone.localdate(), self._reason())
        self.pairs = _readable()
        self.differed = 0
        row.as_of = self.moment.as_of

    def _reason(self) -> str:
        """What moves whom no purchase and no record moves."""
        if self.last is not None and self.last.as_of != timezone.localdate():
            return "clock"
        return "profile" if self.last is not None and self.last.version == self.version else "load"

    @property
    def new(self) -> list[Pair]:
        """Segments of which no member is kept yet, or those of another rule."""
        return [pair for pair in self.pairs if pair[0].counted_version != pair[0].version]

    def touched(self, margin: int | None = None) -> set[int] | None:
        """The customers of whom something changed since the last refresh; None: too many, or nobody knows."""
        if self.last is None or self.last.started_at is None:
            return None
        return fresh.touched(self.last.marks, self.last.started_at, margin=margin)

    def update(self) -> bool:
        """Read again the records of which something changed, and look at their people; at everybody where the
        facts changed, and for rules that are new. False where that is not enough: as on another day."""
        ids, count = self.touched(), profiles.everybody()
        if self.last is None or ids is None or self.last.as_of != self.moment.as_of:
            return False
        if not ids and self.last.people != count:
            return False
        keys = profiles.keys_now(ids)
        if ids:
            self.lease.progress(0, 0, READING)
            profiles.publish(self.file, self.lease, ids)
        is_sold = self.last.version != self.version
        changed = keys if not is_sold else profiles.keys_now(self.touched(margin=0) or ())
        turned: dict[int, Turned] = {}
        told: dict[int, Mapping[str, object]] = {}

        def work(draft: Draft) -> None:
            if self.facts.version() != self.version:
                raise Astray
            only = draft.hold(keys_table(keys), "own")
            draft.hold(keys_table(changed), "touched")
            own = people if is_sold else people.semi_join(only, "customer_key")
            draft.hold(own.select("customer_key", *SALES), "before")
            affected = _segments_of(draft, only)
            if ids:
                _amend(draft, self.file, only)
            if draft.rows(held_profiles.agg(n=held_profiles.count())) != [{"n": profiles.everybody()}]:
                raise Astray
            if is_sold:
                draft.put("people", side_by_side())
                turned.update(self._find(draft, self.pairs))
            else:
                kept = [pair for pair in self.pairs if pair not in self.new]
                if ids:
                    turned.update(self._find(draft, kept, only, ALL.of_customers(only)))
                self._find(draft, self.new)
            if is_sold or self._away():
                forget_old(draft, self._live(), self.moment)
            asked = {segment.pk for segment, _rule in self.pairs}
            affected |= _segments_of(draft, only) | set(turned) | {segment.pk for segment, _rule in self.new}
            told.update(size.figures(draft, sorted(asked if is_sold else affected & asked)))

        self.lease.progress(0, 0, FINDING)
        try:
            if ids or is_sold or self.new or self._away():
                self.version = self._revise(work)
        except Astray:
            return False
        self.row.people = count
        self._tell(turned, told)
        return True

    def whole(self) -> None:
        """Everybody from nothing: profiles, people, members."""
        ids = self.touched(margin=0)
        self.lease.progress(0, 0, READING)
        self.row.people = profiles.publish(self.file, self.lease)
        meanwhile = fresh.touched(self.marks, self.moment.at, margin=0)
        turned: dict[int, Turned] = {}
        told: dict[int, Mapping[str, object]] = {}

        def work(draft: Draft) -> None:
            draft.hold(keys_table(profiles.keys_now(ids or ())), "touched")
            draft.hold(people.select("customer_key", *SALES), "before")
            draft.put("profiles", self.file)
            draft.put("people", side_by_side())
            turned.update(self._find(draft, self.pairs))
            forget_old(draft, self._live(), self.moment)
            told.update(size.figures(draft, [segment.pk for segment, _rule in self.pairs]))

        self.lease.progress(0, 0, FINDING)
        self.version = self._revise(work)
        if not meanwhile:
            self.differed = sum(one.entered + one.left for one in turned.values())
        self._tell(turned, told)

    def _find(
        self,
        draft: Draft,
        pairs: Sequence[Pair],
        only: ir.Table | None = None,
        facts: Facts = ALL,
    ) -> dict[int, Turned]:
        """Write who turned, of these segments among these customers."""
        self.lease.keep()
        noted = [segment.pk for segment, _rule in pairs if segment.counted_version == segment.version]
        rules = {segment.pk: rule for segment, rule in pairs}
        return find(draft, rules, self.moment, noted=noted, only=only, facts=facts)

    def _revise(self, work: Callable[[Draft], None]) -> str:
        for _try in range(TRIES):
            try:
                return self.facts.revise(work)
            except WriterBusy:
                self.lease.keep()
                time.sleep(1)
        raise Later(TURN_SECONDS)

    def _live(self) -> list[int]:
        return list(Segment.objects.filter(archived_at=None).values_list("pk", flat=True))

    def _away(self) -> bool:
        """Whether a segment was put away with its members."""
        return Segment.objects.filter(archived_at__isnull=False, people__gt=0).exists()

    def _tell(self, turned: Mapping[int, Turned], told: Mapping[int, Mapping[str, object]]) -> None:
        """Write the figures to the segments."""
        for segment, _rule in self.pairs:
            moved = turned.get(segment.pk, Turned(0, 0))
            if segment.pk in told:
                begins = segment.counted_version != segment.version
                size.keep(segment, told[segment.pk], moved, as_of=self.moment.as_of, at=self.moment.at)
                segment.counted_version = segment.version
                self.row.entered += 0 if begins else moved.entered
                self.row.left += 0 if begins else moved.left
        Segment.objects.filter(archived_at__isnull=False, people__gt=0).update(people=0)

    def close(self) -> None:
        """Write down how far this refresh came."""
        self.row.segments, self.row.version, self.row.marks = len(self.pairs), self.version, self.marks
        self.row.save()


def _amend(draft: Draft, file: Path, only: ir.Table) -> None:
    """Write the profiles of some customers, and their rows of `people`, anew."""
    draft.remove("profiles", only)
    draft.add("profiles", file)
    draft.remove("people", only)
    draft.add("people", side_by_side().semi_join(only, "customer_key"))


def _segments_of(draft: Draft, only: ir.Table) -> set[int]:
    held = members.semi_join(only, "customer_key").select("segment_id").distinct()
    return {row["segment_id"] for row in draft.rows(held)}


def _readable() -> list[Pair]:
    """The segments whose rule can be asked; the others are told what is wrong with theirs."""
    found: list[Pair] = []
    for segment in Segment.objects.filter(archived_at=None).order_by("pk"):
        try:
            found.append((segment, read(segment.rule)))
        except Refused as refused:
            told = str(refused.sentence)[:300]
            Segment.objects.filter(pk=segment.pk).update(broken=told, counted_version=segment.version)
    return found


@contextmanager
def _folder() -> Iterator[Path]:
    """A place of its own for what goes from one database to the other; what a killed refresh left goes."""
    folder = Path(settings.RECOMPRA_HOME) / "segments"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
