"""The notes on a customer as a file: asked for with a reason, masked as the page is, and logged."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from recompra.accounts import audit
from recompra.accounts.masking import sees_personal_data
from recompra.accounts.models import User
from recompra.accounts.roles import Capability, requires
from recompra.customers.export import ExportForm, as_file
from recompra.customers.models import Mention, Note
from recompra.customers.notes import list as note_list
from recompra.customers.notes import write as notes
from recompra.customers.scope import member, visible_customer
from recompra.theme.spreadsheet import Column, Kind, Row


@requires(Capability.EXPORT, Capability.SEE_CUSTOMERS)
def export_notes(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Ask for format and reason; then the notes of the kind in the address (`?nota=`), newest first."""
    customer, user = visible_customer(request, public_id), member(request)
    found = notes.shown(customer, request.GET.get("nota", ""))
    many, form = found.count(), ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["motivo"]
        audit.record(request, "export_notes", customer_id=customer.pk, count=many, reason=reason)
        return as_file("notas", form.cleaned_data["formato"], _columns(), _rows(found, user))
    context = {"form": form, "many": many, "customer": customer, "query": request.GET.urlencode()}
    return render(request, "customers/export_notes.html", context, status=422 if form.is_bound else 200)


def _columns() -> list[Column]:
    return [
        Column(_("When"), Kind.MOMENT, 18),
        Column(_("Who"), width=24),
        Column(_("Kind of note"), width=20),
        Column(pgettext("on a customer", "Note"), width=80),
        Column(_("Pinned"), Kind.FLAG),
        Column(_("Colleagues called"), width=30),
        Column(_("Corrected at"), Kind.MOMENT, 18),
    ]


def _rows(found: QuerySet[Note], user: User) -> Iterator[Row]:
    whole = sees_personal_data(user)
    called = Prefetch("mentions", Mention.objects.select_related("user").order_by("pk"))
    for note in found.prefetch_related(called).iterator(chunk_size=500):
        names = [one.user.name for one in note.mentions.all()]
        yield (
            note.created_at,
            str(note.author or ""),
            str(note.get_kind_display()),
            note_list.text_for(note, user, whole),
            note.is_pinned,
            ", ".join(names),
            note.edited_at,
        )
