"""The pages of the analyses that ask the facts: one view serves page and fragment, and one the file."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts import audit
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.export import as_file
from recompra.customers.scope import member
from recompra.dashboards.analyses.asked import STRETCHES, USUAL, AnalysisAsked, asked_of
from recompra.dashboards.analyses.catalog import ANALYSES, Analysis, tabs
from recompra.dashboards.customers.answers import answer, kept_answers
from recompra.dashboards.customers.asked import DATES
from recompra.dashboards.customers.cards import card
from recompra.dashboards.customers.group import groups_offered
from recompra.dashboards.scope import offered_stores, scope_of
from recompra.theme.pages import fragment_wanted, render_page
from recompra.theme.refused import Refused
from recompra.theme.spreadsheet import CONTENT_TYPES
from recompra.warehouse.engine import engine

PAGE, BODY = "dashboards/analyses/analysis.html", "dashboards/analyses/_body.html"
TILE = "dashboards/customers/_tile.html"


@requires(Capability.SEE_PANEL)
@require_GET
def analyses(request: HttpRequest) -> HttpResponse:
    """The entry of the menu: the first tab."""
    return redirect("dashboards:analysis", next(iter(ANALYSES)))


@requires(Capability.SEE_PANEL)
@require_GET
def analysis(request: HttpRequest, code: str) -> HttpResponse:
    """One analysis. What was asked before stands in the page at once; else the page asks for its piece."""
    one = _analysis(code)
    if not engine(settings.WAREHOUSE_URL).version():
        return redirect("dashboards:panel")
    is_piece = fragment_wanted(request) == f"tile-{code}"
    try:
        asked = asked_of(request)
        one.check(asked)
    except Refused as no:
        if is_piece:
            raise
        return render_page(request, PAGE, {"analysis": BODY}, _refused(request, one, str(no)), status=422)
    order = request.GET.get("ordem", "")[:4]
    waits = not is_piece and not order and "agora" not in request.GET
    kept = kept_answers([one.tile], asked).get(code) if waits else answer(one.tile, asked)
    shown = card(one.tile, asked, kept, is_whole=True, order=order)
    context = {"card": shown} if is_piece else _filters(request, one, asked) | {"card": shown}
    return render_page(request, PAGE, {f"tile-{code}": TILE, "analysis": BODY}, context)


@requires(Capability.EXPORT, Capability.SEE_PANEL)
@require_POST
def analysis_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The whole table as a file: figures, nobody's data. That it was taken is logged."""
    one, kind = _analysis(code), request.POST.get("formato", "")
    if kind not in CONTENT_TYPES:
        raise Http404
    asked = asked_of(request)
    one.check(asked)
    table = one.tile.show(answer(one.tile, asked), asked).table
    if table is None:
        raise Refused(_("There is nothing to export with these filters."))
    lines = [*table.lines, *([table.total] if table.total else [])]
    audit.record(request, "export_analysis", count=len(lines), reason=str(one.tile.title))
    return as_file(f"analise-{code}", kind, table.columns, (line.values for line in lines))


def _analysis(code: str) -> Analysis:
    found = ANALYSES.get(code)
    if found is None:
        raise Http404
    return found


def _filters(request: HttpRequest, one: Analysis, asked: AnalysisAsked) -> dict[str, Any]:
    """What the form of the filters shows."""
    return {
        **_always(request, one),
        "asked": asked,
        "stretch": asked.code,
        "since": asked.since.isoformat(),
        "until": asked.until.isoformat(),
        "has_dates": asked.code == DATES,
        "stores": asked.scope.offered,
        "store": asked.scope.chosen,
        "group": asked.group.code if asked.group else "",
        "may_export": may(request.user, Capability.EXPORT),
    }


def _refused(request: HttpRequest, one: Analysis, sentence: str) -> dict[str, Any]:
    """The filters as they were typed, with what is wrong about them."""
    query = request.GET
    return {
        **_always(request, one),
        "error": sentence,
        "stretch": query.get("periodo", "") or (DATES if query.get("de") or query.get("ate") else USUAL),
        "since": query.get("de", ""),
        "until": query.get("ate", ""),
        "has_dates": True,
        "stores": offered_stores(member(request)),
        "store": scope_of(request).chosen,
        "group": query.get("segmento", ""),
    }


def _always(request: HttpRequest, one: Analysis) -> dict[str, Any]:
    return {
        "analysis": one,
        "tabs": tabs(one.tile.code),
        "stretches": STRETCHES.items(),
        "groups": groups_offered(),
        "by": request.GET.get("por", ""),
    }
