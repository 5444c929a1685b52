"""The classes of rows whose time the shop decides, of this room and of those below it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from recompra.accounts import audit
from recompra.accounts.models import AccessLog
from recompra.customers.models import ContactAttempt, Customer, ExportRoll, Note
from recompra.privacy.erasure.erase import request_erasure
from recompra.privacy.models import Block, Incident, PrivacyRequest
from recompra.theme.kept import Kept
from recompra.theme.typed_days import midnight

if TYPE_CHECKING:
    from recompra.accounts.models import User

YEARS_5 = 60


def _silent_customers(before: dt.date) -> QuerySet[Customer]:
    """People who last bought before the day, or never bought and were registered before it."""
    never = Q(standing__isnull=True, created_at__lt=midnight(before))
    found = Customer.objects.filter(Q(standing__last_on__lt=before) | never, merged_into=None, apart="")
    return found.exclude(privacy_requests__answered_at__isnull=True, privacy_requests__isnull=False)


def _erase(ids: list[int], by: User | None) -> int:
    """Each goes through the erasure, with its receipt; the worker does them one by one."""
    people = list(Customer.objects.filter(pk__in=ids))
    for customer in people:
        request_erasure(customer, by=by)
    return len(people)


def _deleted(rows: QuerySet[Any]) -> int:
    count = rows.count()
    rows.delete()
    return count


def _log(before: dt.date) -> QuerySet[AccessLog]:
    """The beginning of the chain up to the first entry that stays."""
    old = AccessLog.objects.filter(at__lt=midnight(before))
    first = AccessLog.objects.filter(at__gte=midnight(before)).order_by("pk").values_list("pk", flat=True)[:1]
    return old.filter(pk__lt=stays) if (stays := first.first()) else old


def _cut(ids: list[int], by: User | None) -> int:
    ExportRoll.objects.filter(entry__in=ids).delete()
    return audit.cut(ids)


CUSTOMERS = Kept(
    "customers",
    _("Customers who no longer buy"),
    _("Art. 15, I, and art. 16: processing ends when its purpose is reached. Each goes through the erasure."),
    _silent_customers,
    _erase,
    months=None,
    least=6,
    holder="pk",
)
NOTES = Kept(
    "notes",
    _("Notes about customers"),
    _("Art. 6, III: only what is needed, and as long as it is. Five years: prescription (CDC, art. 27)."),
    lambda before: Note.objects.filter(created_at__lt=midnight(before)),
    lambda ids, by: _deleted(Note.objects.filter(pk__in=ids)),
    months=YEARS_5,
    holder="customer",
)
ATTEMPTS = Kept(
    "attempts",
    _("Attempts of contact"),
    _("Art. 6, III: it serves not to write twice to the same person."),
    lambda before: ContactAttempt.objects.filter(at__lt=midnight(before)),
    lambda ids, by: _deleted(ContactAttempt.objects.filter(pk__in=ids)),
    months=24,
    holder="customer",
)
BLOCKS = Kept(
    "blocks",
    _("Blocks that were lifted"),
    _("Art. 7, VI: proof of what the person asked for, five years."),
    lambda before: Block.objects.filter(lifted_at__lt=midnight(before)),
    lambda ids, by: _deleted(Block.objects.filter(pk__in=ids)),
    months=YEARS_5,
    least=YEARS_5,
    holder="customer",
)
REQUESTS = Kept(
    "requests",
    _("Privacy requests, answered"),
    _("Art. 6, X: the shop must be able to prove its answers; five years."),
    lambda before: PrivacyRequest.objects.filter(answered_at__lt=midnight(before)),
    lambda ids, by: _deleted(PrivacyRequest.objects.filter(pk__in=ids)),
    months=YEARS_5,
    least=YEARS_5,
    holder="customer",
)
INCIDENTS = Kept(
    "incidents",
    _("Incidents, closed"),
    _("Res. CD/ANPD 15/2024, art. 10: at least five years from the record."),
    lambda before: Incident.objects.filter(closed_at__isnull=False, created_at__lt=midnight(before)),
    lambda ids, by: _deleted(Incident.objects.filter(pk__in=ids)),
    months=YEARS_5,
    least=YEARS_5,
)
ACCESS_LOG = Kept(
    "access_log",
    _("Access log"),
    _("Marco Civil (Lei 12.965/2014), art. 15: at least six months. Five years as proof (LGPD, art. 37)."),
    _log,
    _cut,
    months=YEARS_5,
    least=6,
)
