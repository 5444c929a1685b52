"""One question to a service outside: bounded in time and size, never redirected, every failure in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx
from django.utils.translation import gettext as _

from recompra.customers.enrichment.catalog import LookUpFailed

CONNECT_SECONDS, READ_SECONDS = 3.0, 6.0
MOST_BYTES = 1_000_000


def ask_json(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
) -> Any:
    """The JSON object that the service answers, None for 404. Raises LookUpFailed."""
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    try:
        with (
            httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False) as client,
            client.stream(method, url, headers=dict(headers or {}), json=body) as answer,
        ):
            content = _content(answer)
            status = answer.status_code
    except httpx.TimeoutException:
        raise LookUpFailed(
            _("The service took too long to answer. Try again later."), permanent=False
        ) from None
    except httpx.HTTPError:
        raise LookUpFailed(
            _("The service cannot be reached now. Try again later."), permanent=False
        ) from None
    except httpx.InvalidURL:
        raise LookUpFailed(_("The address of the service is not written right."), permanent=True) from None
    if status == 404:
        return None
    if status != 200:
        raise _failure(status)
    return _read(content)


def _content(answer: httpx.Response) -> bytes:
    parts, size = [], 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > MOST_BYTES:
            raise _unreadable()
        parts.append(part)
    return b"".join(parts)


def _read(content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise _unreadable() from None
    if not isinstance(data, dict):
        raise _unreadable()
    return data


def _unreadable() -> LookUpFailed:
    return LookUpFailed(_("The service answered something that cannot be read."), permanent=False)


def _failure(status: int) -> LookUpFailed:
    if status in (401, 403):
        return LookUpFailed(
            _("The service does not accept our key. Whoever installs must look."), permanent=True
        )
    if status == 429:
        return LookUpFailed(
            _("The service has had enough questions for now. Try again later."), permanent=False
        )
    if status >= 500:
        return LookUpFailed(_("The service is out of order now. Try again later."), permanent=False)
    words = _("The service refused the question (code %(code)s).") % {"code": status}
    return LookUpFailed(words, permanent=True)
