"""The import pages: the files given, how far they are, what came of them."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from recompra.accounts.masking import sees_personal_data
from recompra.accounts.roles import Capability, requires
from recompra.ingest import start as starting
from recompra.ingest.labels import ANONYMOUS, COLUMN_LABELS, LEFT_OUT, happened, is_anonymous
from recompra.ingest.models import ImportRun, Publication, new_folder
from recompra.ingest.quarantine import CODES
from recompra.ingest.room import room
from recompra.ingest.sources.catalog import sources
from recompra.theme import keyset
from recompra.theme.pages import render_page
from recompra.theme.refused import Refused
from recompra.work import wishes
from recompra.work.fragments import progress

PAGE = 20


class UploadForm(forms.Form):
    """What is asked with the files. Everything else is found out."""

    source = forms.ChoiceField(label=gettext_lazy("Kind of file"))
    review = forms.BooleanField(label=gettext_lazy("Show me the columns before importing"), required=False)
    dry_run = forms.BooleanField(label=gettext_lazy("Only check, import nothing"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (name, f"{source.title} ({', '.join(source.extensions)})") for name, source in sources().items()
        ]
        self.fields["source"].choices = choices  # type: ignore[attr-defined]
        self.fields["source"].initial = "csv"


def whole_shop(request: HttpRequest) -> None:
    """A file may hold every store's sales, so importing is for who sees every store. Raises
    PermissionDenied.
    """
    if request.user.is_authenticated and request.user.store_scope() is not None:
        raise PermissionDenied


@requires(Capability.IMPORT)
def start(request: HttpRequest) -> HttpResponse:
    """The imports, newest first, and the form for the next one."""
    whole_shop(request)
    if request.method == "POST":
        form = UploadForm(request.POST)
        given = request.FILES.getlist("files")
        if not form.is_valid() or not given:
            raise Refused(_("Choose at least one file."))
        return redirect("ingest:run", pk=_taken_in(request, form.cleaned_data, given).pk)
    after = keyset.decode(request.GET.get("apos"), int)
    rows = ImportRun.objects.order_by("-pk")
    found = list(rows.filter(pk__lt=after[0])[: PAGE + 1] if after else rows[: PAGE + 1])
    more = f"{reverse('ingest:start')}?apos={keyset.encode(found[PAGE - 1].pk)}" if len(found) > PAGE else ""
    context = {"runs": found[:PAGE], "more": more, "form": UploadForm(), "titles": _titles()}
    return render_page(request, "ingest/start.html", {"more": "ingest/start_rows.html"}, context)


def _titles() -> dict[str, str]:
    return {name: str(source.title) for name, source in sources().items()}


def _taken_in(request: HttpRequest, wish: dict[str, Any], given: list[UploadedFile[Any]]) -> ImportRun:
    """Write the files to disk under their own names, then begin."""
    place = settings.RECOMPRA_HOME / "imports" / f"incoming-{new_folder()}"
    place.mkdir(parents=True, mode=0o700)
    try:
        paths: list[Path] = []
        for file in given:
            path = place / Path(file.name or "file").name
            if path in paths:
                raise Refused(_("Two of the files have the same name."))
            with room(), path.open("wb") as out:
                for chunk in file.chunks():
                    out.write(chunk)
            paths.append(path)
        user = request.user if request.user.is_authenticated else None
        options = {"review": True} if wish["review"] else {}
        return starting.start(wish["source"], paths, user, wish["dry_run"], options, take=True)
    finally:
        shutil.rmtree(place, ignore_errors=True)


@requires(Capability.IMPORT)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: its progress while it works, its question when it has one, else its result."""
    whole_shop(request)
    row = get_object_or_404(ImportRun, pk=pk)
    here = reverse("ingest:run", args=[pk])
    working = _working(row)
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target", "").startswith(
        "work"
    ):
        return progress(
            request,
            working or row,
            poll_url=here,
            cancel_url=_cancel_url(row),
            after_url="" if working else here,
        )
    context = {
        "run": row,
        "work": working,
        "poll_url": here,
        "cancel_url": _cancel_url(row),
        "report": row.report,
        "question": _question(request, row),
        "codes": [
            (code, CODES.get(code, code), count) for code, count in row.report.get("quarantine", {}).items()
        ],
        "anonymous": ANONYMOUS if is_anonymous(row.report) else "",
        **_days(row.report.get("figures", {})),
        **_told(row.report),
        "labels": COLUMN_LABELS,
        "source_title": _titles().get(row.source, row.source),
    }
    return render_page(request, "ingest/run.html", None, context)


