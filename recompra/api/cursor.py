"""The place where the next page begins, sealed: nobody reads a customer key out of it or makes one up."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from recompra.api.guard import caller
from recompra.api.problem import Problem
from recompra.theme import keyset
from recompra.theme.keyset import Kind, Value

LONGEST = 800
PAGING = ("cursor", "limit")


def seal(request: HttpRequest, *place: Value) -> str:
    """A word for `cursor` that goes on after this place, for the same key and the same question alone."""
    return _box().encrypt(keyset.encode(_question(request), *place).encode()).decode()


def unseal(request: HttpRequest, *kinds: Kind) -> tuple[Value, ...] | None:
    """The place where this page begins; None for the first. Raises Problem for any other word."""
    word = request.GET.get("cursor", "")
    if not word:
        return None
    try:
        plain = _box().decrypt(word.encode()) if len(word) <= LONGEST else b""
    except (InvalidToken, UnicodeError):
        plain = b""
    place = keyset.decode(plain.decode(), str, *kinds)
    if place is None or place[0] != _question(request):
        raise wrong_cursor()
    return place[1:]


def wrong_cursor() -> Problem:
    sentence = _("This cursor is not of this question, or leads nowhere any more: begin again without it.")
    return Problem(422, "cursor", sentence, field="cursor")


def _question(request: HttpRequest) -> str:
    asked = sorted((name, values) for name, values in request.GET.lists() if name not in PAGING)
    text = repr((caller(request).pk, request.path, asked))
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def _box() -> Fernet:
    return Fernet(
        base64.urlsafe_b64encode(hashlib.sha256(f"api cursor {settings.SECRET_KEY}".encode()).digest())
    )
