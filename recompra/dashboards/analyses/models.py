"""*Modelos*: the versions of each model, what changed between them, and computing them anew."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts import audit
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.export import as_file
from recompra.dashboards.analyses import measures
from recompra.dashboards.analyses.accuracy import in_order
from recompra.dashboards.analyses.catalog import tabs
from recompra.dashboards.analyses.changes import changes
from recompra.dashboards.analyses.measures import MODELS, WHAT, measure
from recompra.predictions import wishes
from recompra.predictions.models import ModelRecord, PredictionRefresh
from recompra.theme import keyset
from recompra.theme.pages import render_page
from recompra.theme.refused import Refused
from recompra.theme.spreadsheet import CONTENT_TYPES, Column, Kind
from recompra.work.fragments import progress
from recompra.work.wishes import cancel

PAGE = 20


@dataclass(frozen=True)
class Version:
    """One version of a model: `changed` against the one before; `why` it is hidden, or another answers."""

    record: ModelRecord
    title: str
    what: str
    why: str
    headline: str
    changed: tuple[str, ...]


@requires(Capability.SEE_PANEL)
@require_GET
def models(request: HttpRequest) -> HttpResponse:
    """The models in force and the newest refresh; with `?trabalho=`, only its progress."""
    last = PredictionRefresh.objects.order_by("-pk").first()
    if "trabalho" in request.GET:
        row = get_object_or_404(PredictionRefresh, pk=_number(request.GET["trabalho"]))
        return progress(
            request, row, poll_url=_poll(row), cancel_url=_cancel(request, row), after_url=_here()
        )
    newest = in_order()
    before = _before(newest)
    context = {
        "tabs": tabs("models"),
        "versions": [version(record, before.get(record.pk)) for record in newest],
        "last": last,
        "poll_url": _poll(last) if last and last.is_live else "",
        "cancel_url": _cancel(request, last) if last else "",
        "may_decide": may(request.user, Capability.DECIDE),
    }
    return render_page(request, "dashboards/analyses/models.html", {}, context)


@requires(Capability.DECIDE)
@require_POST
def compute(request: HttpRequest) -> HttpResponse:
    """Ask for everything to be predicted anew, now."""
    wishes.ask("person")
    messages.success(request, _("The predictions are being made again."))
    return redirect("dashboards:models")


@requires(Capability.DECIDE)
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a refresh that waits or runs; the predictions stay as they are."""
    if not cancel(get_object_or_404(PredictionRefresh, pk=pk)):
        raise Refused(_("This work has moved on in the meantime. Look at its state and choose again."))
    messages.success(request, _("It will stop in a moment."))
    return redirect("dashboards:models")


@requires(Capability.SEE_PANEL)
@require_GET
def model(request: HttpRequest, name: str) -> HttpResponse:
    """Every version of one model, the newest first, each with what it changed."""
    found = _versions(name)
    place = keyset.decode(request.GET.get("apos"), int)
    rows = list((found.filter(pk__lt=place[0]) if place and place[0] else found)[: PAGE + 1])
    if not rows and not place:
        raise Http404
    shown = [version(new, old) for new, old in _pairs(rows, found)][:PAGE]
    more = ""
    if len(rows) > PAGE:
        more = f"{reverse('dashboards:model', args=[name])}?apos={keyset.encode(shown[-1].record.pk)}"
    context = {
        "tabs": tabs("models"),
        "title": str(MODELS.get(name, name)),
        "what": str(WHAT.get(name, "")),
        "name": name,
        "versions": shown,
        "more": more,
        "parameters": _pretty(rows[0]) if rows and not place else "",
        "may_export": may(request.user, Capability.EXPORT),
    }
    fragments = {"more": "dashboards/analyses/_versions.html"}
    return render_page(request, "dashboards/analyses/model.html", fragments, context)


@requires(Capability.EXPORT, Capability.SEE_PANEL)
@require_POST
def model_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Every version of one model as a file, parameters and accuracy as JSON. That it was taken is logged."""
    kind = request.POST.get("formato", "")
    if kind not in CONTENT_TYPES:
        raise Http404
    columns = (
        Column(_("Version"), Kind.INTEGER), Column(_("Sales up to"), Kind.DAY),
        Column(_("Fitted at"), Kind.MOMENT), Column(_("Horizon (days)"), Kind.INTEGER),
        Column(_("Active until (days)"), Kind.INTEGER), Column(_("Shown"), Kind.FLAG),
        Column(_("Reason"), width=40), Column(_("Data"), width=40),
        Column(_("Accuracy"), width=40), Column(_("Parameters"), width=40),
    )  # fmt: skip
    lines = [
        (
            row.version, row.as_of, row.fitted_at, row.horizon_days, row.active_days,
            row.is_shown, measures.why(row.reason),
            *(json.dumps(part, ensure_ascii=False) for part in (row.data, row.accuracy, row.parameters)),
        )
        for row in _versions(name)
    ]  # fmt: skip
    if not lines:
        raise Http404
    audit.record(request, "export_analysis", count=len(lines), reason=str(MODELS.get(name, name)))
    return as_file(f"modelo-{name}", kind, columns, iter(lines))


def version(new: ModelRecord, old: ModelRecord | None) -> Version:
    """A version as the page shows it."""
    told = (new.accuracy or {}).get("measures") or [None]
    first = told[0]
    headline = ""
    if first and first["value"] is not None:
        one = measure(new.name, first["name"])
        headline = f"{one.title}: {one.written(first['value'])}"
    return Version(
        record=new,
        title=str(MODELS.get(new.name, new.name)),
        what=str(WHAT.get(new.name, "")),
        why=measures.why(new.reason),
        headline=headline,
        changed=tuple(changes(new, old)),
    )


def _versions(name: str) -> Any:
    return ModelRecord.objects.filter(name=name).order_by("-pk")


def _before(newest: list[ModelRecord]) -> dict[int, ModelRecord]:
    """{newest version: the one before it}, of those that have one."""
    found = {}
    for record in newest:
        if (old := _versions(record.name).filter(pk__lt=record.pk).first()) is not None:
            found[record.pk] = old
    return found


def _pairs(rows: list[ModelRecord], found: Any) -> list[tuple[ModelRecord, ModelRecord | None]]:
    """Each row with the version before it; of the last one it is asked for."""
    if not rows:
        return []
    return [*pairwise(rows), (rows[-1], found.filter(pk__lt=rows[-1].pk).first())]


def _pretty(row: ModelRecord) -> str:
    return json.dumps(row.parameters, ensure_ascii=False, indent=2, sort_keys=True)


def _here() -> str:
    return reverse("dashboards:models")


def _poll(row: PredictionRefresh) -> str:
    return f"{_here()}?trabalho={row.pk}"


def _cancel(request: HttpRequest, row: PredictionRefresh) -> str:
    return reverse("dashboards:model_stop", args=[row.pk]) if may(request.user, Capability.DECIDE) else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
