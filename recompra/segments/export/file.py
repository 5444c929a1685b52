"""The file of a list: whom it holds is asked of the facts; who they are, and whether they may be reached, of
the gate, some at a time, while it is written."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from recompra.accounts import audit
from recompra.accounts.masking import sees_personal_data
from recompra.accounts.models import AccessLog
from recompra.accounts.roles import Capability, may
from recompra.customers.models import ExportRoll
from recompra.customers.roll import packed
from recompra.customers.scope import StoreScope
from recompra.segments import members
from recompra.segments.crowd import Crowd
from recompra.segments.destinations.catalog import Destination, destinations
from recompra.segments.found import columns as list_columns
from recompra.segments.found.columns import Table
from recompra.segments.found.listing import batches
from recompra.segments.found.question import Behind, Question, behind, count
from recompra.theme.columnar import Part, write_columns
from recompra.theme.refused import Refused
from recompra.theme.spreadsheet import Column
from recompra.work.lease import Lease
from recompra.work.made import Made

if TYPE_CHECKING:
    from recompra.segments.models import ListExport

LISTS = Made("lists")
WRITING = gettext_noop("writing the list")


@dataclass
class Sheet:
    """A list about to be written. `seen` (ids) and `left_out` fill while its parts go by."""

    action: str
    fields: tuple[str, ...]
    columns: Sequence[Column]
    parts: Iterator[Part] = field(default_factory=lambda: iter(()))
    seen: array[int] = field(default_factory=lambda: array("q"))
    left_out: Counter[str] = field(default_factory=Counter)

    def hold(self, people: Iterable[Crowd], told: Callable[[Crowd], Part]) -> None:
        """Its parts are what is told of these people; notes meanwhile whom they tell of."""

        def parts() -> Iterator[Part]:
            for crowd in people:
                self.seen.frombytes(crowd.ids.to_numpy().tobytes())
                yield told(crowd)

        self.parts = parts()


def sheet(asked: ListExport, answer: Behind, between: Callable[[], None]) -> Sheet:
    """The list that was asked for, as its asker may have it now. `between`: see `members.crowds`."""
    stores = asked.asked_by.store_scope()
    whole = asked.unmasked and sees_personal_data(asked.asked_by)
    if asked.destination:
        return _for_destination(destinations()[asked.destination], asked, answer, stores, between)
    table = Table(list_columns.beside(list_columns.chosen(asked.columns), answer.more), whole=whole)
    made = Sheet("export_list", list_columns.personal(table.columns), headings(table))
    found = batches(answer.people, table.facts, asked.sort, answer.by[0])
    if asked.use == asked.Use.ANALYSIS:
        people = members.crowds(found, stores, table.data, between=between)
    else:
        people = members.reachable(
            found, stores, (asked.use,), made.left_out, agreed=False, data=table.data, between=between
        )
    made.hold(people, table.part)
    return made


def headings(table: Table) -> list[Column]:
    """Of a file with these columns."""
    return [Column(str(one.title), one.kind, one.width) for one in table.columns]


def _for_destination(
    destination: Destination,
    asked: ListExport,
    answer: Behind,
    stores: StoreScope,
    between: Callable[[], None],
) -> Sheet:
    made = Sheet(destination.action, destination.fields, destination.columns)
    people = members.reachable(
        batches(answer.people, (), asked.sort, answer.by[0]),
        stores,
        destination.channels,
        made.left_out,
        agreed=destination.agreed,
        between=between,
    )

    def told(crowd: Crowd) -> Part:
        lines = [destination.line(who) for who in crowd.members()]
        values = zip(*lines, strict=True) if lines else ([] for _column in destination.columns)
        return [
            pa.array(cells, column.kind.value)
            for cells, column in zip(values, destination.columns, strict=True)
        ]

    made.hold(people, told)
    return made


def make(asked: ListExport, lease: Lease) -> None:
    """Write the list's file, then log who took how many people's data and what for. Killed, it is written
    anew: a file is only handed out once all of this is done."""
    if not may(asked.asked_by, Capability.EXPORT):
        raise Refused(_("Your role does not take lists any more."))
    with override(settings.LANGUAGE_CODE):
        answer = answer_of(asked)
        total = count(answer)
        lease.progress(0, total, WRITING)
        made = sheet(asked, answer, lease.keep)
        LISTS.ready()
        asked.rows = write_columns(
            asked.path, made.columns, made.parts, done=lambda written: lease.progress(written, total)
        )
    asked.path.chmod(0o600)
    asked.left_out = dict(made.left_out)
    with lease.step():
        asked.save()
        log(asked, made)


def log(asked: ListExport, made: Sheet) -> AccessLog:
    """Who took it, what of how many people, what for; and who stood in it."""
    with transaction.atomic():
        entry = audit.record(
            asked.asked_by, made.action, fields=made.fields, count=len(made.seen), reason=asked.reason
        )
        ExportRoll.objects.create(entry=entry, people=packed(made.seen))
    return entry


def sweep() -> None:
    """The clock's call: a list is kept for a day, whoever asked for it."""
    LISTS.sweep()


def answer_of(asked: ListExport) -> Behind:
    """The people asked about, of the stores that the asker may see now."""
    question = Question(asked.question["origin"], asked.question["asked"])
    return behind(question, timezone.localdate(), asked.asked_by.store_scope())
