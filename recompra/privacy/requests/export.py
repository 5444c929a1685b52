"""The requests, and the whole history of one, as files for the authority."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from recompra.accounts import audit
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.export import ExportForm, as_file
from recompra.privacy.models import PrivacyRequest
from recompra.privacy.requests import handle as requests
from recompra.privacy.requests.letters import REFUSALS
from recompra.privacy.requests.list import Filters
from recompra.privacy.requests.views import visible_request
from recompra.theme.spreadsheet import Column, Kind, Row

FIELDS = ("name", "contact")


@requires(Capability.PRIVACY)
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask for format and reason; then the requests that the filters in the address show."""
    filters = Filters.read(request.GET)
    found = filters.rows()
    back = f"{reverse('privacy:requests')}?{filters.query()}"
    form = _asked(request)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["motivo"]
        audit.record(request, "export_requests", fields=FIELDS, count=found.count(), reason=reason)
        rows = (_row(one) for one in found.select_related("identity_by").iterator(chunk_size=1000))
        return as_file("solicitacoes", form.cleaned_data["formato"], _columns(), rows)
    context = {"form": form, "count": found.count(), "back": back}
    return render(request, "privacy/export.html", context, status=422 if form.is_bound else 200)


@requires(Capability.PRIVACY)
def export_history(request: HttpRequest, protocol: str) -> HttpResponseBase:
    """Ask for format and reason; then every step of one request."""
    found = visible_request(request, protocol)
    form = _asked(request)
    if request.method == "POST" and form.is_valid():
        reason, count = form.cleaned_data["motivo"], found.steps.count()
        audit.record(
            request,
            "export_requests",
            customer_id=found.customer_id,
            fields=FIELDS,
            count=count,
            reason=reason,
        )
        columns = [
            Column(_("Protocol"), width=18),
            Column(_("When"), Kind.MOMENT, 18),
            Column(_("Who"), width=24),
            Column(_("Step"), width=28),
            Column(_("Words"), width=60),
        ]
        return as_file(f"solicitacao-{found.protocol}", form.cleaned_data["formato"], columns, _steps(found))
    back = reverse("privacy:request", args=[found.protocol])
    context = {"form": form, "count": found.steps.count(), "back": back, "one": found.protocol}
    return render(request, "privacy/export.html", context, status=422 if form.is_bound else 200)


def _asked(request: HttpRequest) -> ExportForm:
    """Raises PermissionDenied for whom may not take files away."""
    if not may(request.user, Capability.EXPORT):
        raise PermissionDenied
    return ExportForm(request.POST or None)


def _steps(found: PrivacyRequest) -> Iterator[Row]:
    """The request itself first, then its steps in their order."""
    told = [found.get_kind_display(), found.name, found.contact, found.asked]
    yield (
        found.protocol,
        found.created_at,
        str(found.created_by or ""),
        _("Request"),
        "\n".join(filter(None, told)),
    )
    for one in found.steps.select_related("by").order_by("pk"):
        words = str(requests.STEPS.get(one.what, one.what))
        yield found.protocol, one.at, str(one.by or ""), words, one.text
    if found.letter:
        yield found.protocol, found.answered_at, "", _("Letter"), found.letter


def _columns() -> list[Column]:
    """Made before the answer streams: by then the person's language is no longer the active one."""
    return [
        Column(_("Protocol"), width=18),
        Column(_("Request"), width=28),
        Column(_("Name"), width=30),
        Column(_("Contact"), width=30),
        Column(_("How it came in"), width=16),
        Column(_("Received on"), Kind.DAY),
        Column(_("Answer until"), Kind.DAY),
        Column(_("Identity checked by"), width=30),
        Column(_("Identity checked at"), Kind.MOMENT, 18),
        Column(_("Checked by"), width=24),
        Column(_("Outcome"), width=22),
        Column(_("Reason of the refusal"), width=36),
        Column(_("Answered at"), Kind.MOMENT, 18),
        Column(_("In time"), width=8),
    ]


def _row(one: PrivacyRequest) -> Row:
    why = REFUSALS.get(one.refusal)
    in_time = "" if one.answered_at is None else _("yes") if one.answered_at.date() <= one.due_on else _("no")
    return (
        one.protocol,
        one.get_kind_display(),
        one.name,
        one.contact,
        one.get_channel_display(),
        one.received_on,
        one.due_on,
        one.get_identity_display() if one.identity else "",
        one.identity_at,
        str(one.identity_by or ""),
        one.get_outcome_display(),
        f"{why.words} ({why.article})" if why else "",
        one.answered_at,
        in_time,
    )
