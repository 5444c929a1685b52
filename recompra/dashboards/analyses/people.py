"""The people behind a figure of an analysis, as a list: who to call, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from recompra.accounts.roles import Capability, requires
from recompra.customers.scope import StoreScope
from recompra.dashboards.analyses.asked import asked_of
from recompra.dashboards.analyses.catalog import ANALYSES
from recompra.dashboards.customers.asked import asked_again
from recompra.segments.found import question
from recompra.segments.found.question import Behind, Question
from recompra.segments.found.views import listed

ORIGIN = "analyses"  # named in `people_behind` of the room's AppConfig


def behind(asked: Mapping[str, Any], as_of: dt.date, stores: StoreScope) -> Behind:
    """Who answers a question that the page made. Raises Http404 where there is no such figure."""
    one = ANALYSES.get(asked["analysis"])
    if one is None or one.tile.people is None:
        raise Http404
    return one.tile.people(asked_again(asked, as_of, stores), asked["part"])


@requires(Capability.SEE_CUSTOMERS, Capability.SEE_PANEL)
@require_GET
def analysis_people(request: HttpRequest, code: str) -> HttpResponse:
    """The people whom a figure counts, as far as this person may see them."""
    one = ANALYSES.get(code)
    if one is None:
        raise Http404
    asked = asked_of(request)
    part = request.GET.get("parte", "")
    wanted = Question(ORIGIN, {"analysis": code, "part": part, **asked.plain()})
    found = question.behind(wanted, timezone.localdate(), asked.seen)
    context = {
        "tile": one.tile,
        "asked": asked,
        "found_title": found.title,
        "is_limited": asked.seen is not None,
        **listed(request, wanted, answer=found),
    }
    return render(request, "dashboards/analyses/people.html", context)
