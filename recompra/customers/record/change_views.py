"""The history of changes: of one customer, and taking a change back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from recompra.accounts.masking import sees_personal_data
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.models import Change
from recompra.customers.once import ways_to
from recompra.customers.record import changes
from recompra.customers.record.changes import Noted
from recompra.customers.record.completeness import of
from recompra.customers.record.fields import OWN, POINTS, label, shown
from recompra.customers.record.undo import ChangedSince, is_of_merge, left, undo
from recompra.customers.scope import member, visible_customer
from recompra.theme import keyset
from recompra.theme.pages import render_page
from recompra.theme.refused import Refused

PAGE = 25
FRAGMENTS = {"alteracoes": "customers/_changes.html", "mais": "customers/_change_rows.html"}


@dataclass(frozen=True)
class Shown:
    """A change as the page tells it: `lines` are (field, before, after), masked by role."""

    change: Change
    title: str
    lines: list[tuple[str, str, str]]

    @property
    def may_go_back(self) -> bool:
        """Whether it is of the kind that can be taken back on its own. The making of a record is not."""
        own = any(one["field"] in (*OWN, *POINTS) for one in self.change.fields)
        return own and self.change.version > 1 and self.change.origin != changes.Origin.MERGE


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def history(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was changed in one record, newest first."""
    customer = visible_customer(request, public_id)
    found = changes.history(customer.pk).select_related("by", "customer", "undone_by__by")
    page, after = paged(found, request.GET.get("apos"))
    context = {
        "customer": customer,
        "rows": told(request, page),
        "more": urlencode({"apos": after}) if after else "",
        "may_edit": may(member(request), Capability.EDIT_CUSTOMERS),
    }
    return render_page(request, "customers/changes.html", FRAGMENTS, context)


@requires(Capability.EDIT_CUSTOMERS)
def undo_change(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """GET asks, POST takes the change back: all of it, or the fields `so` where others were changed again."""
    customer = visible_customer(request, public_id)
    change = get_object_or_404(changes.history(customer.pk).select_related("by", "customer"), pk=pk)
    refusal, others = "", left(change)
    if request.method == "POST":
        only = request.POST.getlist("so") or None
        try:
            undo(change, by=member(request), only=only, reason=request.POST.get("motivo", "").strip())
        except ChangedSince as refused:
            refusal, others = refused.sentence, list(refused.others)
        except Refused as refused:
            refusal = refused.sentence
        else:
            messages.success(request, _("The change was taken back."))
            return redirect("customers:changes", public_id)
    whole = sees_personal_data(member(request))
    noted: list[Noted] = change.fields
    context = {
        "customer": customer,
        "change": change,
        "lines": [line(one, whole=whole) for one in noted],
        "others": [(name, label(name)) for name in others],
        "is_partial": len(others) < len(noted),
        "of_merge": is_of_merge(change),
        "refusal": refusal,
    }
    return render(request, "customers/undo.html", context, status=422 if refusal else 200)


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def completeness(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The card with how complete the record is."""
    customer = visible_customer(request, public_id)
    context = {
        "customer": customer,
        "completeness": of(customer, {kind for kind, _use in ways_to(request, customer)}),
        "may_edit": may(member(request), Capability.EDIT_CUSTOMERS),
        "history": True,
    }
    return render(request, "customers/_completeness.html", context)


def paged(found: QuerySet[Change], after: str | None, size: int = PAGE) -> tuple[list[Change], str]:
    """A page of changes, newest first, and the place where the next one begins ("" at the end)."""
    place = keyset.decode(after, dt.datetime, int)
    if place and isinstance(place[0], dt.datetime) and place[0].tzinfo:
        at, pk = place
        found = found.filter(Q(at__lt=at) | Q(pk__lt=pk), at__lte=at)
    rows = list(found[: size + 1])
    more = len(rows) > size
    return rows[:size], keyset.encode(rows[size - 1].at, rows[size - 1].pk) if more else ""


def told(request: HttpRequest, rows: Iterable[Change]) -> list[Shown]:
    """Changes as this person may see them."""
    whole = sees_personal_data(member(request))
    return [
        Shown(change, changes.title(change), [line(one, whole=whole) for one in change.fields])
        for change in rows
    ]


def line(one: Noted, *, whole: bool) -> tuple[str, str, str]:
    """(field, before, after) in words."""
    before, after = (shown(one["field"], one[side], whole=whole) for side in ("before", "after"))
    return label(one["field"]), before, after
