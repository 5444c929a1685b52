"""The rows set aside: read them, filter by reason, take them away as a file to mend and import again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from recompra.accounts import audit
from recompra.accounts.masking import sees_personal_data
from recompra.accounts.roles import Capability, requires
from recompra.ingest.models import ImportRun, QuarantinedRow
from recompra.ingest.quarantine import CODES
from recompra.ingest.views import _shape, whole_shop
from recompra.theme import keyset
from recompra.theme.pages import render_page
from recompra.theme.spreadsheet import safe

PAGE = 50


@requires(Capability.IMPORT)
def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of rows, by reason if one is chosen. Who may not see personal data sees the rows' shape only."""
    whole_shop(request)
    run = get_object_or_404(ImportRun, pk=pk)
    code = request.GET.get("motivo", "")
    chosen = _of(run, code)
    if after := keyset.decode(request.GET.get("apos"), int):
        chosen = chosen.filter(pk__gt=after[0])
    found = list(chosen[: PAGE + 1])
    clear = request.user.is_authenticated and sees_personal_data(request.user)
    here = reverse("ingest:quarantine", args=[pk])
    context = {
        "run": run,
        "rows": [_shown(row, clear) for row in found[:PAGE]],
        "code": code,
        "clear": clear,
        "tabs": [(here, _("All"), not code)]
        + [
            (f"{here}?motivo={each}", CODES.get(each, each), each == code)
            for each in run.report.get("quarantine", {})
        ],
        "more": f"{here}?motivo={code}&apos={keyset.encode(found[PAGE - 1].pk)}" if len(found) > PAGE else "",
    }
    return render_page(request, "ingest/quarantine.html", {"more": "ingest/quarantine_rows.html"}, context)


def _of(run: ImportRun, code: str) -> QuerySet[QuarantinedRow]:
    found = run.quarantined.order_by("pk")
    return found.filter(code=code) if code in CODES else found


def _shown(row: QuarantinedRow, clear: bool) -> dict[str, Any]:
    said = [value for _header, value in row.raw if value]
    values = said if clear else [_shape(value) for value in said]
    return {
        "line": row.line,
        "file": row.file,
        "reason": CODES.get(row.code, row.code),
        "text": " · ".join(values),
    }


@requires(Capability.IMPORT)
def download(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The rows as CSV with their own headers and the reason behind; logged. Masked like the page."""
    whole_shop(request)
    run = get_object_or_404(ImportRun, pk=pk)
    clear = request.user.is_authenticated and sees_personal_data(request.user)
    count = run.quarantined.count()
    audit.record(request, "export", count=count, reason=_("rows set aside of import %(id)s") % {"id": pk})
    response = StreamingHttpResponse(_lines(run, clear), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="importacao-{pk}-separadas.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(run: ImportRun, clear: bool) -> Iterator[bytes]:
    headers = list(
        dict.fromkeys(
            name for raw in run.quarantined.values_list("raw", flat=True)[:200] for name, _value in raw
        )
    )
    yield b"\xef\xbb\xbf" + _line([*headers, _("line in the file"), _("reason")])
    for row in run.quarantined.order_by("pk").iterator(chunk_size=500):
        said = dict(row.raw)
        values = [said.get(name, "") for name in headers]
        shown = values if clear else [_shape(value) for value in values]
        yield _line([*shown, str(row.line), str(CODES.get(row.code, row.code))])


def _line(values: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow([safe(value) for value in values])
    return out.getvalue().encode()
