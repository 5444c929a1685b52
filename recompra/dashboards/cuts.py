"""How the scores are made: the cuts in words, their history, and changing them with a preview first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts.models import User
from recompra.accounts.roles import Capability, may, requires
from recompra.analytics.rfm import Cuts
from recompra.analytics.segment_totals import segment_totals
from recompra.customers import cuts as shop_cuts
from recompra.customers import refresh
from recompra.customers.models import RfmCuts
from recompra.dashboards.cuts_form import AUTOMATIC, DIMENSIONS, MANUAL, CutsForm, initial
from recompra.dashboards.cuts_words import ladders
from recompra.theme import segments
from recompra.theme.refused import Refused
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import scores

HISTORY = 20


@requires(Capability.SEE_PANEL)
@require_GET
def cuts(request: HttpRequest) -> HttpResponse:
    """The cuts in force, explained; with `?versao=N`, that version's numbers stand in the form."""
    current = shop_cuts.in_force()
    if current is None:
        return render(request, "dashboards/cuts_none.html")
    template = current
    if wanted := request.GET.get("versao", ""):
        template = get_object_or_404(RfmCuts, version=int(wanted) if wanted.isdecimal() else 0)
    values = initial(template) | ({"mode": MANUAL} if template != current else {})
    return _page(request, current, CutsForm(initial=values), template=template)


def _page(
    request: HttpRequest,
    current: RfmCuts,
    form: CutsForm,
    *,
    template: RfmCuts | None = None,
    status: int = 200,
) -> HttpResponse:
    totals = engine(settings.WAREHOUSE_URL).rows(segment_totals(scores))
    context = {
        "current": current,
        "template": template or current,
        "ladders": ladders(shop_cuts.edges_of(current), totals),
        "history": RfmCuts.objects.select_related("decided_by").order_by("-version")[:HISTORY],
        "may_decide": may(request.user, Capability.DECIDE),
        "form": form,
        "fieldsets": [(title, list(form.of(name))) for name, title in DIMENSIONS.items()],
    }
    return render(request, "dashboards/cuts.html", context, status=status)


@requires(Capability.DECIDE)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Who would change group, before anything is saved."""
    current = _current()
    form = CutsForm(request.POST)
    if not form.is_valid():
        return _page(request, current, form, status=422)
    window = form.cleaned_data["window_days"]
    change = shop_cuts.preview(_chosen(form), window_days=window)
    context = {
        "form": form,
        "change": change,
        "share": change.changed / change.customers if change.customers else 0,
        "moves": moves(change.moves.items()),
    }
    return render(request, "dashboards/cuts_preview.html", context)


@requires(Capability.DECIDE)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Put the previewed cuts in force, as a new version, and have everybody scored again."""
    current = _current()
    form = CutsForm(request.POST)
    if not form.is_valid():
        return _page(request, current, form, status=422)
    user, window = request.user, form.cleaned_data["window_days"]
    assert isinstance(user, User)  # noqa: S101 (the view is guarded by @requires)
    if form.cleaned_data["mode"] == AUTOMATIC:
        saved = shop_cuts.decide_automatic(user, window_days=window)
    else:
        saved = shop_cuts.decide(form.chosen(), user, window_days=window)
    refresh.request("cuts")
    messages.success(
        request,
        _("Version %(version)s of the cuts is in force. The scores are being made again.")
        % {"version": saved.version},
    )
    return redirect("dashboards:cuts")


def moves(counted: Iterable[tuple[tuple[str, str], int]]) -> list[dict[str, Any]]:
    """Those who would change group, the most people first, with both segments as they are shown."""
    changing = [(count, now, then) for (now, then), count in counted if now != then]
    return [
        {"now": segments.segment(now), "then": segments.segment(then), "customers": count}
        for count, now, then in sorted(changing, key=lambda move: (-move[0], move[1], move[2]))
    ]


def _current() -> RfmCuts:
    current = shop_cuts.in_force()
    if current is None:
        raise Refused(_("There are no scores yet: import your sales first."))
    return current


def _chosen(form: CutsForm) -> Cuts:
    """The shop's edges, or those the sales give as of today."""
    if form.cleaned_data["mode"] == MANUAL:
        return form.chosen()
    facts = engine(settings.WAREHOUSE_URL)
    return shop_cuts.suggested(facts, timezone.localdate(), form.cleaned_data["window_days"])
