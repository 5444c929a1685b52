"""Forgetting a person (LGPD arts. 16 and 18, IV and VI) in steps that can each run again from any point.

First the person's identifiers are noted as keyed hashes, in the database and in the ledger, so that nobody
takes them in again; then every room deletes what it holds, the link to the purchases last; then files; then
the bytes on disk. Orders and totals stay: they are nobody's any more (art. 16, IV).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from recompra.accounts import audit
from recompra.customers.models import Customer
from recompra.privacy.erasure import kept_blocks, ledger, rewrite, suppression
from recompra.privacy.models import Erasure, LegalHold, PrivacyRequest
from recompra.theme.personal import rooms
from recompra.theme.refused import Refused
from recompra.work.lease import Later, Lease

if TYPE_CHECKING:
    from recompra.accounts.models import User

Step = Erasure.Step
WAIT_SECONDS = 2.0
UNTOUCHED = {"accounts.AccessLog"}  # append-only: nothing of it was changed
NIGHT = 3
"""Hour at which large tables of PostgreSQL are written anew."""


def request_erasure(customer: Customer, *, by: User | None, request: PrivacyRequest | None = None) -> Erasure:
    """Ask for everything about the person to be erased; the worker does it. Asked twice, it is one.

    Raises Refused while a legal hold stands.
    """
    with transaction.atomic():
        whole = records_of(customer)
        refuse_held(whole)
        alive = Erasure.objects.filter(public_id=customer.public_id, status__in=Erasure.LIVE).first()
        if alive is not None:
            return alive
        row = Erasure.objects.create(
            public_id=customer.public_id, customers=whole, by=by, request=request, priority=5
        )
        audit.record(by, "erasure_asked", customer_id=customer.pk)
    return row


def records_of(customer: Customer) -> list[int]:
    """The ids of the person's record and of all that were merged into it, through any number of merges."""
    found, layer = [customer.pk], [customer.pk]
    while layer := list(Customer.objects.filter(merged_into__in=layer).values_list("pk", flat=True)):
        layer = [pk for pk in layer if pk not in found]
        found += layer
    return found


def refuse_held(customers: Iterable[int]) -> None:
    """Raises Refused when the law or a claim keeps one of these records (art. 16, I)."""
    standing = Q(until=None) | Q(until__gte=timezone.localdate())
    hold = LegalHold.objects.filter(standing, customer__in=list(customers), lifted_at=None).first()
    if hold is not None:
        raise Refused(
            _("This record is under a legal hold and cannot be erased (LGPD art. 16, I): %(reason)s")
            % {"reason": hold.reason}
        )


def perform(row: Erasure, lease: Lease) -> None:
    """From the last completed step to the end."""
    steps: tuple[tuple[Step, str, Callable[[Erasure, Lease], None]], ...] = (
        (Step.REMEMBERED, gettext_noop("noting whom not to take in again"), _remember),
        (Step.FORGOTTEN, gettext_noop("deleting the records"), _forget),
        (Step.CLEARED, gettext_noop("waiting for imports and reports to end"), _clear),
        (Step.REWRITTEN, gettext_noop("overwriting the bytes on disk"), _rewrite),
        (Step.PROVED, gettext_noop("writing the receipt"), _prove),
    )
    order = list(Step)
    for number, (step, phase, act) in enumerate(steps):
        if order.index(Step(row.step)) >= order.index(step):
            continue
        lease.progress(number, len(steps), phase)
        act(row, lease)


def _pass(row: Erasure, step: Step) -> None:
    row.step = step
    row.save()


def _remember(row: Erasure, lease: Lease) -> None:
    if not row.is_replay:  # it was done once, when nothing held it any more
        refuse_held(row.customers)
    people = Customer.objects.filter(pk__in=row.customers)
    secret = suppression.key()
    digests = {
        (kind, suppression.digest(kind, value, secret))
        for one in people
        for kind, values in suppression.identifiers_of(one).items()
        for value in values
    }
    with lease.step():
        suppression.remember(row, digests)
        if not row.is_replay:  # what held in the end: an older backup may hold what was lifted since
            row.receipt = row.receipt | {"blocks": kept_blocks.note(people)}
        row.save()
    ledger.write(row)  # a file of its own, whole or not there; written again it is the same
    with lease.step():
        _pass(row, Step.REMEMBERED)


def _forget(row: Erasure, lease: Lease) -> None:
    """Room by room: what was deleted is counted in the transaction that deletes it."""
    receipt = {"deleted": {}, "kept": {}, **row.receipt}
    deleted, kept = Counter(receipt["deleted"]), Counter(receipt["kept"])
    for _room, declared in rooms():
        if not hasattr(declared, "erase"):
            continue
        stays = {held.model for held in getattr(declared, "HELD", ()) if held.kept}
        with lease.step():
            for one in row.customers:
                for table, count in declared.erase(one).items():
                    (kept if table in stays else deleted)[table] += count
            row.receipt = receipt | {"deleted": dict(deleted), "kept": dict(kept)}
            row.save()
    with lease.step():
        row.erased_at = row.erased_at or timezone.now()
        _pass(row, Step.FORGOTTEN)


def _clear(row: Erasure, lease: Lease) -> None:
    """Files, once no work that began before holds any. After a restore nothing works yet."""
    before = row.erased_at or timezone.now()
    if not row.is_replay and any(
        declared.busy(before) for _room, declared in rooms() if hasattr(declared, "busy")
    ):
        raise Later(WAIT_SECONDS)
    files: Counter[str] = Counter()
    for _room, declared in rooms():
        if hasattr(declared, "clear"):
            files.update(declared.clear())
    with lease.step():
        row.receipt = row.receipt | {"files": dict(files)}
        _pass(row, Step.CLEARED)


def _rewrite(row: Erasure, lease: Lease) -> None:
    """Bytes of deleted rows. SQLite at once; large tables of PostgreSQL are locked while they are written
    anew, so they wait for the night."""
    now = timezone.now()
    tables = {*row.receipt["deleted"], *row.receipt["kept"], *_held_tables()} - UNTOUCHED
    found = rewrite.rewrite(lease, tables, at_night=row.is_replay or is_night(now))
    if found is rewrite.Found.BUSY:
        raise Later(WAIT_SECONDS)
    if found is rewrite.Found.TOO_LARGE:
        raise Later((next_night(now) - now).total_seconds())
    with lease.step():
        _pass(row, Step.REWRITTEN)


def _held_tables() -> set[str]:
    """All that rooms declare, whether or not they had a row now: rows long gone leave bytes as well."""
    return {held.model for _room, declared in rooms() for held in getattr(declared, "HELD", ())}


def is_night(now: datetime) -> bool:
    return timezone.localtime(now).hour == NIGHT


def next_night(now: datetime) -> datetime:
    local = timezone.localtime(now)
    night = local.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return night if night > local else night + timedelta(days=1)


def _prove(row: Erasure, lease: Lease) -> None:
    """The receipt is complete: one line of evidence, in the transaction that ends the work."""
    with lease.step():
        audit.record(
            row.by, "erased", customer_id=row.customers[0], count=sum(row.receipt["deleted"].values())
        )
        _pass(row, Step.PROVED)
