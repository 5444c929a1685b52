"""The register of incidents: the list, a new one, and one with its clocks, people and history."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from recompra.accounts import audit
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.scope import member
from recompra.privacy.incidents import forms as incident_forms
from recompra.privacy.incidents import letters as incident_letters
from recompra.privacy.incidents import register as incidents
from recompra.privacy.models import Incident
from recompra.privacy.requests.views import letter_answer
from recompra.privacy.tabs import tabs
from recompra.theme import keyset
from recompra.theme.pages import render_page

PAGE = 50
OPEN, CLOSED, ALL = "abertos", "encerrados", "todos"
SITUATIONS = {
    OPEN: gettext_lazy("Open ones"),
    CLOSED: gettext_lazy("Closed ones"),
    ALL: gettext_lazy("All incidents"),
}
LIST = {"incidentes": "privacy/_incidents.html", "mais": "privacy/_incident_rows.html"}


def filtered(request: HttpRequest) -> QuerySet[Incident]:
    """What `situacao`, `tipo` and (by POST) `busca` ask for, by `ordem`: newest first, or `conhecido`."""
    given = request.GET
    found = Incident.objects.all()
    situation = given.get("situacao", ALL)
    if situation in (OPEN, CLOSED):
        found = found.filter(closed_at__isnull=situation == OPEN)
    if (kind := given.get("tipo", "")) in Incident.Kind.values:
        found = found.filter(kind=kind)
    if typed := request.POST.get("busca", "").strip()[:200]:
        found = found.filter(Q(number__startswith=typed.upper()) | Q(title__icontains=typed))
    sign = "" if given.get("ordem") == "conhecido" else "-"
    return found.order_by(f"{sign}known_at", f"{sign}pk")


@requires(Capability.PRIVACY)
def incident_list(request: HttpRequest) -> HttpResponse:
    """Every incident on record."""
    found = filtered(request)
    up = request.GET.get("ordem") == "conhecido"
    if place := keyset.decode(request.GET.get("apos"), dt.datetime, int):
        then = "gt" if up else "lt"
        same = Q(**{"known_at": place[0], f"pk__{then}": place[1]})
        found = found.filter(Q(**{f"known_at__{then}": place[0]}) | same)
    rows = list(found[: PAGE + 1])
    query = {name: request.GET[name] for name in ("situacao", "tipo", "ordem") if request.GET.get(name)}
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    more = urlencode(query | {"apos": keyset.encode(last.known_at, last.pk)}) if last else ""
    late = Incident.objects.filter(closed_at=None, told_authority_at=None, due_on__lt=timezone.localdate())
    context = {
        "rows": [shown(row) for row in rows[:PAGE]],
        "typed": request.POST.get("busca", "").strip(),
        "more": f"{reverse('privacy:incidents')}?{more}" if more else "",
        "query": urlencode(query),
        "filters": request.GET,
        "sort": request.GET.get("ordem", "-conhecido"),
        "situations": SITUATIONS.items(),
        "kinds": Incident.Kind.choices,
        "late": late.exclude(risk=Incident.Risk.LOW).count(),
        "tabs": tabs(request, "privacy:incidents"),
        "may_export": may(request.user, Capability.EXPORT),
    }
    return render_page(request, "privacy/incidents.html", LIST, context)


def shown(found: Incident) -> dict[str, Any]:
    """An incident with its clock in words and the colour class of it."""
    today = timezone.localdate()
    if not found.is_open:
        clock, family = _("closed"), "lost"
    elif found.risk == Incident.Risk.LOW:
        clock, family = _("no need to communicate"), "champ"
    elif found.told_authority_at and found.told_people_at:
        clock, family = _("communicated"), "champ"
    elif found.due_on < today:
        clock, family = _("communication is late"), "risk"
    else:
        clock = _("communicate until %(day)s") % {"day": f"{found.due_on:%d/%m/%Y}"}
        family = "warn"
    return {"one": found, "clock": clock, "family": family}


@requires(Capability.PRIVACY)
def incident_new(request: HttpRequest) -> HttpResponse:
    """Put an incident on record."""
    form = incident_forms.NewIncident(request.POST or None, initial={"conhecido": timezone.localtime()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        opened = incidents.open_incident(
            given["tipo"],
            given["titulo"],
            known_at=given["conhecido"],
            happened_at=given["aconteceu"],
            by=member(request),
        )
        audit.record(request, "incident_open")
        messages.success(request, _("The incident is on record and its clock runs."))
        return redirect("privacy:incident", opened.number)
    context = {"form": form}
    return render(request, "privacy/incident_new.html", context, status=422 if form.is_bound else 200)


@requires(Capability.PRIVACY)
@require_GET
def incident_page(request: HttpRequest, number: str) -> HttpResponse:
    """One incident: what is known of it, its clocks, whom it touched, and its history."""
    return answer_page(request, get_object_or_404(Incident, number=number))


def answer_page(
    request: HttpRequest, found: Incident, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    """The page of an incident; `bound` are forms that came back with errors."""
    now = {"quando": timezone.localtime()}
    given: dict[str, forms.Form] = {
        "record": incident_forms.IncidentForm(
            initial={field: getattr(found, column) for field, column in incident_forms.COLUMNS.items()}
        ),
        "authority": incident_forms.ToldForm(initial=now, prefix="anpd"),
        "people": incident_forms.PeopleToldForm(initial=now, prefix="titulares"),
        "complete": incident_forms.ToldForm(initial=now, prefix="complemento"),
        "colleague": incident_forms.ByColleague(),
        "export": incident_forms.ByExport(),
        "note": incident_forms.NoteForm(),
        "close": incident_forms.CloseForm(prefix="encerrar", initial={"motivo": found.why_not_told}),
        "reopen": incident_forms.ReopenForm(prefix="reabrir"),
    }
    context = {
        **shown(found),
        "forms": given | (bound or {}),
        "affected": found.affected.count(),
        "steps": [
            (step, incidents.STEPS.get(step.what, step.what))
            for step in found.steps.select_related("by").order_by("-pk")
        ],
        "may_export": may(request.user, Capability.EXPORT),
        "tabs": tabs(request, "privacy:incidents"),
    }
    return render(request, "privacy/incident.html", context, status=422 if bound else 200)


@requires(Capability.PRIVACY)
@require_GET
def incident_letter(request: HttpRequest, number: str, to: str) -> HttpResponse:
    """The communication to the ANPD (`anpd`) or to the people (`titulares`), to print, save or copy."""
    found = get_object_or_404(Incident, number=number)
    writers = {"anpd": incident_letters.to_authority, "titulares": incident_letters.to_people}
    if to not in writers:
        raise Http404
    back = reverse("privacy:incident", args=[number])
    return letter_answer(request, writers[to](found), f"{number}-{to}", back)
