"""What happened with a person's blocks, step by step: for their own page, and for the customer's timeline."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from recompra.customers.scope import customer_told
from recompra.privacy.models import Block
from recompra.theme.formats import dshort
from recompra.theme.timeline import Entry, tells


@dataclass(frozen=True)
class Step:
    """Somebody blocked, or lifted: from what, and why."""

    at: dt.datetime
    lifted: bool
    functions: tuple[str, ...]
    reason: str
    until: dt.date | None
    by: str


def steps(blocks: QuerySet[Block]) -> list[Step]:
    """Every step of these blocks, the newest first; those of one act together."""
    told: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for one in blocks.select_related("by", "lifted_by").order_by("pk"):
        words = str(one.get_function_display())
        told[one.created_at, False, one.reason, one.until, str(one.by or "")].append(words)
        if one.lifted_at:
            told[one.lifted_at, True, "", None, str(one.lifted_by or "")].append(words)
    found = [
        Step(at, lifted, tuple(functions), reason, until, by)
        for (at, lifted, reason, until, by), functions in told.items()
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


@tells("block")
def told(request: HttpRequest, customer_id: int, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Blocking and lifting, as the timeline wants it (a person has few of these: all are read)."""
    whom = Q(customer=customer_id)
    if cpf := customer_told(request, customer_id).cpf:
        whom |= Q(cpf=cpf)
    found = [one for one in steps(Block.objects.filter(whom)) if before is None or one.at < before]
    last = found[limit - 1].at if len(found) > limit else None
    return [_entry(one) for one in found if last is None or one.at >= last]


def _entry(one: Step) -> Entry:
    functions = ", ".join(one.functions)
    title = (_("Block lifted: %(what)s") if one.lifted else _("Blocked: %(what)s")) % {"what": functions}
    text = one.reason
    if one.until:
        text = f"{text} · " + _("until %(day)s") % {"day": dshort(one.until)}
    return Entry(one.at, "block", "lock-open" if one.lifted else "lock", title, text, one.by)
