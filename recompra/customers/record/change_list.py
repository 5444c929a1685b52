"""All changes of all records, for who answers for the law: filtered, paged, and taken away as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from recompra.accounts import audit
from recompra.accounts.masking import sees_personal_data
from recompra.accounts.models import User
from recompra.accounts.roles import Capability, requires
from recompra.customers.export import ExportForm, as_file
from recompra.customers.models import Change, Customer
from recompra.customers.record.change_views import line, paged, told
from recompra.customers.record.fields import LABELS
from recompra.customers.roll import Called
from recompra.customers.scope import member, of_stores
from recompra.theme.pages import render_page
from recompra.theme.spreadsheet import Column, Kind, Row
from recompra.theme.typed_days import day_of, midnight

PARAMETERS = ("quem", "origem", "campo", "de", "ate")
FRAGMENTS = {"alteracoes": "customers/_all_changes.html", "mais": "customers/_all_change_rows.html"}
HEADINGS = (
    (_("Number"), Kind.INTEGER), (_("When"), Kind.MOMENT), (_("Who"), Kind.TEXT), (_("Customer"), Kind.TEXT),
    (_("Customer's number"), Kind.TEXT), (_("Origin"), Kind.TEXT), (_("Field"), Kind.TEXT),
    (_("Before"), Kind.TEXT), (_("After"), Kind.TEXT), (_("Reason"), Kind.TEXT),
    (_("Taken back on"), Kind.MOMENT),
)  # fmt: skip


@requires(Capability.PRIVACY)
@require_GET
def all_changes(request: HttpRequest) -> HttpResponse:
    """Newest first. Filters: `quem` (0: nobody of the shop), `origem`, `campo`, `de` and `ate` (days)."""
    page, after = paged(filtered(request.GET, member(request)), request.GET.get("apos"))
    query = _asked(request.GET)
    here = query.copy()
    here["apos"] = after
    context = {
        "rows": told(request, page),
        "more": f"{reverse('customers:all_changes')}?{here.urlencode()}" if after else "",
        "filters": request.GET,
        "any": bool(query),
        "query": query.urlencode(),
        "staff": User.objects.order_by("name", "pk"),
        "origins": Change.Origin.choices,
        "fields": LABELS.items(),
    }
    return render_page(request, "customers/all_changes.html", FRAGMENTS, context)


@requires(Capability.PRIVACY)
@requires(Capability.EXPORT)
def export_changes(request: HttpRequest) -> HttpResponseBase:
    """Ask for format and reason; then the file of what the filters in the address show, a line per field."""
    user = member(request)
    found = filtered(request.GET, user)
    form = ExportForm(request.POST or None)
    whole = sees_personal_data(user)
    if request.method == "POST" and form.is_valid():
        entry = audit.record(
            request,
            "export_changes",
            fields=("name", "changes"),
            count=found.count(),
            reason=form.cleaned_data["motivo"],
        )
        columns = [Column(str(title), of) for title, of in HEADINGS]
        called = Called(entry)
        rows = called.during(_lines(found, called, whole=whole))
        return as_file("alteracoes", form.cleaned_data["formato"], columns, rows)
    context = {"form": form, "many": found.count(), "query": _asked(request.GET).urlencode(), "whole": whole}
    return render(request, "customers/export_changes.html", context, status=422 if form.is_bound else 200)


def filtered(wanted: QueryDict, user: User) -> QuerySet[Change]:
    """The changes that the address asks for, of customers this person may see; nonsense is left out."""
    found = Change.objects.select_related("by", "customer", "undone_by__by").order_by("-at", "-pk")
    if (scope := user.store_scope()) is not None:
        found = found.filter(customer__in=Customer.objects.filter(of_stores(scope)))
    if (who := wanted.get("quem", "")).isdecimal() and len(who) < 19:
        found = found.filter(by=int(who)) if int(who) else found.filter(by=None)
    if (origin := wanted.get("origem", "")) in Change.Origin.values:
        found = found.filter(origin=origin)
    if (field := wanted.get("campo", "")) in LABELS:
        found = found.filter(names__contains=f",{field},")
    if since := day_of(wanted.get("de", "")):
        found = found.filter(at__gte=midnight(since))
    if until := day_of(wanted.get("ate", "")):
        found = found.filter(at__lt=midnight(until + dt.timedelta(days=1)))
    return found


def _asked(wanted: QueryDict) -> QueryDict:
    """The filters of the address without its place in the list."""
    kept = QueryDict(mutable=True)
    for name in PARAMETERS:
        if value := wanted.get(name, ""):
            kept[name] = value
    return kept


def _lines(found: QuerySet[Change], called: Called, *, whole: bool) -> Iterator[Row]:
    """The file's rows, oldest first, in flat memory; whom they are about goes on the roll."""
    for change in found.order_by("at", "pk").iterator(chunk_size=2000):
        called.note(change.customer_id)
        first: tuple[Any, ...] = (
            change.pk,
            change.at,
            str(change.by or ""),
            change.customer.title,
            str(change.customer.public_id),
            str(change.get_origin_display()),
        )
        last = (change.reason, change.undone_by.at if change.undone_by else None)
        for one in change.fields:
            yield *first, *line(one, whole=whole), *last