def _days(figures: dict[str, Any]) -> dict[str, date | None]:
    """The first and last day of the sales, as days."""
    return {
        name: date.fromisoformat(figures[name]) if figures.get(name) else None
        for name in ("first_day", "last_day")
    }


def _told(report: dict[str, Any]) -> dict[str, Any]:
    """Memberships, messages and what was left out, in words: [(what, how many)]."""
    figures = report.get("figures", {})
    return {
        "programs": sorted(figures.get("members", {}).items()),
        "happened": [(happened(event), count) for event, count in figures.get("events", {}).items()],
        "left_out": [
            (LEFT_OUT.get(reason, reason), count) for reason, count in report.get("left_out_as", {}).items()
        ],
    }


def _cancel_url(row: ImportRun) -> str:
    return reverse("ingest:cancel", args=[row.pk]) if row.is_live else ""


def _working(row: ImportRun) -> ImportRun | Publication | None:
    """The row whose progress is this import's; None when nothing more will happen by itself."""
    if row.is_live:
        return row
    if row.stage == ImportRun.Stage.READY:
        return Publication.objects.filter(status__in=Publication.LIVE).order_by("pk").first()
    return None


def _question(request: HttpRequest, row: ImportRun) -> dict[str, Any] | None:
    if not row.question or row.is_live:
        return None
    question: dict[str, Any] = dict(row.question)
    if question["kind"] == "mapping":
        rows = question["rows"]
        if not (request.user.is_authenticated and sees_personal_data(request.user)):
            rows = [[_shape(value) for value in line] for line in rows]
        question["columns"] = [
            (at, header, question["recognised"][at], [line[at] for line in rows if at < len(line)])
            for at, header in enumerate(question["headers"])
        ]
    return question


def _shape(value: str) -> str:
    """The value's form without its content: "Ana 12/10" is "xxx 99/99"."""
    return "".join("9" if char.isdigit() else "x" if char.isalpha() else char for char in value)


@require_POST
@requires(Capability.IMPORT)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer to the import's question; it goes on."""
    whole_shop(request)
    row = get_object_or_404(ImportRun, pk=pk)
    if not row.question or row.is_live:
        raise Refused(_("This import asks nothing."))
    if row.question["kind"] == "date_order":
        if request.POST.get("date_order") not in ("dmy", "mdy"):
            raise Refused(_("Choose what comes first, the day or the month."))
        options: dict[str, Any] = {"date_order": request.POST["date_order"]}
    else:
        headers = row.question["headers"]
        mapping = {
            header: request.POST.get(f"column_{at}", "") for at, header in enumerate(headers) if header
        }
        options = {"mapping": {**row.options.get("mapping", {}), **mapping}, "review": False}
    starting.answer(row, options)
    wishes.retry(row)
    return redirect("ingest:run", pk=pk)


@require_POST
@requires(Capability.IMPORT)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an import that is not published yet: it will be as if it had not been."""
    whole_shop(request)
    row = get_object_or_404(ImportRun, pk=pk)
    if not wishes.cancel(row):
        raise Refused(_("This import has already ended."))
    messages.success(request, _("The import is being cancelled."))
    return redirect("ingest:run", pk=pk)
