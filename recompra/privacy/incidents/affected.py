"""Whom an incident touched: asked of the access log and of the rolls of exported lists.

What cannot be known: who was read on a page of the list without being opened, and who stood in a file that
was made before rolls were kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from recompra.accounts.models import AccessLog
from recompra.customers.models import Customer
from recompra.customers.roll import people_in
from recompra.privacy.incidents.register import hold_open, step
from recompra.privacy.models import Incident, IncidentPerson
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    from recompra.accounts.models import User

CHUNK = 5_000


def opened_by(staff: int, since: dt.datetime, until: dt.datetime) -> set[int]:
    """Customers whose data this member of staff opened, revealed, wrote to or changed, by the access log."""
    found = AccessLog.objects.filter(staff=staff, at__gte=since, at__lt=until, customer_id__isnull=False)
    return {pk for pk in found.values_list("customer_id", flat=True).distinct() if pk is not None}


def in_export(entry: AccessLog) -> set[int]:
    """Customers who stood in the list that this entry of the access log tells of.

    Raises Refused when no roll of it was kept.
    """
    found = people_in(entry)
    if found is None:
        raise Refused(_("Who stood in that file is not known: no roll of it was kept."))
    return found


def add(
    incident: Incident, customers: Iterable[int], *, found_by: str, by: User | None, text: str = ""
) -> int:
    """Put these customers on the incident's list, each once; how many are new. Erased ones are left out."""
    hold_open(incident)
    wanted = sorted(customers)
    new = 0
    with transaction.atomic():
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            there = set(incident.affected.filter(customer__in=chunk).values_list("customer_id", flat=True))
            alive = set(Customer.objects.filter(pk__in=chunk).values_list("pk", flat=True)) - there
            rows = (
                IncidentPerson(incident=incident, customer_id=pk, found_by=found_by) for pk in sorted(alive)
            )
            new += len(IncidentPerson.objects.bulk_create(rows))
        incident.people = max(incident.people or 0, incident.affected.count())
        incident.save(update_fields=["people"])
        step(incident, "people", by=by, text=text)
    return new
