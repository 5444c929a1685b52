"""The people behind a figure of the dashboard, as a list."""

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
from recompra.dashboards.customers.asked import Asked, asked_again, asked_of
from recompra.dashboards.customers.catalog import tiles
from recompra.segments.found import question
from recompra.segments.found.question import Behind, Question
from recompra.segments.found.views import listed

ORIGIN = "dashboard"  # named in `people_behind` of the room's AppConfig


def behind(asked: Mapping[str, Any], as_of: dt.date, stores: StoreScope) -> Behind:
    """Who answers a question that `question_of` made. Raises Http404 where there is no such figure."""
    tile = tiles().get(asked["tile"])
    if tile is None or tile.people is None:
        raise Http404
    try:
        return tile.people(asked_again(asked, as_of, stores), asked["part"])
    except (KeyError, ValueError):
        raise Http404 from None


def question_of(code: str, asked: Asked, part: str) -> Question:
    """The question about the people whom a part of a tile counts."""
    return Question(ORIGIN, {"tile": code, "part": part, **asked.plain()})


@requires(Capability.SEE_CUSTOMERS, Capability.SEE_PANEL)
@require_GET
def tile_people(request: HttpRequest, code: str) -> HttpResponse:
    """The people whom a figure counts, as far as this person may see them."""
    asked = asked_of(request)
    wanted = question_of(code, asked, request.GET.get("parte", ""))
    found = question.behind(wanted, timezone.localdate(), asked.seen)
    context = {
        "tile": tiles()[code],
        "asked": asked,
        "found_title": found.title,
        "is_limited": asked.seen is not None,
        **listed(request, wanted, answer=found),
    }
    return render(request, "dashboards/customers/people.html", context)
