"""Who comes in: the key in the header, its scope, its rate, and no question that the API does not know."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from recompra.accounts.api_keys.issue import find, seconds_to_wait
from recompra.accounts.api_keys.model import ApiKey
from recompra.accounts.api_keys.scopes import Scope
from recompra.api.problem import Problem, invalid


class Key(HttpBearer):
    """`Authorization: Bearer rc_…`, with the scope that the operation needs."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        key = find(token)
        if key is None:
            return None
        if wait := seconds_to_wait(key):
            sentence = _("Too many requests in this minute. Wait and go on.")
            raise Problem(429, "too_many_requests", sentence, headers={"Retry-After": str(wait)})
        if not key.may(self.scope):
            raise needs(self.scope)
        return key


def needs(scope: Scope) -> Problem:
    sentence = _("This key does not have the scope “%(scope)s”.") % {"scope": scope.value}
    return Problem(403, "scope_missing", sentence)


def caller(request: HttpRequest) -> ApiKey:
    """The key of a guarded operation."""
    return cast(ApiKey, cast(Any, request).auth)


def refuse_unknown(request: HttpRequest, known: Collection[str]) -> None:
    """A parameter misspelt would be a filter forgotten: people would be read who were not asked for."""
    for name in request.GET:
        if name not in known:
            raise invalid(name, _("There is no such parameter."))
