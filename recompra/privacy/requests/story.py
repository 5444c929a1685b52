"""What a customer's timeline tells of their privacy requests."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from recompra.accounts.roles import Capability, may
from recompra.privacy.models import PrivacyRequest
from recompra.theme.formats import dshort
from recompra.theme.timeline import Entry, tells


@tells("request")
def told(request: HttpRequest, customer_id: int, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Each request when it was opened; its page for who may open it."""
    found = PrivacyRequest.objects.filter(customer_id=customer_id).select_related("created_by")
    if before is not None:
        found = found.filter(created_at__lt=before)
    newest = list(found.order_by("-created_at", "-pk")[:limit])
    if len(newest) == limit:
        same = found.filter(created_at=newest[-1].created_at).exclude(pk__in=[one.pk for one in newest])
        newest += list(same.order_by("-pk"))
    handles = may(request.user, Capability.PRIVACY)
    return [_entry(one, handles or one.created_by_id == request.user.pk) for one in newest]


def _entry(one: PrivacyRequest, may_open: bool) -> Entry:
    state = (
        _("open, answer until %(day)s") % {"day": dshort(one.due_on)}
        if one.is_open
        else one.get_outcome_display()
    )
    return Entry(
        one.created_at,
        "request",
        "shield",
        _("Privacy request: %(kind)s") % {"kind": one.get_kind_display()},
        f"{one.protocol} · {state}",
        str(one.created_by or ""),
        reverse("privacy:request", args=[one.protocol]) if may_open else "",
    )
