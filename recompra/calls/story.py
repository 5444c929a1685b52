"""What a customer's timeline tells of calls."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from recompra.calls.models import CallAct
from recompra.theme.timeline import Entry, tells

TOLD = {
    CallAct.What.TALK: ("phone-call", gettext_lazy("Talked to by the shop")),
    CallAct.What.SNOOZE: ("alarm-clock", gettext_lazy("Call put off")),
    CallAct.What.DECLINE: ("phone-off", gettext_lazy("Not to be called until the next purchase")),
}


@tells("contact")
def told(request: HttpRequest, customer_id: int, before: dt.datetime | None, limit: int) -> list[Entry]:
    """That somebody talked to the customer, put it off or was told not to call."""
    found = CallAct.objects.filter(call__customer=customer_id, what__in=TOLD, undone_at=None)
    found = found.select_related("by") if before is None else found.filter(at__lt=before).select_related("by")
    newest = list(found.order_by("-at", "-pk")[:limit])
    if len(newest) == limit:
        newest += list(found.filter(at=newest[-1].at).exclude(pk__in=[one.pk for one in newest]))
    return [_entry(one) for one in newest]


def _entry(one: CallAct) -> Entry:
    icon, title = TOLD[CallAct.What(one.what)]
    return Entry(one.at, "contact", icon, str(title), by=str(one.by or ""))
