"""What a customer's timeline tells of their consents."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from recompra.customers.scope import customer_told
from recompra.privacy.models import Action, ConsentEvent
from recompra.theme.timeline import Entry, tells


@tells("consent")
def told(request: HttpRequest, customer_id: int, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Each thing the person said, at the moment they said it."""
    found = ConsentEvent.objects.filter(customer=customer_id).select_related("by")
    if before is not None:
        found = found.filter(at__lt=before)
    newest = list(found.order_by("-at", "-pk")[:limit])
    if len(newest) == limit:
        newest += list(found.filter(at=newest[-1].at).exclude(pk__in=[one.pk for one in newest]))
    if not newest:
        return []
    public_id = customer_told(request, customer_id).public_id
    address = reverse("privacy:consents", args=[public_id])
    return [_entry(one, address) for one in newest]


def _entry(one: ConsentEvent, address: str) -> Entry:
    icon = "circle-check" if one.action == Action.GRANT else "ban"
    title = _("Consent, %(purpose)s: %(said)s") % {
        "purpose": one.get_purpose_display(),
        "said": one.get_action_display(),
    }
    parts = (one.get_channel_display(), one.get_origin_display(), one.evidence)
    text = " · ".join(str(part) for part in parts if part)
    return Entry(one.at, "consent", icon, title, text, str(one.by or ""), address)
