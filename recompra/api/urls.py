"""Each operation under its name. Every view is marked, and answers in JSON whatever becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from recompra.accounts.api_keys.scopes import Scope
from recompra.accounts.roles import BY_KEY
from recompra.api import customers, metrics, offers, segments  # noqa: F401  (read, they stand in the door)
from recompra.api.document import nowhere, openapi
from recompra.api.problem import Problem
from recompra.api.routes import api, router

app_name = "api"


def by_key(
    view: Callable[..., HttpResponseBase], scopes: dict[str, Scope]
) -> Callable[..., HttpResponseBase]:
    """Mark a view as one for keys, with the scope of each method. It reads no cookie: no token."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.speaks_json = True  # type: ignore[attr-defined]  # a crash is told in JSON too
        if request.method not in scopes:
            sentence = _("This address does not take this method.")
            return Problem(405, "method", sentence, headers={"Allow": ", ".join(scopes)}).answer()
        answer = view(request, *args, **kwargs)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    guarded.requires = BY_KEY  # type: ignore[attr-defined]
    guarded.scopes = scopes  # type: ignore[attr-defined]
    return csrf_exempt(guarded)


def _operations() -> list[URLPattern]:
    api.add_router("", router)
    scopes = {
        one.url_name: {
            method: other.auth_callbacks[0].scope  # type: ignore[attr-defined]
            for other in view.operations
            for method in other.methods
        }
        for view in router.path_operations.values()
        for one in view.operations
    }
    marked = []
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name in scopes:
            pattern.callback = by_key(pattern.callback, scopes[pattern.name])
            marked.append(pattern)
    return marked


urlpatterns = [
    *_operations(),
    path("openapi.json", openapi, name="openapi"),
    re_path(r"^.*$", nowhere, name="nowhere"),
]
