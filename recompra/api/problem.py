"""The one shape of an error: `{"error": {"code", "message", "field"?}}`. Never a value that was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from recompra.theme.refused import Refused

LONGEST_FIELD = 200


class ErrorDetail(Schema):
    """What went wrong: a code for programs, a sentence for people, and the field it is about."""

    code: str = Field(examples=["invalid"])
    message: str = Field(examples=["Isto precisa ser um número inteiro."])
    field: str | None = Field(None, examples=["limit"])


class Error(Schema):
    """Every answer other than a success."""

    error: ErrorDetail


class Problem(Exception):
    """An answer with this status and code; the sentence is shown to the caller."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        field: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.field = status, code, message, field
        self.headers = dict(headers or {})

    def answer(self) -> JsonResponse:
        detail = {"code": self.code, "message": self.message}
        if self.field:
            detail["field"] = self.field[:LONGEST_FIELD]
        return JsonResponse({"error": detail}, status=self.status, headers=self.headers)


def not_found() -> Problem:
    """For nobody, and for somebody whom the key may not see, alike."""
    return Problem(404, "not_found", _("There is nothing at this address."))


def unknown_key() -> Problem:
    sentence = _("Send a key in force in the header “Authorization: Bearer rc_…”.")
    return Problem(401, "unauthorized", sentence, headers={"WWW-Authenticate": 'Bearer realm="Recompra"'})


def invalid(field: str, message: str) -> Problem:
    return Problem(422, "invalid", message, field=field)


def answer_for(request: HttpRequest, failure: Any) -> HttpResponse:
    """The answer for every failure that is somebody's doing; any other one crashes."""
    if isinstance(failure, Problem):
        return failure.answer()
    if isinstance(failure, Refused):
        return Problem(422, "refused", failure.sentence).answer()
    if isinstance(failure, Http404):
        return not_found().answer()
    if isinstance(failure, AuthenticationError):
        return unknown_key().answer()
    if isinstance(failure, RequestDataTooBig):
        return Problem(413, "too_large", _("The body is larger than the API takes.")).answer()
    if isinstance(failure, ValidationError):
        return _first_of(failure).answer()
    if isinstance(failure, HttpError) and failure.status_code == 400:
        return Problem(400, "bad_request", _("The body is not JSON.")).answer()
    raise failure


def _first_of(failure: ValidationError) -> Problem:
    first: dict[str, Any] = failure.errors[0]
    where = [str(part) for part in first["loc"] if part not in ("query", "path", "body", "header")]
    told = where[1:] if len(where) > 1 and where[0] in ("asked", "given") else where
    if told == ["If-Match"] and first["type"] == "missing":
        sentence = _("Say in If-Match which version you saw: the ETag of the segment.")
        return Problem(428, "version_missing", sentence, field="If-Match")
    return invalid(".".join(told), _sentence(first["type"], first.get("ctx", {})))


def _sentence(kind: str, context: Mapping[str, Any]) -> str:
    """In words of ours: pydantic's own repeat what was sent."""
    bounds = {"greater_than_equal": "ge", "less_than_equal": "le"}
    if kind == "missing":
        return _("This is missing.")
    if kind == "extra_forbidden":
        return _("There is no such field.")
    if kind.startswith("int"):
        return _("This must be a whole number.")
    if kind.startswith(("datetime", "timezone")):
        return _("This must be a moment as 2026-10-31T14:00:00-03:00.")
    if kind.startswith("date"):
        return _("This must be a day as 2026-10-31.")
    if kind.startswith("uuid"):
        return _("This must be an identifier as the API gives it.")
    if kind == "literal_error":
        return _("This must be one of: %(words)s.") % {"words": context.get("expected", "")}
    if kind in bounds:
        least = kind == "greater_than_equal"
        limit = {"n": context[bounds[kind]]}
        return (_("This must be at least %(n)s.") if least else _("This must be at most %(n)s.")) % limit
    return _("This value does not fit.")
