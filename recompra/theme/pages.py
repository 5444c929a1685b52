"""One view serves the page and its fragments: which of them is asked for stands in htmx's headers."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def fragment_wanted(request: HttpRequest) -> str:
    """The id of the element htmx will fill, or "" when the whole page is asked for."""
    headers = request.headers
    if headers.get("HX-Request") != "true" or headers.get("HX-History-Restore-Request") == "true":
        return ""
    if headers.get("HX-Boosted") == "true":
        return ""
    return headers.get("HX-Target", "")


def render_page(
    request: HttpRequest,
    template: str,
    fragment_templates: Mapping[str, str] | None = None,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The page, or the fragment for the target htmx names: `fragment_templates` is {element id: template}.

    The address is the same for both, so `Vary` tells every cache which headers decide.
    """
    chosen = (fragment_templates or {}).get(fragment_wanted(request), template)
    response = render(request, chosen, context, status=status)
    patch_vary_headers(response, ("HX-Request", "HX-Target", "HX-Boosted", "HX-History-Restore-Request"))
    return response
