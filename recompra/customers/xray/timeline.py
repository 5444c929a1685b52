"""The customer's timeline: what every room tells, in one order, page by page; and what this room tells."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import dropwhile

from django.http import HttpRequest
from django.utils.translation import gettext as _

from recompra.customers.models import ContactAttempt
from recompra.customers.once import store_name
from recompra.customers.xray.purchases import Line, Order, purchases_of
from recompra.theme.formats import brl, num
from recompra.theme.segments import segment
from recompra.theme.timeline import KINDS, Entry, tellers, tells

PAGE = 12
MOST_ROUNDS = 40
ITEMS_TOLD = 4


@dataclass(frozen=True)
class Page:
    """Entries, newest first; `before` is the instant after which older ones follow, None at the end."""

    entries: list[Entry]
    before: dt.datetime | None


def page(request: HttpRequest, customer_id: int, before: dt.datetime | None = None, kind: str = "") -> Page:
    """The newest entries before an instant, of one kind ("": of all); those of one instant stay together."""
    wanted = kind if kind in KINDS else ""
    found: list[Entry] = []
    for _round in range(MOST_ROUNDS):
        entries, before = _merged(request, customer_id, before, wanted)
        found += [entry for entry in entries if not wanted or entry.kind == wanted]
        if before is None or len(found) >= PAGE:
            break
    return Page(found, before)


def _merged(
    request: HttpRequest, customer_id: int, before: dt.datetime | None, kind: str
) -> tuple[list[Entry], dt.datetime | None]:
    """The newest PAGE entries that all tellers have, and where the next ones begin."""
    told = [entry for tell in tellers(kind) for entry in tell(request, customer_id, before, PAGE + 1)]
    told.sort(key=lambda entry: entry.at, reverse=True)
    if len(told) <= PAGE:
        return told, None
    last = told[PAGE - 1].at
    kept = [entry for entry in told if entry.at >= last]
    has_older = len(kept) < len(told) or any(tell(request, customer_id, last, 1) for tell in tellers(kind))
    return kept, last if has_older else None


@tells("purchase", "return")
def purchases(request: HttpRequest, customer_id: int, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Orders and returns with their items; cancelled orders say so."""
    own = purchases_of(request, customer_id)
    older = list(dropwhile(lambda order: before is not None and order.at >= before, own.orders))
    chosen = [order for order in older if len(older) <= limit or order.at >= older[limit - 1].at]
    lines = own.lines if chosen else {}
    return [_told(order, store_name(request, order.store), lines.get(order.key, [])) for order in chosen]


def _told(order: Order, store: str, lines: list[Line]) -> Entry:
    if order.kind == "return":
        title, kind, icon = _("Return of %(money)s"), "return", "undo-2"
    elif order.is_cancelled:
        title, kind, icon = _("Cancelled purchase of %(money)s"), "purchase", "ban"
    else:
        title, kind, icon = _("Purchase of %(money)s"), "purchase", "shopping-bag"
    text = " · ".join(part for part in (store, items_told(lines)) if part)
    return Entry(order.at, kind, icon, title % {"money": brl(abs(order.net))}, text)


def items_told(lines: list[Line]) -> str:
    """ "2 × Camiseta básica, 1 × Caneca e mais 3"."""
    named = [
        f"{num(abs(line.quantity))} × {line.product}" if line.product else num(abs(line.quantity))
        for line in lines[:ITEMS_TOLD]
    ]
    told = ", ".join(named)
    more = len(lines) - ITEMS_TOLD
    return told if more <= 0 else _("%(items)s and %(n)s more") % {"items": told, "n": num(more)}


@tells("contact")
def contact_attempts(
    request: HttpRequest, customer_id: int, before: dt.datetime | None, limit: int
) -> list[Entry]:
    """Conversations that somebody of the shop opened."""
    found = ContactAttempt.objects.filter(customer_id=customer_id).select_related("staff")
    if before is not None:
        found = found.filter(at__lt=before)
    newest = list(found.order_by("-at", "-pk")[:limit])
    if len(newest) == limit:
        same = found.filter(at=newest[-1].at).exclude(pk__in=[attempt.pk for attempt in newest])
        newest += list(same.order_by("-pk"))
    return [
        Entry(
            attempt.at, "contact", "message-circle", _("Conversation opened on WhatsApp"),
            str(segment(attempt.reason).label) if attempt.reason else "", str(attempt.staff or ""),
        )
        for attempt in newest
    ]  # fmt: skip
