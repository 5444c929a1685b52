"""What somebody does with a call, noted with what it was before, so that it can be undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.accounts.models import User
from recompra.accounts.roles import Capability, may
from recompra.calls.models import Call, CallAct
from recompra.privacy import permission
from recompra.theme.refused import Refused

What, Status = CallAct.What, Call.Status
PUT_OFF = (1, 3, 7, 15, 30)
"""For how many days a call may be put off."""


def take(call: Call, by: User) -> Call:
    """Say that one will call. Refused: a colleague said so first, or we may not contact this person."""
    answer = permission.may(call.customer, "contact", "")
    if not answer.allowed:
        raise Refused(answer.reason)
    with transaction.atomic():
        held = _locked(call)
        if held.seller is not None and held.seller != by:
            raise Refused(_("%(name)s has already said they will call.") % {"name": held.seller})
        return _noted(held, What.TAKE, by, seller=by, status=Status.OPEN, until=None)


def release(call: Call, by: User) -> Call:
    """Give a call back to everybody: one's own, or anybody's for who decides."""
    with transaction.atomic():
        held = _locked(call)
        if held.seller != by and not may(by, Capability.DECIDE):
            raise Refused(_("Only whoever took this customer gives them back."))
        return _noted(held, What.RELEASE, by, seller=None)


def talk(call: Call, by: User) -> Call:
    """Note that the customer was talked to today."""
    with transaction.atomic():
        held = _locked(call)
        today = timezone.localdate()
        return _noted(held, What.TALK, by, status=Status.TALKED, seller=by, talked_on=today, until=None)


def snooze(call: Call, by: User, days: int) -> Call:
    """Put the call off by so many days. Refused: not one of PUT_OFF."""
    if days not in PUT_OFF:
        raise Refused(_("Choose for how many days."))
    until = timezone.localdate() + dt.timedelta(days=days)
    with transaction.atomic():
        return _noted(_locked(call), What.SNOOZE, by, status=Status.SNOOZED, until=until)


def decline(call: Call, by: User) -> Call:
    """Leave the customer alone until the next purchase."""
    with transaction.atomic():
        return _noted(_locked(call), What.DECLINE, by, status=Status.DECLINED, until=None)


def deal(calls: Iterable[Call], by: User, to: User | None) -> int:
    """Hand calls out to a colleague who sees their store (None: back to nobody); how many changed hands."""
    count = 0
    for call in calls:
        scope = None if to is None else to.store_scope()
        if scope is not None and call.store_id is not None and call.store_id not in scope:
            raise Refused(_("%(name)s does not see the store of all these customers.") % {"name": to})
        with transaction.atomic():
            held = _locked(call)
            if held.seller != to:
                _noted(held, What.DEAL, by, seller=to)
                count += 1
    return count


def undo(call: Call, by: User) -> Call:
    """Take back the last thing done with the call: one's own, or anybody's for who decides."""
    with transaction.atomic():
        held = _locked(call)
        last = held.acts.filter(undone_at=None).order_by("-pk").first()
        if last is None:
            raise Refused(_("There is nothing to undo."))
        if last.by != by and not may(by, Capability.DECIDE):
            raise Refused(_("A colleague did this: only they, or who manages the shop, take it back."))
        held.status, held.seller = last.was_status, last.was_seller
        held.until, held.talked_on = last.was_until, last.was_talked_on
        held.save()
        last.undone_at = timezone.now()
        last.save(update_fields=["undone_at"])
        return held


def _locked(call: Call) -> Call:
    """The call as it is now. Refused: it is closed."""
    held = Call.objects.select_for_update(of=("self",)).select_related("seller").get(pk=call.pk)
    if not held.is_live:
        raise Refused(_("This call is closed: the customer came back or is no longer due."))
    held.customer = call.customer
    return held


def _noted(held: Call, what: CallAct.What, by: User, **fresh: object) -> Call:
    CallAct.objects.create(
        call=held,
        what=what,
        by=by,
        was_status=held.status,
        was_seller=held.seller,
        was_until=held.until,
        was_talked_on=held.talked_on,
    )
    for name, value in fresh.items():
        setattr(held, name, value)
    held.save(update_fields=list(fresh))
    return held
