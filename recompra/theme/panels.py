"""What other rooms show on a customer's page: the panels of their door cards, without a script."""

from __future__ import annotations

from copy import copy

from django.http import HttpRequest
from django.urls import resolve, reverse
from django.utils.safestring import SafeString, mark_safe

from recompra.theme.door import doors


def customer_panels(request: HttpRequest, place: str, public_id: object) -> list[SafeString]:
    """The fragments for one place of `door.CustomerPanel` that this person may see, in order.

    Each comes from the room's own view, called as the same person would: its template escaped what is in it.
    """
    may = getattr(request.user, "may", None)
    chosen = sorted(
        (panel for _label, door in doors() for panel in door.customer_panels if panel.place == place),
        key=lambda panel: (panel.order, panel.url_name),
    )
    asked = copy(request)
    asked.method = "GET"
    shown = []
    for panel in chosen:
        if panel.capability and not (may and may(panel.capability)):
            continue
        match = resolve(reverse(panel.url_name, args=[public_id]))
        answer = match.func(asked, *match.args, **match.kwargs)
        shown.append(mark_safe(answer.content.decode()))  # noqa: S308 (rendered by a template of ours)
    return shown
