"""How long what is kept, by the shop's own decision, and clearing up what is past it.

Nothing is destroyed that a dry run did not show first: the real run goes no further than the dry one's day,
and leaves out what a legal hold keeps.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from recompra.accounts import audit
from recompra.privacy import days
from recompra.privacy.models import LegalHold, RetentionRule, RetentionRun
from recompra.theme.kept import Kept, kept
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from recompra.accounts.models import User
    from recompra.customers.models import Customer
    from recompra.work.lease import Lease

CHUNK = 500
SAMPLE = 20
DRY_HOLDS = dt.timedelta(hours=24)
COUNTING, CLEARING = gettext_noop("counting what is past its time"), gettext_noop("clearing up")


@dataclass(frozen=True)
class Rule:
    """A class with the shop's decision: `months` to keep, None for ever; `last` is its newest run."""

    kept: Kept
    months: int | None
    decided: RetentionRule | None
    last: RetentionRun | None


def rules() -> list[Rule]:
    """Every class of every room, with what holds for it."""
    decided = {rule.code: rule for rule in RetentionRule.objects.select_related("decided_by")}
    found = []
    for one in kept():
        chosen = decided.get(one.code)
        last = RetentionRun.objects.filter(code=one.code).order_by("-pk").first()
        found.append(Rule(one, chosen.months if chosen else one.months, chosen, last))
    return found


def rule(code: str) -> Rule:
    """The rule of a class. Raises KeyError for a class that no room declares."""
    return {one.kept.code: one for one in rules()}[code]


def decide(code: str, months: int | None, *, by: User | None) -> None:
    """How many months a class is kept, None for ever. Raises Refused below what the law wants."""
    chosen = rule(code).kept
    if months is not None and months < chosen.least:
        raise Refused(_("The law wants it kept for at least %(n)s months.") % {"n": chosen.least})
    RetentionRule.objects.update_or_create(
        code=code, defaults={"months": months, "decided_by": by, "decided_at": timezone.now()}
    )


def past(one: Kept, before: dt.date) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """(the rows that may go, those that a legal hold keeps), older than the day."""
    rows = one.older(before)
    if not one.holder:
        return rows, rows.none()
    holder = Q(**{f"{one.holder}__in": standing_holds().values("customer")})
    return rows.exclude(holder), rows.filter(holder)


def start_dry(code: str, *, by: User | None) -> RetentionRun:
    """Ask for a count of what is past its time; nothing is changed by it."""
    chosen = rule(code)
    if chosen.months is None:
        raise Refused(_("This is kept for ever: decide the months first."))
    before = days.months_after(timezone.localdate(), -chosen.months)
    return _started(RetentionRun(code=code, months=chosen.months, before=before, by=by))


def start_real(dry: RetentionRun, *, by: User | None) -> RetentionRun:
    """Ask for what the dry run showed to be cleared up.

    Raises Refused when it was not shown: not counted to the end, too long ago, for another number of months,
    or cleared up already.
    """
    if not dry.is_dry or dry.status != RetentionRun.Status.DONE:
        raise Refused(_("First let it be counted to the end."))
    if dry.months != rule(dry.code).months or timezone.now() - dry.created_at > DRY_HOLDS:
        raise Refused(_("What was counted no longer holds: count again."))
    if RetentionRun.objects.filter(after=dry).exists():
        raise Refused(_("This was cleared up already: count again."))
    run = RetentionRun(code=dry.code, months=dry.months, before=dry.before, by=by, is_dry=False, after=dry)
    return _started(run)


def _started(run: RetentionRun) -> RetentionRun:
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError:
        raise Refused(_("A run of this class is under way.")) from None
    return run


def perform(run: RetentionRun, lease: Lease) -> None:
    """Count, or clear up from where it stopped."""
    chosen = rule(run.code).kept
    rows, held = past(chosen, run.before)
    if run.is_dry:
        lease.progress(0, 0, COUNTING)
        run.found, run.held = rows.distinct().count(), held.distinct().count()
        run.sample = list(rows.order_by("pk").values_list("pk", flat=True).distinct()[:SAMPLE])
        run.save()
        return
    _clear(run, chosen, lease)


def _clear(run: RetentionRun, chosen: Kept, lease: Lease) -> None:
    """Chunk by chunk, each with its cursor in one transaction."""
    total = run.after.found if run.after else 0
    while True:
        rows, _held = past(chosen, run.before)
        ids = list(
            rows.filter(pk__gt=run.cursor).order_by("pk").values_list("pk", flat=True).distinct()[:CHUNK]
        )
        if not ids:
            break
        with lease.step():
            run.gone += chosen.destroy(ids, run.by)
            run.cursor = ids[-1]
            run.save()
        lease.progress(min(run.gone, total), total, CLEARING)
    audit.record(run.by, "retention", count=run.gone, reason=run.code)


# --- legal holds -------------------------------------------------------------------------------------------


def standing_holds() -> QuerySet[LegalHold]:
    """Those that hold today."""
    return LegalHold.objects.filter(Q(until=None) | Q(until__gte=timezone.localdate()), lifted_at=None)


def hold(customer: Customer, reason: str, *, by: User | None, until: dt.date | None = None) -> LegalHold:
    """Keep a record, whatever else would end it, until a day or until lifted (LGPD art. 16, I)."""
    if not reason.strip():
        raise Refused(_("Say why the record must be kept."))
    if until is not None and until < timezone.localdate():
        raise Refused(_("The last day of the hold is over already."))
    return LegalHold.objects.create(customer=customer, reason=reason.strip()[:200], until=until, by=by)


def lift(held: LegalHold, *, by: User | None) -> None:
    """End a hold now. It stays on record."""
    if held.lifted_at is None:
        held.lifted_at, held.lifted_by = timezone.now(), by
        held.save(update_fields=["lifted_at", "lifted_by"])
