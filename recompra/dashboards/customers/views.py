"""The customer dashboard: all tiles on one page, each tile on its own, its table as a file."""

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
from recompra.dashboards.customers.answers import answer, kept_answers
from recompra.dashboards.customers.asked import DATES, PERIODS, Asked, asked_of
from recompra.dashboards.customers.cards import card
from recompra.dashboards.customers.catalog import tiles
from recompra.dashboards.customers.group import groups_offered
from recompra.dashboards.customers.tile import Tile
from recompra.dashboards.scope import offered_stores, scope_of
from recompra.theme.pages import fragment_wanted, render_page
from recompra.theme.refused import Refused
from recompra.theme.spreadsheet import CONTENT_TYPES
from recompra.warehouse.engine import engine

PAGE, BODY = "dashboards/customers/page.html", "dashboards/customers/_body.html"
WHOLE, TILE = "dashboards/customers/tile.html", "dashboards/customers/_tile.html"


@requires(Capability.SEE_PANEL)
@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """Every tile: those that somebody asked for already at once, the others as they are counted."""
    if not engine(settings.WAREHOUSE_URL).version():
        return redirect("dashboards:panel")
    try:
        asked = asked_of(request)
    except Refused as no:
        return _refused(request, PAGE, BODY, str(no))
    kept = kept_answers(tiles().values(), asked)
    context = _filters(request, asked) | {
        "cards": [card(tile, asked, kept.get(tile.code)) for tile in tiles().values()]
    }
    return render_page(request, PAGE, {"dashboard": BODY}, context)


@requires(Capability.SEE_PANEL)
@require_GET
def tile(request: HttpRequest, code: str) -> HttpResponse:
    """One tile: as a piece of the dashboard, or as a page with its whole table and how it is made."""
    one = _tile(code)
    try:
        asked = asked_of(request)
    except Refused as no:
        if fragment_wanted(request) == f"tile-{code}":
            raise
        return _refused(request, WHOLE, BODY, str(no), tile=one)
    is_piece = fragment_wanted(request) == f"tile-{code}"
    order = None if is_piece else request.GET.get("ordem", "")[:4]
    shown = card(one, asked, answer(one, asked), is_whole=not is_piece, order=order)
    context = {"card": shown} if is_piece else _filters(request, asked) | {"card": shown, "tile": one}
    return render_page(request, WHOLE, {f"tile-{code}": TILE}, context)


@requires(Capability.EXPORT, Capability.SEE_PANEL)
@require_POST
def tile_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The tile's whole table as a file: figures, nobody's data. That it was taken is logged."""
    one, kind = _tile(code), request.POST.get("formato", "")
    if kind not in CONTENT_TYPES:
        raise Http404
    asked = asked_of(request)
    table = one.show(answer(one, asked), asked).table
    if table is None:
        raise Refused(_("There is nothing to export with these filters."))
    lines = [*table.lines, *([table.total] if table.total else [])]
    audit.record(request, "export_tile", count=len(lines), reason=str(one.title))
    return as_file(f"dashboard-{code}", kind, table.columns, (line.values for line in lines))


def _tile(code: str) -> Tile:
    found = tiles().get(code)
    if found is None:
        raise Http404
    return found


def _filters(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What the form of the filters shows."""
    return {
        "asked": asked,
        "periods": PERIODS.items(),
        "period": asked.code,
        "since": asked.since.isoformat(),
        "until": asked.until.isoformat(),
        "has_dates": asked.code == DATES,
        "stores": asked.scope.offered,
        "store": asked.scope.chosen,
        "groups": groups_offered(),
        "group": asked.group.code if asked.group else "",
        "may_export": may(request.user, Capability.EXPORT),
        "may_decide": may(request.user, Capability.DECIDE),
    }


def _refused(request: HttpRequest, page: str, body: str, sentence: str, **more: Any) -> HttpResponse:
    """The filters as they were typed, with what is wrong about them."""
    query = request.GET
    context = {
        "error": sentence,
        "periods": PERIODS.items(),
        "period": DATES,
        "since": query.get("de", ""),
        "until": query.get("ate", ""),
        "has_dates": True,
        "stores": offered_stores(member(request)),
        "store": scope_of(request).chosen,
        "groups": groups_offered(),
        "group": query.get("segmento", ""),
        **more,
    }
    return render_page(request, page, {"dashboard": body}, context, status=422)
