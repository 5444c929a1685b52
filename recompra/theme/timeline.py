"""One story of a customer, told by every room: what happened, when, and who did it.

A room takes part by naming its tellers on its `AppConfig`: `timeline = ("recompra.privacy.story.told",)`.
Each is a function `(request, customer_id, before, limit)` that gives the newest `limit` entries before an
instant (None: the newest of all), newest first, of what this person may see; all entries of the last one's
very instant come with it, so that the next page can begin there. It runs on every opening of the page, so it
looks up by an index. Put `@tells("note")` on it and it is not asked when another kind is wanted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

KINDS: dict[str, StrPromise] = {
    "purchase": _("Purchases"),
    "return": _("Returns"),
    "contact": _("Conversations"),
    "note": _("Notes"),
    "change": _("Changes of the record"),
    "block": _("Blocks"),
    "consent": _("Consents"),
    "request": _("Privacy requests"),
    "message": _("Messages"),
    "loyalty": _("Loyalty"),
}
"""What a timeline can be narrowed to, in the order of the choice."""


@dataclass(frozen=True)
class Entry:
    """`at` is aware, `kind` one of KINDS, `icon` a Lucide name. `title` says what happened in a few words,
    `text` the rest, `by` who did it ("": nobody of the shop), `url` where more of it stands."""

    at: dt.datetime
    kind: str
    icon: str
    title: str
    text: str = ""
    by: str = ""
    url: str = ""


Teller = Callable[[HttpRequest, int, dt.datetime | None, int], list[Entry]]
_told: dict[Teller, frozenset[str]] = {}


def tells(*kinds: str) -> Callable[[Teller], Teller]:
    """Mark a teller with the only kinds of entries it ever gives."""

    def mark(teller: Teller) -> Teller:
        _told[teller] = frozenset(kinds)
        return teller

    return mark


def kinds_told() -> list[str]:
    """The kinds that some room tells, in the order of the choice."""
    told = frozenset[str]().union(*(_told.get(teller, frozenset(KINDS)) for teller in _tellers()))
    return [kind for kind in KINDS if kind in told]


def tellers(kind: str = "") -> list[Teller]:
    """Whom to ask for entries of a kind ("": of any)."""
    return [teller for teller in _tellers() if not kind or kind in _told.get(teller, frozenset(KINDS))]


@cache
def _tellers() -> tuple[Teller, ...]:
    paths = (path for config in apps.get_app_configs() for path in getattr(config, "timeline", ()))
    return tuple(import_string(path) for path in paths)
