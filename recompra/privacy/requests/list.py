"""Which requests are shown, in which order: filters in the address, the search by POST."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.http import urlencode

from recompra.customers.identifiers import cpf, name_key
from recompra.privacy.models import PrivacyRequest
from recompra.theme import keyset

PAGE = 50
OPEN, LATE, ANSWERED, ALL = "abertas", "atrasadas", "respondidas", "todas"
SITUATIONS = (OPEN, LATE, ANSWERED, ALL)
ORDERS = {"prazo": "due_on", "recebida": "received_on"}


@dataclass(frozen=True)
class Filters:
    """`order` is a key of ORDERS, with "-" in front for newest first."""

    situation: str = OPEN
    kind: str = ""
    order: str = "prazo"

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filters:
        """From an address; what is not known is not asked for."""
        situation, kind = given.get("situacao", ""), given.get("pedido", "")
        order = given.get("ordem", "")
        return cls(
            situation if situation in SITUATIONS else OPEN,
            kind if kind in PrivacyRequest.Kind.values else "",
            order if order.removeprefix("-") in ORDERS else "prazo",
        )

    def query(self, **more: str) -> str:
        told = {"situacao": self.situation, "pedido": self.kind, "ordem": self.order} | more
        return urlencode({name: value for name, value in told.items() if value})

    def rows(self) -> QuerySet[PrivacyRequest]:
        found = PrivacyRequest.objects.select_related("customer")
        if self.situation in (OPEN, LATE):
            found = found.filter(answered_at=None)
        if self.situation == LATE:
            found = found.filter(due_on__lt=timezone.localdate())
        if self.situation == ANSWERED:
            found = found.filter(answered_at__isnull=False)
        if self.kind:
            found = found.filter(kind=self.kind)
        sign, column = ("-" if self.order.startswith("-") else ""), ORDERS[self.order.removeprefix("-")]
        return found.order_by(f"{sign}{column}", f"{sign}pk")


def page(filters: Filters, after: str | None) -> tuple[list[PrivacyRequest], str]:
    """One page, and the cursor of the next ("": there is none)."""
    column = ORDERS[filters.order.removeprefix("-")]
    found = filters.rows()
    if place := keyset.decode(after, dt.date, int):
        then = "lt" if filters.order.startswith("-") else "gt"
        found = found.filter(
            Q(**{f"{column}__{then}": place[0]}) | Q(**{column: place[0], f"pk__{then}": place[1]})
        )
    rows = list(found[: PAGE + 1])
    last: Any = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], keyset.encode(getattr(last, column), last.pk) if last else ""


def find(typed: str) -> list[PrivacyRequest]:
    """Those whose protocol, name, contact or CPF was typed, the newest first, PAGE at most."""
    text = typed.strip()[:200]
    wanted = Q(protocol__startswith=text.upper()) | Q(contact__iexact=text)
    if key := name_key(text):
        wanted |= Q(name_key__contains=key)
    if digits := cpf(text):
        wanted |= Q(customer__cpf=digits)
    found = PrivacyRequest.objects.filter(wanted).select_related("customer")
    return list(found.order_by("-received_on", "-pk")[:PAGE]) if text else []
