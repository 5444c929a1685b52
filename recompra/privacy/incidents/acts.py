"""What is done with an incident on its page: each act by POST, each a step in its history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from recompra.accounts import audit
from recompra.accounts.models import User
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.export import ExportForm, as_file
from recompra.customers.models import ContactPoint
from recompra.customers.scope import member
from recompra.privacy.incidents import affected
from recompra.privacy.incidents import forms as incident_forms
from recompra.privacy.incidents import register as incidents
from recompra.privacy.incidents.views import answer_page, filtered
from recompra.privacy.models import Incident
from recompra.theme.formats import moment
from recompra.theme.spreadsheet import Column, Kind, Row

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

CHUNK = 1_000


@dataclass(frozen=True)
class Act:
    """`name` of the form on the page, its `prefix`, what it does, and what is said afterwards."""

    name: str
    form: type[forms.Form]
    perform: Callable[[Incident, dict[str, Any], User], object]
    done: StrPromise
    prefix: str | None = None


def _change(one: Incident, given: dict[str, Any], by: User) -> None:
    incidents.change(one, {column: given[field] for field, column in incident_forms.COLUMNS.items()}, by=by)


def _by_colleague(one: Incident, given: dict[str, Any], by: User) -> None:
    found = affected.opened_by(given["quem"].pk, given["de"], given["ate"])
    words = f"{given['quem']}, {moment(given['de'])} – {moment(given['ate'])}"
    affected.add(one, found, found_by="access_log", by=by, text=words)


def _by_export(one: Incident, given: dict[str, Any], by: User) -> None:
    entry = given["arquivo"]
    words = f"{moment(entry.at)} · {entry.staff or ''}"
    affected.add(one, affected.in_export(entry), found_by="export", by=by, text=words)


ACTS = {
    "registro": Act("record", incident_forms.IncidentForm, _change, gettext_lazy("The record was saved.")),
    "anpd": Act(
        "authority",
        incident_forms.ToldForm,
        lambda one, given, by: incidents.tell_authority(one, given["quando"], by=by, text=given["texto"]),
        gettext_lazy("Noted that the ANPD was told."),
        "anpd",
    ),
    "titulares": Act(
        "people",
        incident_forms.PeopleToldForm,
        lambda one, given, by: incidents.tell_people(
            one, given["quando"], how=given["como"], notice_until=given["aviso"], by=by
        ),
        gettext_lazy("Noted that the people were told."),
        "titulares",
    ),
    "complemento": Act(
        "complete",
        incident_forms.ToldForm,
        lambda one, given, by: incidents.complete(one, given["quando"], by=by, text=given["texto"]),
        gettext_lazy("Noted that the communication was completed."),
        "complemento",
    ),
    "pessoas-por-colega": Act(
        "colleague", incident_forms.ByColleague, _by_colleague, gettext_lazy("The people were looked for.")
    ),
    "pessoas-por-arquivo": Act(
        "export", incident_forms.ByExport, _by_export, gettext_lazy("The people were looked for.")
    ),
    "nota": Act(
        "note",
        incident_forms.NoteForm,
        lambda one, given, by: incidents.note(one, given["nota"], by=by),
        gettext_lazy("The note was added."),
    ),
    "encerrar": Act(
        "close",
        incident_forms.CloseForm,
        lambda one, given, by: incidents.close(one, by=by, why_not_told=given["motivo"]),
        gettext_lazy("The incident is closed. It stays on record."),
        "encerrar",
    ),
    "reabrir": Act(
        "reopen",
        incident_forms.ReopenForm,
        lambda one, given, by: incidents.reopen(one, by=by, why=given["motivo"]),
        gettext_lazy("The incident is open again."),
        "reabrir",
    ),
}


@requires(Capability.PRIVACY)
@require_POST
def incident_act(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """Do it, or show the page again with what was wrong beside its field."""
    if slug not in ACTS:
        raise Http404
    chosen, found = ACTS[slug], get_object_or_404(Incident, number=number)
    form = chosen.form(request.POST, prefix=chosen.prefix)
    if not form.is_valid():
        return answer_page(request, found, {chosen.name: form})
    with transaction.atomic():
        locked = Incident.objects.select_for_update().get(pk=found.pk)
        chosen.perform(locked, form.cleaned_data, member(request))
        audit.record(request, "incident_change")
    messages.success(request, chosen.done)
    return redirect("privacy:incident", number)


def _asked(request: HttpRequest) -> ExportForm:
    """Raises PermissionDenied for whom may not take files away."""
    if not may(request.user, Capability.EXPORT):
        raise PermissionDenied
    return ExportForm(request.POST or None)


@requires(Capability.PRIVACY)
def incidents_export(request: HttpRequest) -> HttpResponseBase:
    """Ask for format and reason; then the register for the authority, as filtered."""
    form, found = _asked(request), filtered(request)
    if request.method == "POST" and form.is_valid():
        audit.record(request, "export_incidents", count=found.count(), reason=form.cleaned_data["motivo"])
        rows = (_row(one) for one in found.iterator(chunk_size=CHUNK))
        return as_file("incidentes", form.cleaned_data["formato"], _columns(), rows)
    context = {"form": form, "count": found.count(), "back": reverse("privacy:incidents")}
    return render(request, "privacy/export.html", context, status=422 if form.is_bound else 200)


@requires(Capability.PRIVACY)
def people_export(request: HttpRequest, number: str) -> HttpResponseBase:
    """Ask for format and reason; then whom the incident touched, with what is needed to tell them."""
    form, found = _asked(request), get_object_or_404(Incident, number=number)
    count = found.affected.count()
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["motivo"]
        audit.record(
            request, "export_incidents", fields=("name", "email", "phone"), count=count, reason=reason
        )
        columns = [
            Column(_("Name"), width=30),
            Column(_("Contacts"), width=50),
            Column(_("Found by"), width=20),
        ]
        return as_file(f"titulares-{number}", form.cleaned_data["formato"], columns, _people(found))
    context = {
        "form": form,
        "count": count,
        "back": reverse("privacy:incident", args=[number]),
        "one": number,
    }
    return render(request, "privacy/export.html", context, status=422 if form.is_bound else 200)


def _people(found: Incident) -> Iterator[Row]:
    """In flat memory: people by thousands, their contact points by one query a thousand."""
    words = {"access_log": _("access log"), "export": _("exported list")}
    after = 0
    while chunk := list(
        found.affected.filter(pk__gt=after).select_related("customer").order_by("pk")[:CHUNK]
    ):
        points: dict[int, list[str]] = {}
        owners = [one.customer_id for one in chunk]
        for owner, value in (
            ContactPoint.objects.filter(customer__in=owners)
            .order_by("pk")
            .values_list("customer_id", "value")
        ):
            points.setdefault(owner, []).append(value)
        for one in chunk:
            contacts = ", ".join(points.get(one.customer_id, ()))
            yield one.customer.title, contacts, words.get(one.found_by, one.found_by)
        after = chunk[-1].pk


def _columns() -> list[Column]:
    """Made before the answer streams: by then the person's language is no longer the active one."""
    moments = {"happened_at", "known_at", "told_authority_at", "told_people_at", "completed_at", "closed_at"}
    days = {"due_on", "notice_until", "complement_on"}
    return [
        Column(
            str(Incident._meta.get_field(name).verbose_name).capitalize(),  # type: ignore[union-attr]
            Kind.MOMENT
            if name in moments
            else Kind.DAY
            if name in days
            else Kind.INTEGER
            if name == "people"
            else Kind.TEXT,
            18,
        )
        for name in EXPORTED
    ]


EXPORTED = (
    "number", "kind", "title", "happened_at", "known_at", "circumstances", "categories", "people", "risk",
    "damage", "measures", "due_on", "told_authority_at", "told_people_at", "how_told", "notice_until",
    "complement_on", "completed_at", "why_not_told", "closed_at",
)  # fmt: skip
"""What art. 10 of the resolution wants on record."""


def _row(one: Incident) -> Row:
    shown = {
        "kind": one.get_kind_display(),
        "risk": one.get_risk_display(),
        "categories": ", ".join(str(incidents.CATEGORIES.get(name, name)) for name in one.categories),
    }
    return tuple(shown.get(name, getattr(one, name)) for name in EXPORTED)
