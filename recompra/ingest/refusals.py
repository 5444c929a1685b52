"""Who unsubscribed or marked a message as spam takes back their consent to offers by that channel.

It is the address that says no: whoever has it is asked no more by it, not only the one to whom the row's
event is counted. Of a day without a time the no is the last thing said on it. Nothing here ever raises a
consent, and a no that was told before is not told again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.ingest.desk import Desk
from recompra.ingest.distinct import person_columns
from recompra.ingest.identify import customers_of
from recompra.ingest.known import said_of, sharing, standing
from recompra.ingest.labels import EVENTS
from recompra.ingest.models import ImportRun
from recompra.ingest.person import Said
from recompra.ingest.resolve import points_of
from recompra.privacy.consents.withdrawn import Withdrawal, withdraw_many
from recompra.privacy.models import Channel

CHUNK = 2_000
REFUSALS = ("unsubscribed", "complained")
DAY_ENDS = dt.time(23, 59, 59)
TOLD = "customer_key, channel, what, moment, has_clock"


class Refusal(NamedTuple):
    """One row: the customer to whom it is counted, and the person as the row says."""

    customer_key: int
    channel: str
    what: str
    at: dt.datetime
    has_clock: bool
    said: Said

    @property
    def points(self) -> list[tuple[str, str]]:
        """The addresses of the row by which the channel goes."""
        kind = "email" if self.channel == Channel.EMAIL else "mobile"
        return [point for point in points_of(self.said) if point[0] == kind]


def write(desk: Desk) -> int:
    """Bring what the table `told` says into the ledger of consents. Returns how many customers are kept from
    a channel by it. Run again, it changes nothing; in a dry run it only pretends."""
    lowered: set[int] = set()
    for chunk in _chunks(desk):
        if desk.run.dry_run:
            with transaction.atomic():
                lowered |= _withdraw(chunk, desk.run)
                transaction.set_rollback(True)
            continue
        with desk.lease.step():
            lowered |= _withdraw(chunk, desk.run)
    return len(lowered)


def _chunks(desk: Desk) -> Iterator[list[Refusal]]:
    names = person_columns(desk)
    if not names:
        return
    rows = desk.db.cursor().execute(
        f"SELECT {TOLD}, {', '.join(names)} FROM (SELECT DISTINCT person, {TOLD} FROM "  # noqa: S608
        "(SELECT *, split_part(event, '_', 2) AS what FROM told) "
        f"WHERE customer_key IS NOT NULL AND what IN {REFUSALS}) "
        f"JOIN (SELECT person, {', '.join(names)} FROM faces) USING (person) "
        "ORDER BY customer_key, channel, moment, what, person"
    )
    while chunk := rows.fetchmany(CHUNK):
        desk.lease.keep()
        yield [_refusal(row, names, desk.run) for row in chunk]


def _refusal(row: tuple[Any, ...], names: list[str], run: ImportRun) -> Refusal:
    key, channel, what, moment, has_clock, *cells = row
    at = moment.replace(tzinfo=dt.UTC)
    said = said_of(dict(zip(names, cells, strict=True)))
    return Refusal(key, channel, what, at if has_clock else _last_of(at, run), has_clock, said)


def _last_of(start: dt.datetime, run: ImportRun) -> dt.datetime:
    """The end of the day that begins then, or the import's own moment: what is agreed to after it stands."""
    end = dt.datetime.combine(timezone.localdate(start), DAY_ENDS, timezone.get_current_timezone())
    return max(start, min(end, run.created_at))


def _withdraw(chunk: list[Refusal], run: ImportRun) -> set[int]:
    """Who is lowered. Asks who the customers are inside the transaction that writes: nobody is erased or
    merged meanwhile without being seen."""
    owners = customers_of({one.customer_key for one in chunk})
    shared = sharing({point for one in chunk for point in one.points})
    kept = standing({pk: pk for pks in shared.values() for pk in pks})
    said = set()
    for one in chunk:
        evidence = _("import #%(number)s: %(what)s") % {"number": run.pk, "what": EVENTS[one.what]}
        theirs = {kept[pk] for point in one.points for pk in shared.get(point, ())}
        if (owner := owners.get(one.customer_key)) is not None:
            theirs.add(owner)
        said |= {Withdrawal(pk, one.channel, one.at, one.has_clock, evidence) for pk in theirs}
    return withdraw_many(said, source=run.system)
