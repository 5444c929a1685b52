"""A table as a file for the authority: asked for with a reason, streamed, and free of formulas."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from django import forms
from django.conf import settings
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.theme.spreadsheet import CONTENT_TYPES, Column, Row, csv_chunks, write


class ExportForm(forms.Form):
    """In which format, and why: the reason goes into the access log."""

    formato = forms.ChoiceField(
        label=_("File format"),
        choices=[("xlsx", _("Excel (XLSX)")), ("csv", _("CSV, opens in any spreadsheet"))],
    )
    motivo = forms.CharField(
        label=_("Reason"),
        max_length=120,
        help_text=_("It stays in the access log. Write no names, documents or phones here."),
    )


def download(name: str, kind: str, columns: Sequence[Column], rows: Iterable[Row]) -> HttpResponseBase:
    """The table as `name-<today>.csv` or `.xlsx`. CSV streams while it is made; XLSX is made whole first."""
    named = f"{name}-{timezone.localdate():%Y-%m-%d}.{kind}"
    if kind == "csv":
        answer = StreamingHttpResponse(csv_chunks(columns, rows), content_type=CONTENT_TYPES[kind])
        answer["Content-Disposition"] = f'attachment; filename="{named}"'
        return answer
    workshop = Path(settings.RECOMPRA_HOME) / "tmp"
    workshop.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=workshop) as folder:
        path = Path(folder) / named
        write(path, columns, rows)
        return FileResponse(path.open("rb"), as_attachment=True, content_type=CONTENT_TYPES[kind])
