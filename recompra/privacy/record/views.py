"""The record of processing operations: a page, a table to take away, and a PDF."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from recompra.accounts import audit
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.export import as_file
from recompra.privacy.dossier.pdf import Paper
from recompra.privacy.record.operators import countries
from recompra.privacy.record.processing import Record, record
from recompra.privacy.tabs import tabs
from recompra.theme.formats import cnpj, dlong
from recompra.theme.spreadsheet import Column, Row


@requires(Capability.PRIVACY)
@require_GET
def record_page(request: HttpRequest) -> HttpResponse:
    """What the shop does with personal data, why, how long, and with whom."""
    named = countries()
    found = record()
    context = {
        "record": found,
        "operators": [(one, named.get(one.country, one.country)) for one in found.operators],
        "tabs": tabs(request, "privacy:record"),
        "may_export": may(request.user, Capability.EXPORT),
    }
    return render(request, "privacy/record.html", context)


@requires(Capability.PRIVACY)
@require_GET
def record_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The record as `csv`, `xlsx` or `pdf`: it holds no personal data but the officer's."""
    if kind not in ("csv", "xlsx", "pdf"):
        raise Http404
    if not may(request.user, Capability.EXPORT):
        raise PermissionDenied
    found = record()
    audit.record(request, "export_record", count=len(found.operations))
    if kind != "pdf":
        return as_file("registro-de-tratamento", kind, _columns(), iter(_rows(found)))
    answer = HttpResponse(record_pdf(found), content_type="application/pdf")
    name = f"registro-de-tratamento-{timezone.localdate():%Y-%m-%d}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _columns() -> list[Column]:
    titles = (
        _("Purpose"), _("Legal basis"), _("Data subjects"), _("Categories of data"), _("Kept for"), _("Area"),
        _("Shared with"), _("Country"), _("Transfer"),
    )  # fmt: skip
    return [Column(title, width=36) for title in titles]


def _rows(found: Record) -> list[Row]:
    named = countries()
    rows: list[Row] = [
        (one.purpose, one.basis, one.holders, ", ".join(one.categories), one.retention, one.room, "", "", "")
        for one in found.operations
    ]
    rows += [
        (one.purpose, "", "", one.shared, "", "", one.name, named.get(one.country, one.country),
         str(one.get_mechanism_display()) if one.is_foreign else "")
        for one in found.operators
    ]  # fmt: skip
    rows += [
        (_("data about companies"), basis, "", "", "", "", name, "", "") for name, basis in found.sources
    ]
    return rows


def record_pdf(found: Record) -> bytes:
    """The record on paper, in the language of the moment."""
    paper = Paper(_("Record of processing operations"))
    paper.quiet(_("LGPD, art. 37. Made on %(day)s.") % {"day": dlong(timezone.localdate())})
    shop, named = found.shop, countries()
    paper.heading(_("Controller"))
    paper.fact(
        _("Controller"), " · ".join(filter(None, (shop.controller, cnpj(shop.cnpj) if shop.cnpj else "")))
    )
    paper.fact(_("Data protection officer"), " · ".join(filter(None, (shop.dpo_name, shop.dpo_contact))))
    paper.heading(_("Operations"))
    for one in found.operations:
        paper.fact(_("Purpose"), one.purpose)
        paper.fact(_("Legal basis"), one.basis)
        paper.fact(_("Data subjects"), one.holders)
        paper.fact(_("Categories of data"), ", ".join(one.categories))
        paper.fact(_("Kept for"), one.retention)
        paper.rule()
    paper.heading(_("Shared with"))
    for each in found.operators:
        paper.fact(each.name, f"{each.purpose} · {named.get(each.country, each.country)}")
    for name, basis in found.sources:
        paper.fact(name, f"{_('data about companies')} · {basis}")
    paper.heading(_("Measures of security"))
    for measure in found.safeguards:
        paper.quiet(f"– {measure}")
    return bytes(paper.output())
