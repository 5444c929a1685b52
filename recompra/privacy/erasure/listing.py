"""Every erasure that was asked for: the list with its filters, and the same as a file. It names nobody."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from recompra.accounts import audit
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.export import ExportForm, as_file
from recompra.privacy.models import Erasure
from recompra.privacy.tabs import tabs
from recompra.theme import keyset
from recompra.theme.pages import render_page
from recompra.theme.spreadsheet import Column, Kind, Row

PAGE = 30
UNDER_WAY, DONE, STOPPED = "em-andamento", "concluidas", "paradas"
SITUATIONS = {
    "": gettext_lazy("All erasures"),
    UNDER_WAY: gettext_lazy("Under way"),
    DONE: gettext_lazy("Done"),
    STOPPED: gettext_lazy("Failed or cancelled"),
}
PROVED = Q(step=Erasure.Step.PROVED)
CONDITIONS = {
    UNDER_WAY: ~PROVED & Q(status__in=Erasure.LIVE),
    DONE: PROVED,
    STOPPED: ~PROVED & ~Q(status__in=Erasure.LIVE),
}
LIST = {"eliminacoes": "privacy/_erasures.html", "mais": "privacy/_erasure_rows.html"}


def filtered(request: HttpRequest) -> QuerySet[Erasure]:
    """What `situacao` and `busca` (the begin of a receipt or protocol) ask for, by `ordem`: newest first,
    or `pedida`."""
    given = request.GET
    found = Erasure.objects.select_related("by", "request")
    if condition := CONDITIONS.get(given.get("situacao", "")):
        found = found.filter(condition)
    if typed := _typed(request):
        found = found.filter(Q(uid__startswith=typed.lower()) | Q(request__protocol__istartswith=typed))
    up = given.get("ordem") == "pedida"
    return found.order_by("created_at", "pk") if up else found.order_by("-created_at", "-pk")


@requires(Capability.PRIVACY)
@require_GET
def erasures(request: HttpRequest) -> HttpResponse:
    """A page of the erasures."""
    found, up = filtered(request), request.GET.get("ordem") == "pedida"
    if place := keyset.decode(request.GET.get("apos"), dt.datetime, int):
        then = "gt" if up else "lt"
        same = Q(**{"created_at": place[0], f"pk__{then}": place[1]})
        found = found.filter(Q(**{f"created_at__{then}": place[0]}) | same)
    rows = list(found[: PAGE + 1])
    query = {name: request.GET[name] for name in ("situacao", "busca", "ordem") if request.GET.get(name)}
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    more = urlencode(query | {"apos": keyset.encode(last.created_at, last.pk)}) if last else ""
    context = {
        "rows": rows[:PAGE],
        "more": f"{reverse('privacy:erasures')}?{more}" if more else "",
        "query": urlencode(query),
        "filters": request.GET,
        "typed": _typed(request),
        "sort": request.GET.get("ordem", "-pedida"),
        "situations": SITUATIONS.items(),
        "tabs": tabs(request, "privacy:erasures"),
        "may_export": may(request.user, Capability.EXPORT),
    }
    return render_page(request, "privacy/erasures.html", LIST, context)


@requires(Capability.PRIVACY, Capability.EXPORT)
def erasures_export(request: HttpRequest) -> HttpResponseBase:
    """Ask for format and reason; then the erasures as filtered."""
    form, found = ExportForm(request.POST or None), filtered(request)
    count = found.count()
    if request.method == "POST" and form.is_valid():
        audit.record(request, "export_erasures", count=count, reason=form.cleaned_data["motivo"])
        columns, rows = _columns(), map(_row, found.iterator(chunk_size=1_000))
        return as_file("eliminacoes", form.cleaned_data["formato"], columns, rows)
    context = {"form": form, "count": count, "back": reverse("privacy:erasures")}
    return render(request, "privacy/export.html", context, status=422 if form.is_bound else 200)


def _typed(request: HttpRequest) -> str:
    return request.GET.get("busca", "").strip()[:40]


def _columns() -> list[Column]:
    return [
        Column(_("Receipt"), width=40),
        Column(_("Asked for at"), Kind.MOMENT, 20),
        Column(_("By"), width=24),
        Column(_("Request"), width=18),
        Column(_("State"), width=40),
        Column(_("Records deleted at"), Kind.MOMENT, 20),
        Column(_("Rows deleted"), Kind.INTEGER),
    ]


def _row(one: Erasure) -> Row:
    state = one.get_step_display() if one.step else one.get_status_display()
    deleted = sum(one.receipt.get("deleted", {}).values())
    protocol = one.request.protocol if one.request else ""
    return (str(one.uid), one.created_at, str(one.by or ""), protocol, str(state), one.erased_at, deleted)
