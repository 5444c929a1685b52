"""The list as a file: no documents, no phones; logged with its reason, and who stood in it."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recompra.accounts import audit
from recompra.accounts.roles import Capability, requires
from recompra.calls import listing
from recompra.calls.listing import Filters
from recompra.customers.export import ExportForm, as_file
from recompra.customers.roll import Called
from recompra.customers.scope import member
from recompra.theme.segments import segment
from recompra.theme.spreadsheet import Column, Kind, Row

HEADINGS = (
    (_("Customer's number"), Kind.TEXT), (_("Name"), Kind.TEXT), (_("Store"), Kind.TEXT),
    (_("Segment"), Kind.TEXT), (_("Last purchase"), Kind.DAY), (_("Usual interval (days)"), Kind.INTEGER),
    (_("Days without buying"), Kind.INTEGER), (_("Expected from"), Kind.DAY), (_("Expected until"), Kind.DAY),
    (_("Risk of loss"), Kind.NUMBER), (_("At stake"), Kind.MONEY), (_("Situation"), Kind.TEXT),
    (_("Who calls"), Kind.TEXT), (_("Put off until"), Kind.DAY), (_("Talked to on"), Kind.DAY),
    (_("Came back on"), Kind.DAY),
)  # fmt: skip


@requires(Capability.EXPORT)
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask for format and reason; then the file of what the filters in the address show."""
    filters = Filters.read(request.GET, member(request))
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        count, reason = filters.rows().count(), form.cleaned_data["motivo"]
        entry = audit.record(request, "export_calls", fields=("name",), count=count, reason=reason)
        columns = [Column(str(title), kind) for title, kind in HEADINGS]
        called = Called(entry)
        rows = called.during(_rows(filters, called))
        return as_file("para-chamar", form.cleaned_data["formato"], columns, rows)
    context = {"form": form, "back": f"{reverse('calls:list')}?{filters.query()}"}
    return render(request, "calls/export.html", context, status=422 if form.is_bound else 200)


def _rows(filters: Filters, called: Called) -> Iterator[Row]:
    for line in listing.everything(filters):
        call, customer = line.call, line.call.customer
        called.note(customer.pk)
        standing = getattr(customer, "standing", None)
        yield (
            str(customer.public_id),
            customer.title,
            call.store.name if call.store else "",
            str(segment(standing.segment).label) if standing else "",
            call.last_on,
            call.usual_days,
            line.waiting,
            call.next_from,
            call.next_until,
            call.churn_risk,
            call.stake,
            str(call.get_status_display()),
            str(call.seller or ""),
            call.until,
            call.talked_on,
            call.back_on,
        )
