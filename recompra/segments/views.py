"""The list of saved segments."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from recompra.accounts.roles import Capability, requires
from recompra.segments.models import Segment
from recompra.theme.pages import render_page


@requires(Capability.SEE_CUSTOMERS)
def segments(request: HttpRequest) -> HttpResponse:
    """Every segment that is not archived, by folder and name."""
    found = Segment.objects.filter(archived_at=None)
    return render_page(request, "segments/list.html", context={"segments": found})
