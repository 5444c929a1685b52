"""The door itself, and how an operation stands in it: path, scope, what it answers."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpRequest
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError

from recompra.accounts.api_keys.scopes import Scope
from recompra.api.guard import Key, refuse_unknown
from recompra.api.problem import Error, answer_for

View = TypeVar("View", bound=Callable[..., Any])

api = NinjaAPI(title="Recompra", version="1", docs_url=None, openapi_url=None, urls_namespace="api")
for failure in (
    Exception,
    Http404,
    HttpError,
    ValidationError,
):  # the last three have handlers of ninja's own
    api.add_exception_handler(failure, answer_for)
router = Router()
ALWAYS = (401, 403, 422, 429)


def operation(
    method: str, path: str, scope: Scope, response: dict[int, Any], *, tag: str, fails: tuple[int, ...] = ()
) -> Callable[[View], View]:
    """Register a view under `/api<path>`. Its name is the operationId, its docstring the description;
    `fails`: further statuses of failures."""

    def register(view: View) -> View:
        known: set[str] = set()

        @wraps(view)
        def strict(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            refuse_unknown(request, known)
            return view(request, *args, **kwargs)

        strict.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
        text = (view.__doc__ or view.__name__).strip()
        router.add_api_operation(
            path,
            [method],
            strict,
            auth=Key(scope),
            response=response | dict.fromkeys(sorted({*ALWAYS, *fails}), Error),
            operation_id=view.__name__,
            summary=text.split("\n")[0].rstrip("."),
            description=" ".join(text.split()),
            tags=[tag],
            url_name=view.__name__,
        )
        kept_as = path.replace("{uuid:", "{uuidstr:")  # so that pydantic reads it, not the resolver
        for model in router.path_operations[kept_as].operations[-1].models:
            if getattr(model, "__ninja_param_source__", "") == "query":
                known.update(getattr(model, "__ninja_flatten_map__", {}))
        return view

    return register
