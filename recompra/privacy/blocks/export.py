"""The blocks that the list shows, as a file: asked for with a reason, and noted in the access log."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from recompra.accounts import audit
from recompra.accounts.models import User
from recompra.accounts.roles import Capability, requires
from recompra.customers.export import ExportForm, as_file
from recompra.customers.scope import member
from recompra.privacy.blocks import list as block_list
from recompra.privacy.blocks.views import SITUATIONS, shown_cpf
from recompra.theme.spreadsheet import Column, Kind, Row

FIELDS = ("cpf", "name")


@requires(Capability.EXPORT, Capability.BLOCK)
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask for format and reason; then the file, masked as the page is."""
    user = member(request)
    filters = block_list.Filters.read(request.GET, user.store_scope())
    count = filters.rows().count()
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["motivo"]
        audit.record(request, "export_blocks", fields=FIELDS, count=count, reason=reason)
        rows = _rows(filters, user)
        return as_file("bloqueios", form.cleaned_data["formato"], _columns(), rows)
    context = {"form": form, "count": count, "back": f"{reverse('privacy:blocks')}?{filters.query()}"}
    return render(request, "privacy/block_export.html", context, status=422 if form.is_bound else 200)


def _columns() -> list[Column]:
    """Made before the answer streams: by then the person's language is no longer the active one."""
    return [
        Column("CPF", width=16),
        Column(_("Name"), width=30),
        Column(_("Blocked from"), width=36),
        Column(_("Reason"), width=36),
        Column(_("Situation"), width=18),
        Column(_("Since"), Kind.MOMENT, 18),
        Column(_("Until"), Kind.DAY),
        Column(_("By"), width=24),
        Column(_("Lifted at"), Kind.MOMENT, 18),
        Column(_("Lifted by"), width=24),
    ]


def _rows(filters: block_list.Filters, user: User) -> Iterator[Row]:
    words = {code: str(said) for code, said in SITUATIONS.items()}
    for line in block_list.everything(filters):
        one = line.first
        yield (
            shown_cpf(line.cpf, user),
            line.customer.title if line.customer else "",
            ", ".join(line.functions),
            one.reason,
            words[line.situation],
            one.created_at,
            one.until,
            str(one.by or ""),
            one.lifted_at,
            str(one.lifted_by or ""),
        )
