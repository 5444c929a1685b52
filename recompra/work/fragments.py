"""The progress of a row as a piece of a page that asks for itself again until the row has ended."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recompra.work.models import Due


def progress(
    request: HttpRequest, row: Due, *, poll_url: str, cancel_url: str = "", after_url: str = ""
) -> HttpResponse:
    """Answer a poll with `work/progress.html`. The last one asks no more, and leads to `after_url`.

    At first the page itself includes "work/progress.html", with the same names.
    """
    context = {"row": row, "poll_url": poll_url, "cancel_url": cancel_url}
    response = render(request, "work/progress.html", context)
    if after_url and not row.is_live:
        response.headers["HX-Redirect"] = after_url
    return response
