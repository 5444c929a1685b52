"""The queue of possible duplicates and the records kept apart as files: masked as the pages are, and logged
with their reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from recompra.accounts import audit
from recompra.accounts.masking import sees_personal_data
from recompra.accounts.roles import Capability, requires
from recompra.customers.export import ExportForm, as_file
from recompra.customers.identity import apart_list, queue
from recompra.customers.identity.queue import MERGED, Filters
from recompra.customers.identity.words import reasons
from recompra.customers.models import Customer, Duplicate, Merge
from recompra.customers.record.fields import shown
from recompra.customers.roll import Called
from recompra.customers.scope import member
from recompra.theme.spreadsheet import Column, Kind, Row

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    Headings = Sequence[tuple[StrPromise | str, Kind]]

CHUNK = 2_000
TEXT, MOMENT = Kind.TEXT, Kind.MOMENT
RECORD = ((_("Customer's number"), TEXT), (_("Name"), TEXT), ("CPF / CNPJ", TEXT), (_("City"), TEXT))
PAIRS = (
    (_("Score"), Kind.INTEGER), (_("For it"), TEXT), (_("Against it"), TEXT), (_("Stands as"), TEXT),
    (_("Found on"), MOMENT), (_("Decided on"), MOMENT), (_("Decided by"), TEXT), *RECORD, *RECORD,
)  # fmt: skip
MERGES = ((_("Merged on"), MOMENT), (_("Merged by"), TEXT), *RECORD, *RECORD)
APART = (*RECORD, (_("Kind"), TEXT), (_("Why"), TEXT), (_("Decided on"), MOMENT), (_("Decided by"), TEXT))


@requires(Capability.MERGE, Capability.EXPORT)
def export_duplicates(request: HttpRequest) -> HttpResponseBase:
    """The pairs, or the merges, that the address asks for."""
    filters, scope = Filters.read(request.GET), member(request).store_scope()
    whole = sees_personal_data(member(request))
    told = {"action": "export_duplicates", "back": "customers:duplicates", "query": filters.query()}
    if filters.state == MERGED:
        merged = queue.merged(scope)
        return _export(request, told, MERGES, merged, lambda called: _merges(merged, called, whole=whole))
    pairs = queue.ordered(filters, scope)
    return _export(request, told, PAIRS, pairs, lambda called: _pairs(pairs, called, whole=whole))


@requires(Capability.MERGE, Capability.EXPORT)
def export_apart(request: HttpRequest) -> HttpResponseBase:
    """The records kept apart that the address asks for."""
    wanted, scope = apart_list.Wanted.read(request.GET), member(request).store_scope()
    found, whole = apart_list.ordered(wanted, scope), sees_personal_data(member(request))
    told = {"action": "export_apart", "back": "customers:apart", "query": wanted.query()}
    return _export(request, told, APART, found, lambda called: _apart(found, called, whole=whole))


def _export(
    request: HttpRequest, told: dict[str, str], headings: Headings, found: QuerySet[Any], rows: Any
) -> HttpResponseBase:
    """Ask for format and reason; then the file, with its trace."""
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, count = form.cleaned_data["motivo"], found.count()
        fields = ("name", "cpf", "cnpj", "city")
        entry = audit.record(request, told["action"], fields=fields, count=count, reason=reason)
        called = Called(entry)
        columns = [Column(str(title), of) for title, of in headings]
        stem = STEMS[told["action"]]
        return as_file(stem, form.cleaned_data["formato"], columns, called.during(rows(called)))
    context = {
        **told,
        "form": form,
        "many": found.count(),
        "here": f"customers:{told['action']}",
        "whole": sees_personal_data(member(request)),
    }
    return render(request, "customers/identity/export.html", context, status=422 if form.is_bound else 200)


STEMS = {"export_duplicates": "possiveis-duplicados", "export_apart": "mantidos-a-parte"}


def _pairs(found: QuerySet[Duplicate], called: Called, *, whole: bool) -> Iterator[Row]:
    for pair in found.iterator(chunk_size=CHUNK):
        called.note(pair.first_id)
        called.note(pair.second_id)
        told = reasons(pair.reasons)
        yield (
            pair.score,
            ", ".join(str(one.text) for one in told if one.is_for),
            ", ".join(str(one.text) for one in told if not one.is_for),
            str(pair.get_status_display()),
            pair.found_at,
            pair.decided_at,
            str(pair.decided_by or ""),
            *_record(pair.first, whole=whole),
            *_record(pair.second, whole=whole),
        )


def _merges(found: QuerySet[Merge], called: Called, *, whole: bool) -> Iterator[Row]:
    for one in found.iterator(chunk_size=CHUNK):
        called.note(one.kept_id)
        called.note(one.gone_id)
        both = (*_record(one.kept, whole=whole), *_record(one.gone, whole=whole))
        yield one.at, str(one.by or ""), *both


def _apart(found: QuerySet[Customer], called: Called, *, whole: bool) -> Iterator[Row]:
    for one, decision in apart_list.with_decisions(found.iterator(chunk_size=CHUNK)):
        called.note(one.pk)
        last = (decision.at, str(decision.by or "")) if decision else (None, "")
        yield *_record(one, whole=whole), str(one.get_apart_display()), apart_list.why(decision), *last


def _record(customer: Customer, *, whole: bool) -> tuple[str, ...]:
    name = "cpf" if customer.cpf else "cnpj"
    document = shown(name, customer.cpf or customer.cnpj or "", whole=whole)
    return str(customer.public_id), customer.title, document, customer.city
