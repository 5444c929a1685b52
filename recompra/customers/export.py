"""The filtered list as a file: page by page, masked as the page is, and logged with its reason."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.accounts import audit
from recompra.accounts.masking import mask_cpf, mask_email, mask_phone, sees_personal_data
from recompra.accounts.roles import Capability, requires
from recompra.customers.filters import Filters
from recompra.customers.listing import pages
from recompra.customers.models import ContactPoint, Customer
from recompra.customers.roll import Called
from recompra.customers.scope import member
from recompra.customers.totals import totals
from recompra.theme import formats
from recompra.theme.segments import segment
from recompra.theme.spreadsheet import CONTENT_TYPES, Column, Kind, Row, csv_chunks, write

INTEGER, DAY, MONEY = Kind.INTEGER, Kind.DAY, Kind.MONEY
HEADINGS = (
    (_("Name"), Kind.TEXT), ("CPF", Kind.TEXT), (_("E-mail"), Kind.TEXT), (_("Mobile"), Kind.TEXT),
    (_("City"), Kind.TEXT), ("UF", Kind.TEXT), (_("Segment"), Kind.TEXT), (_("Recency (1-5)"), INTEGER),
    (_("Frequency (1-5)"), INTEGER), (_("Value (1-5)"), INTEGER), (_("First purchase"), DAY),
    (_("Last purchase"), DAY), (_("Orders"), INTEGER), (_("Lifetime value"), MONEY), (_("Store"), Kind.TEXT),
)  # fmt: skip
LEFT_SECONDS = 3600
PERSONAL = ("name", "cpf", "email", "mobile", "city", "state")


class ExportForm(forms.Form):
    """In which format, and why: the reason goes into the access log."""

    formato = forms.ChoiceField(
        label=_("File format"),
        choices=[
            ("xlsx", _("Excel (XLSX)")),
            ("csv", _("CSV, opens in any spreadsheet")),
            ("parquet", "Parquet"),
        ],
    )
    motivo = forms.CharField(
        label=_("Reason"),
        max_length=120,
        help_text=_("It stays in the access log. Write no names, documents or phones here."),
    )


@requires(Capability.EXPORT)
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask for format and reason; then the file of what the filters in the address show."""
    user = member(request)
    filters = Filters.read(request.GET, user.store_scope())
    counted = totals(filters)
    form = ExportForm(request.POST or None)
    whole = sees_personal_data(user)
    if request.method == "POST" and form.is_valid():
        entry = audit.record(
            request,
            "export_customers",
            fields=PERSONAL,
            count=counted.customers,
            reason=form.cleaned_data["motivo"],
        )
        columns = [Column(str(title), of) for title, of in HEADINGS]
        return as_file(
            "clientes", form.cleaned_data["formato"], columns, _rows(filters, Called(entry), whole=whole)
        )
    context = {"form": form, "counted": counted, "whole": whole, "query": filters.query()}
    return render(request, "customers/export.html", context, status=422 if form.is_bound else 200)


def as_file(stem: str, kind: str, columns: Sequence[Column], rows: Iterator[Row]) -> HttpResponseBase:
    """Rows as a file that the browser saves. CSV streams while it is made; the others are made whole first,
    among our own data, then lent."""
    name = f"{stem}-{timezone.localdate():%Y-%m-%d}.{kind}"
    if kind == "csv":
        answer = StreamingHttpResponse(csv_chunks(columns, rows), content_type=CONTENT_TYPES[kind])
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    workshop = _workshop()
    workshop.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=workshop) as folder:
        path = Path(folder) / name
        write(path, columns, rows)
        return FileResponse(path.open("rb"), as_attachment=True, content_type=CONTENT_TYPES[kind])


def delete_left() -> int:
    """Delete the folders that killed processes left in the workshop; how many there were."""
    before, count = time.time() - LEFT_SECONDS, 0
    for folder in list(_workshop().iterdir()) if _workshop().is_dir() else ():
        if folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)
            count += 1
    return count


def _workshop() -> Path:
    return Path(settings.RECOMPRA_HOME) / "tmp"


def _rows(filters: Filters, called: Called, *, whole: bool) -> Iterator[Row]:
    """The rows of the file in the order of the list, in flat memory; who is in it goes on the roll."""
    return called.during(_told(filters, called, whole=whole))


def _told(filters: Filters, called: Called, *, whole: bool) -> Iterator[Row]:
    for rows in pages(filters):
        wanted = Customer.objects.filter(public_id__in=[row.public_id for row in rows])
        people = {one.public_id: one for one in wanted.select_related("standing", "standing__store")}
        points = _points([one.pk for one in people.values()])
        for row in rows:
            if customer := people.get(row.public_id):
                called.note(customer.pk)
                yield _line(customer, points.get(customer.pk, {}), whole)


def _points(ids: list[int]) -> dict[int, dict[str, str]]:
    """{customer id: {kind: value}}, the oldest of each kind."""
    found: dict[int, dict[str, str]] = {}
    points = ContactPoint.objects.filter(customer_id__in=ids).order_by("-pk")
    for pk, kind, value in points.values_list("customer_id", "kind", "value"):
        found.setdefault(pk, {})[kind] = value
    return found


def _line(customer: Customer, points: dict[str, str], whole: bool) -> tuple[Any, ...]:
    email, mobile = points.get("email", ""), points.get("mobile", "")
    standing = getattr(customer, "standing", None)
    person = (
        customer.title,
        (formats.cpf(customer.cpf) if whole else mask_cpf(customer.cpf)) if customer.cpf else "",
        email if whole else mask_email(email),
        (formats.phone(mobile) if whole else mask_phone(mobile)) if mobile else "",
        customer.city,
        customer.state,
    )
    if standing is None:
        return (*person, *(None,) * (len(HEADINGS) - len(person)))
    return (
        *person,
        str(segment(standing.segment).label),
        standing.recency_score,
        standing.frequency_score,
        standing.monetary_score,
        standing.first_on,
        standing.last_on,
        standing.orders,
        standing.ltv,
        standing.store.name if standing.store else "",
    )
