"""The change log: each save of a record is noted with what it was, what it became, by whom and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypedDict

from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.accounts.masking import sees_personal_data
from recompra.customers.models import Change, Customer
from recompra.customers.record.fields import Value, label, shown, stored
from recompra.customers.scope import member
from recompra.theme.timeline import Entry, tells

if TYPE_CHECKING:
    from recompra.accounts.models import User

Origin = Change.Origin


class Noted(TypedDict):
    """One field of a change, as it is kept."""

    field: str
    before: str
    after: str


def record(
    customer: Customer,
    what: Mapping[str, tuple[Value, Value]],
    *,
    by: User | None,
    origin: str,
    reason: str = "",
    undoes: Change | None = None,
) -> Change:
    """Note a save: `what` is {field: (before, after)}. Call it inside the transaction that wrote the fields.

    It also gives the record its next version, so that who edits on top of the older one is told.
    """
    noted = entries((name, before, after) for name, (before, after) in what.items())
    return note(customer, noted, by=by, origin=origin, reason=reason, undoes=undoes)


def note(
    customer: Customer,
    noted: list[Noted],
    *,
    by: User | None,
    origin: str,
    reason: str = "",
    undoes: Change | None = None,
) -> Change:
    """As `record`, with the fields as they are kept; `undoes` is the change that this one takes back."""
    with transaction.atomic():
        now = timezone.now()
        Customer.objects.filter(pk=customer.pk).update(version=F("version") + 1, updated_at=now)
        customer.version = Customer.objects.values_list("version", flat=True).get(pk=customer.pk)
        change = Change.objects.create(
            customer=customer,
            at=now,
            by=by,
            origin=origin,
            reason=reason[:200],
            fields=noted,
            names=names(noted),
            version=customer.version,
        )
        if undoes is not None:  # and what that one took back is in force again
            Change.objects.filter(undone_by=undoes).update(undone_by=None)
            Change.objects.filter(pk=undoes.pk).update(undone_by=change)
    return change


def entries(what: Iterable[tuple[str, Value, Value]]) -> list[Noted]:
    """(field, before, after) in the form in which a change keeps them."""
    return [Noted(field=name, before=stored(before), after=stored(after)) for name, before, after in what]


def names(noted: Iterable[Noted]) -> str:
    """The fields of a change as its column `names` holds them."""
    return f",{','.join(sorted({one['field'] for one in noted}))},"


def history(customer_id: int) -> QuerySet[Change]:
    """The changes of a customer, newest first, with those of the records that were merged into it."""
    absorbed = Customer.objects.filter(merged_into=customer_id).values_list("pk", flat=True)
    return Change.objects.filter(customer__in=[customer_id, *absorbed]).order_by("-at", "-pk")


def since(customer_id: int, version: int) -> list[Change]:
    """What was saved on top of this version, oldest first."""
    newer = Change.objects.filter(customer=customer_id, version__gt=version)
    return list(newer.select_related("by").order_by("at", "pk"))


def told(noted: Noted, *, whole: bool) -> str:
    """One field of a change as a sentence: "E-mail: a•••@x.com → b•••@y.com"."""
    before, after = (shown(noted["field"], noted[side], whole=whole) for side in ("before", "after"))
    words = {"field": label(noted["field"]), "before": before, "after": after}
    if not before:
        return _("%(field)s: %(after)s (was blank)") % words
    if not after:
        return _("%(field)s: %(before)s, taken out") % words
    return _("%(field)s: %(before)s → %(after)s") % words


TITLES = {
    Origin.ATTENDANT: lambda: _("Record corrected"),
    Origin.IMPORT: lambda: _("Record renewed by an import"),
    Origin.MERGE: lambda: _("Record changed by a merge"),
    Origin.UNDO: lambda: _("Change taken back"),
    Origin.REQUEST: lambda: _("Record corrected on request"),
    Origin.ENRICHMENT: lambda: _("Public data added"),
}


def title(change: Change) -> str:
    """What happened, in a few words."""
    return TITLES[Origin(change.origin)]() if change.version > 1 else _("Record made")


@tells("change")
def timeline(request: HttpRequest, customer_id: int, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The changes of the record for its timeline, masked by role."""
    found = history(customer_id).select_related("by", "customer")
    if before is not None:
        found = found.filter(at__lt=before)
    newest = list(found[:limit])
    if len(newest) == limit:
        seen = [change.pk for change in newest]
        newest += list(found.filter(at=newest[-1].at).exclude(pk__in=seen))
    whole = sees_personal_data(member(request))
    return [_entry(change, whole) for change in newest]


def _entry(change: Change, whole: bool) -> Entry:
    facts = [told(one, whole=whole) for one in change.fields]
    text = " · ".join([*facts, change.reason] if change.reason else facts)
    address = reverse("customers:changes", args=[change.customer.public_id])
    return Entry(change.at, "change", "pencil", title(change), text, str(change.by or ""), address)
