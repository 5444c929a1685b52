"""The loyalty programmes of a customer: on the overview, and in the timeline."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import gettext as _

from recompra.customers.models import Membership
from recompra.customers.once import once
from recompra.theme.timeline import Entry, tells
from recompra.theme.typed_days import midnight


def memberships_of(request: HttpRequest, customer_id: int) -> list[Membership]:
    """Those the customer is in, then those left; each in the order of names. Read once per request."""
    return once(request, f"memberships of {customer_id}", lambda: _memberships(customer_id))


def _memberships(customer_id: int) -> list[Membership]:
    found = Membership.objects.filter(customer=customer_id).order_by("program")
    return sorted(found, key=lambda one: one.left_on is not None)


@tells("loyalty")
def told(request: HttpRequest, customer_id: int, before: dt.datetime | None, limit: int) -> list[Entry]:
    """When the customer joined each programme, and when they left it. A handful: all of them are given."""
    entries = [entry for one in memberships_of(request, customer_id) for entry in _entries(one)]
    older = [entry for entry in entries if before is None or entry.at < before]
    return sorted(older, key=lambda entry: entry.at, reverse=True)


def _entries(one: Membership) -> list[Entry]:
    joined, left = _("Joined %(program)s"), _("Left %(program)s")
    days = ((one.joined_on, joined, "gem"), (one.left_on, left, "log-out"))
    return [
        Entry(midnight(day), "loyalty", icon, title % {"program": one.program}, one.tier)
        for day, title, icon in days
        if day
    ]
