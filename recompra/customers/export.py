"""Lists as files: asked for with a reason, logged, and sent."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from django import forms
from django.conf import settings
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.accounts import audit
from recompra.accounts.masking import sees_personal_data
from recompra.accounts.roles import Capability, requires
from recompra.customers import list_file
from recompra.customers.filters import Filters
from recompra.customers.roll import Called
from recompra.customers.scope import member
from recompra.customers.totals import totals
from recompra.theme.columnar import Part, csv_lines, write_columns
from recompra.theme.spreadsheet import CONTENT_TYPES, Column, Row, csv_chunks, write

LEFT_SECONDS = 3600


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
            fields=list_file.PERSONAL,
            count=counted.customers,
            reason=form.cleaned_data["motivo"],
        )
        called = Called(entry)
        parts = called.during(list_file.parts(filters, called, whole=whole))
        return as_long_file("clientes", form.cleaned_data["formato"], list_file.headings(), parts)
    context = {"form": form, "counted": counted, "whole": whole, "query": filters.query()}
    return render(request, "customers/export.html", context, status=422 if form.is_bound else 200)


def as_file(stem: str, kind: str, columns: Sequence[Column], rows: Iterator[Row]) -> HttpResponseBase:
    """Rows as a file that the browser saves. CSV streams while it is made; the others are made whole first,
    among our own data, then lent."""
    if kind == "csv":
        return _streamed(stem, csv_chunks(columns, rows))
    return _lent(stem, kind, lambda path: write(path, columns, rows))


def as_long_file(stem: str, kind: str, columns: Sequence[Column], parts: Iterator[Part]) -> HttpResponseBase:
    """`as_file` of a long list, from parts of its columns."""
    if kind == "csv":
        return _streamed(stem, chain(csv_chunks(columns, ()), (bytes(csv_lines(part)) for part in parts)))
    return _lent(stem, kind, lambda path: write_columns(path, columns, parts, done=lambda lines: None))


def _streamed(stem: str, pieces: Iterator[bytes]) -> HttpResponseBase:
    answer = StreamingHttpResponse(pieces, content_type=CONTENT_TYPES["csv"])
    answer["Content-Disposition"] = f'attachment; filename="{_name(stem, "csv")}"'
    return answer


def _lent(stem: str, kind: str, make: Callable[[Path], object]) -> HttpResponseBase:
    workshop = _workshop()
    workshop.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=workshop) as folder:
        path = Path(folder) / _name(stem, kind)
        make(path)
        return FileResponse(path.open("rb"), as_attachment=True, content_type=CONTENT_TYPES[kind])


def _name(stem: str, kind: str) -> str:
    return f"{stem}-{timezone.localdate():%Y-%m-%d}.{kind}"


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
