"""The OpenAPI document: what can be asked, by whom, and what comes back."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from recompra.accounts.api_keys.scopes import Scope
from recompra.accounts.roles import public
from recompra.api.problem import not_found
from recompra.api.routes import api, router
from recompra.api.rule_schema import STANDS_FOR, rule_schemas

ABOUT = (
    "Segments, customers and metrics of a shop. Money is a decimal in text (R$), days are ISO 8601. "
    "Lists go on with `cursor`, the `next` of the page before. Every failure is "
    '`{"error": {"code", "message", "field"?}}`; an unknown parameter is refused.'
)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """OpenAPI 3.1, with the scope that each operation needs and an example of each error."""
    made: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/"))
    made["info"]["description"] = ABOUT
    made["components"]["securitySchemes"] = {
        "Key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of the page Chaves da API: rc_… Scopes: "
            + ", ".join(f"`{scope.value}`" for scope in Scope),
        }
    }
    made["components"]["schemas"] |= rule_schemas()
    _refer(made)
    for path, view in router.path_operations.items():
        for one in view.operations:
            for method in one.methods:
                told = made["paths"][f"/api{path.replace('{uuidstr:', '{')}"][method.lower()]
                scope = one.auth_callbacks[0].scope.value  # type: ignore[attr-defined]
                told["security"] = [{"Key": [scope]}]
                told["description"] = f"{told['description']} Scope: `{scope}`."
                for parameter in told["parameters"]:
                    if parameter["schema"].get("default", "") is None:
                        del parameter["schema"]["default"]
    return made


def _refer(part: Any) -> None:
    """Put the reference in the place of each schema that stands for one of ours."""
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        if isinstance(one, dict) and (name := one.get(STANDS_FOR)):
            one.clear()
            one["$ref"] = f"#/components/schemas/{name}"
        _refer(one)


@public
@require_GET
def openapi(request: HttpRequest) -> JsonResponse:
    """The document; it tells nothing of the shop, so it needs no key."""
    answer = JsonResponse(document(), json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "public, max-age=300"
    return answer


@csrf_exempt
@public
def nowhere(request: HttpRequest) -> JsonResponse:
    """Any other address under /api/."""
    return not_found().answer()
