"""The list of records kept apart: narrowed, sorted, and paged by key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.http import urlencode

from recompra.customers import search
from recompra.customers.identity.apart import EVIDENCE
from recompra.customers.models import ApartDecision, Customer
from recompra.customers.scope import StoreScope, of_stores
from recompra.theme import keyset

PAGE = 25
CHUNK = 500
BY_NAME = "nome"
Told = tuple[Customer, ApartDecision | None]


@dataclass(frozen=True)
class Wanted:
    """What the address asks for. `sort`: "" is who was set apart last."""

    kind: str = ""
    sort: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Wanted:
        """From `?tipo=&ordem=`; what makes no sense is left out."""
        kind, sort = query.get("tipo", ""), query.get("ordem", "")
        return cls(kind if kind in Customer.Apart.values else "", sort if sort == BY_NAME else "")

    def query(self) -> str:
        pairs = {"tipo": self.kind, "ordem": self.sort}
        return urlencode({name: value for name, value in pairs.items() if value})


def apart_of(wanted: Wanted, scope: StoreScope) -> Q:
    """Condition on Customer: kept apart, as asked for, and of these stores."""
    kind = Q(apart=wanted.kind) if wanted.kind else ~Q(apart="")
    return kind & of_stores(scope) & Q(merged_into=None)


def ordered(wanted: Wanted, scope: StoreScope) -> QuerySet[Customer]:
    """All of them, each with `decision`, the id of the last word on it (0: none)."""
    last = ApartDecision.objects.filter(customer=OuterRef("pk")).order_by("-at", "-pk").values("pk")[:1]
    found = Customer.objects.filter(apart_of(wanted, scope))
    found = found.annotate(decision=Coalesce(Subquery(last), Value(0)))
    return found.order_by("name_key", "pk") if wanted.sort == BY_NAME else found.order_by("-decision", "-pk")


def page(
    wanted: Wanted, scope: StoreScope, after: str | None = None, typed: str = ""
) -> tuple[list[Told], str]:
    """A page, and where the next begins ("": nowhere). `typed`: only whom this names."""
    found = ordered(wanted, scope)
    if typed:
        named = search.find(typed, scope, among=apart_of(wanted, scope)).rows
        return list(with_decisions(found.filter(public_id__in=[row.public_id for row in named]))), ""
    if wanted.sort == BY_NAME:
        found = _after_name(found, after)
    elif place := keyset.decode(after, int, int):
        decision, pk = place
        found = found.filter(Q(decision__lt=decision) | Q(decision=decision, pk__lt=pk))
    rows = list(found[: PAGE + 1])
    return list(with_decisions(rows[:PAGE])), _place(wanted, rows[PAGE - 1]) if len(rows) > PAGE else ""


def with_decisions(people: Iterable[Customer]) -> Iterator[Told]:
    """Each with the last word on it, in flat memory."""
    rest = iter(people)
    while chunk := list(islice(rest, CHUNK)):
        known = ApartDecision.objects.select_related("by").in_bulk([_decision(one) for one in chunk])
        yield from ((one, known.get(_decision(one))) for one in chunk)


def why(decision: ApartDecision | None) -> str:
    """What was found, or the reason that a person wrote."""
    return (str(EVIDENCE.get(decision.evidence, "")) or decision.reason) if decision else ""


def _decision(one: Customer) -> int:
    return int(one.decision)  # type: ignore[attr-defined]


def _place(wanted: Wanted, last: Customer) -> str:
    """No name goes into an address: by name, the record's id alone leads on."""
    return keyset.encode(last.pk) if wanted.sort == BY_NAME else keyset.encode(_decision(last), last.pk)


def _after_name(found: QuerySet[Customer], after: str | None) -> QuerySet[Customer]:
    pk = place[0] if (place := keyset.decode(after, int)) else None
    anchor = Customer.objects.filter(pk__in=[pk]).values_list("name_key", "pk").first()
    if anchor is None:
        return found
    name, pk = anchor
    return found.filter(Q(name_key__gt=name) | Q(name_key=name, pk__gt=pk))
