"""The list of saved segments, and one segment: its sentence, figures, people, and who came and went."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from recompra.accounts import audit
from recompra.accounts.roles import Capability, requires
from recompra.customers.export import ExportForm, as_file
from recompra.customers.scope import StoreScope, member
from recompra.segments import listing
from recompra.segments.builder.views import folders
from recompra.segments.found.question import of_segment
from recompra.segments.found.views import LIST as FOUND
from recompra.segments.found.views import listed
from recompra.segments.listing import Filters, Line
from recompra.segments.models import Segment, SegmentDraft
from recompra.segments.moves import lately
from recompra.segments.rule.read import read
from recompra.segments.rule.sentence import sentence
from recompra.segments.sizes import charts, sparkline
from recompra.theme.pages import render_page
from recompra.theme.refused import Refused
from recompra.theme.spreadsheet import Column, Kind, Row

LIST = {"segmentos": "segments/_list.html", "mais": "segments/_list_rows.html"}
SORTS = {
    listing.NAME: gettext_lazy("Folder and name"),
    listing.PEOPLE: gettext_lazy("Most people"),
    listing.NEWEST: gettext_lazy("Last changed"),
}
KINDS = {listing.OWN: gettext_lazy("Made here"), listing.READY: gettext_lazy("Ready ones")}


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def segments(request: HttpRequest) -> HttpResponse:
    """The segments that the filters in the address ask for."""
    user = member(request)
    scope = user.store_scope()
    filters = Filters.read(request.GET, scope)
    lines, after = listing.page(filters, scope, request.GET.get("apos"))
    context = {
        "lines": [(line, sparkline(line.sizes)) for line in lines],
        "more": f"{reverse('segments:list')}?{filters.query(apos=after)}" if after else "",
        "filters": filters,
        "folders": folders(),
        "sorts": [(code, told) for code, told in SORTS.items() if scope is None or code != listing.PEOPLE],
        "kinds": KINDS.items(),
        "archived": Segment.objects.filter(archived_at__isnull=False).exists(),
        "draft": SegmentDraft.objects.filter(owner=user, segment=None).exists(),
        "whole": scope is None,
    }
    return render_page(request, "segments/list.html", LIST, context)


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def segment(request: HttpRequest, segment: UUID) -> HttpResponse:
    """One segment, archived ones too."""
    user = member(request)
    scope = user.store_scope()
    one = get_object_or_404(Segment.objects.select_related("created_by", "updated_by"), public_id=segment)
    line = listing.told([one], scope)[0]
    context = {"segment": one, "line": line, "folders": folders(), "whole": scope is None}
    context |= _people(request, one, line)
    context |= {"moves": lately(one, scope, timezone.localdate())}
    context |= charts(one) if scope is None else {}
    return render_page(request, "segments/segment.html", FOUND, context)


def _people(request: HttpRequest, one: Segment, line: Line) -> dict[str, Any]:
    """The rule in words, and who fits it; why not, where it can no longer be read."""
    try:
        told = {"sentence": sentence(read(one.rule))}
        return told | listed(request, of_segment(one), many=line.figures.people if line.figures else None)
    except Refused as refused:
        return {"failed": refused.sentence}


@requires(Capability.EXPORT)
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a file: names and figures, no person."""
    scope = member(request).store_scope()
    filters = Filters.read(request.GET, scope)
    count = filters.rows().count()
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["motivo"]
        audit.record(request, "export_segments", count=count, reason=reason)
        rows = list(_rows(filters, scope))
        return as_file("segmentos", form.cleaned_data["formato"], _columns(whole=scope is None), iter(rows))
    context = {"form": form, "count": count, "back": f"{reverse('segments:list')}?{filters.query()}"}
    return render(request, "segments/export_list.html", context, status=422 if form.is_bound else 200)


def _columns(*, whole: bool) -> list[Column]:
    return [
        Column(_("Name"), width=36),
        Column(_("Folder"), width=20),
        Column(_("Description"), width=40),
        Column(_("Rule"), width=60),
        Column(_("People"), Kind.INTEGER),
        Column(_("Spent so far") if whole else _("Spent in all stores"), Kind.MONEY),
        Column("WhatsApp", Kind.INTEGER),
        Column(_("E-mail"), Kind.INTEGER),
        Column("SMS", Kind.INTEGER),
        Column(_("Change in 7 days"), Kind.INTEGER),
        Column(_("Last changed"), Kind.MOMENT, 18),
    ]


def _rows(filters: Filters, scope: StoreScope) -> list[Row]:
    return [_row(line) for line in listing.everything(filters, scope)]


def _row(line: Line) -> Row:
    one, known = line.segment, line.figures
    try:
        told = sentence(read(one.rule))
    except Refused as refused:
        told = refused.sentence
    counts = (known.people, known.value, known.whatsapp, known.email, known.sms) if known else (None,) * 5
    return (one.name, one.folder, one.description, told, *counts, line.change, one.updated_at)
