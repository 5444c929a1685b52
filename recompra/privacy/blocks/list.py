"""Which blocks the page and the file show, in which order, one line a person and act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.http import urlencode

from recompra.customers.identifiers import cpf
from recompra.customers.models import Customer
from recompra.customers.scope import StoreScope, within
from recompra.customers.search import find as find_customers
from recompra.privacy.blocks.hold import holds_on
from recompra.privacy.models import Block
from recompra.theme import keyset

PAGE = 50
ROWS = PAGE * len(Block.Function)
STANDING, LIFTED, EXPIRED, ALL = "vigentes", "retirados", "vencidos", "todos"
SITUATIONS = (STANDING, LIFTED, EXPIRED, ALL)
NEWEST, OLDEST, ENDING = "-inicio", "inicio", "fim"
ORDERS = {NEWEST: "created_at", OLDEST: "created_at", ENDING: "until"}


@dataclass(frozen=True)
class Filters:
    """`order`: the newest first, the oldest first, or (of those that end by themselves) what ends first."""

    situation: str = STANDING
    function: str = ""
    order: str = NEWEST
    scope: StoreScope = None

    @classmethod
    def read(cls, given: Mapping[str, str], scope: StoreScope) -> Filters:
        """From an address; what is not known is not asked for."""
        situation, function = given.get("situacao", ""), given.get("funcao", "")
        order = given.get("ordem", "")
        return cls(
            situation if situation in SITUATIONS else STANDING,
            function if function in Block.Function.values else "",
            order if order in ORDERS else NEWEST,
            scope,
        )

    def query(self, **more: str) -> str:
        told = {"situacao": self.situation, "funcao": self.function, "ordem": self.order} | more
        return urlencode({name: value for name, value in told.items() if value})

    def rows(self) -> QuerySet[Block]:
        today = timezone.localdate()
        found = visible(self.scope)
        if self.situation == STANDING:
            found = found.filter(holds_on(today))
        if self.situation == LIFTED:
            found = found.filter(lifted_at__isnull=False)
        if self.situation == EXPIRED:
            found = found.filter(lifted_at=None, until__lt=today)
        if self.function:
            found = found.filter(function=self.function)
        if self.order == ENDING:
            return found.filter(until__isnull=False).order_by("until", "pk")
        sign = "-" if self.order == NEWEST else ""
        return found.order_by(f"{sign}created_at", f"{sign}pk")


@dataclass
class Line:
    """What one act did to one person. `customer` is None for a CPF that nobody here has."""

    first: Block
    blocks: list[Block] = field(default_factory=list)
    customer: Customer | None = None

    @property
    def cpf(self) -> str:
        return self.first.cpf or (self.customer.cpf or "" if self.customer else "")

    @property
    def functions(self) -> list[str]:
        return [str(one.get_function_display()) for one in sorted(self.blocks, key=lambda one: one.pk)]

    @property
    def situation(self) -> str:
        if self.first.lifted_at:
            return LIFTED
        ended = self.first.until is not None and self.first.until < timezone.localdate()
        return EXPIRED if ended else STANDING


def visible(scope: StoreScope) -> QuerySet[Block]:
    """The blocks that staff of these stores may see: not those of another store's customers."""
    found = Block.objects.select_related("customer", "by", "lifted_by")
    if scope is None:
        return found
    others = Customer.objects.exclude(within(scope))
    by_cpf = Exists(others.filter(cpf=OuterRef("cpf"))) & ~Q(cpf="")
    return found.exclude(Exists(others.filter(pk=OuterRef("customer")))).exclude(by_cpf)


def page(filters: Filters, after: str | None) -> tuple[list[Line], str]:
    """One page of lines, and the cursor of the next ("": there is none)."""
    column = ORDERS[filters.order]
    found, kind = filters.rows(), dt.date if filters.order == ENDING else dt.datetime
    if place := keyset.decode(after, kind, int):
        then = "lt" if filters.order == NEWEST else "gt"
        found = found.filter(
            Q(**{f"{column}__{then}": place[0]}) | Q(**{column: place[0], f"pk__{then}": place[1]})
        )
    rows = list(found[: ROWS + 1])
    taken, lines = _together(rows[:ROWS], PAGE)
    if taken == len(rows):
        return lines, ""
    last: Any = rows[taken - 1]
    return lines, keyset.encode(getattr(last, column), last.pk)


def everything(filters: Filters) -> Iterator[Line]:
    """All lines of a list, a page at a time, for a file."""
    after: str | None = None
    while after != "":
        lines, after = page(filters, after)
        yield from lines


def find(typed: str, scope: StoreScope) -> list[Line]:
    """The blocks of whoever was looked for by CPF or as customers are; the newest first, PAGE at most."""
    digits = "".join(mark for mark in typed if mark in "0123456789")
    people = find_customers(typed, scope).rows
    wanted = Q(customer__public_id__in=[row.public_id for row in people])
    known = Customer.objects.filter(public_id__in=[row.public_id for row in people], cpf__isnull=False)
    wanted |= Q(cpf__in=list(known.values_list("cpf", flat=True)))
    if exact := cpf(typed):
        wanted |= Q(cpf=exact)
    elif 6 <= len(digits) < 11:
        wanted |= Q(cpf__startswith=digits)
    rows = list(visible(scope).filter(wanted).order_by("-created_at", "-pk")[:ROWS])
    return _together(rows, PAGE)[1]


def _together(rows: Iterable[Block], most: int) -> tuple[int, list[Line]]:
    """(how many rows were taken, the lines they make: `most` at the most)."""
    lines: dict[tuple[Any, ...], Line] = {}
    taken = 0
    for one in rows:
        key = (
            one.customer_id,
            one.cpf,
            one.created_at,
            one.by_id,
            one.reason,
            one.until,
            one.lifted_at,
        )
        if key not in lines:
            if len(lines) == most:
                break
            lines[key] = Line(one, customer=one.customer)
        lines[key].blocks.append(one)
        taken += 1
    _name(list(lines.values()))
    return taken, list(lines.values())


def _name(lines: list[Line]) -> None:
    """Who has the CPFs that were blocked."""
    wanted = {line.first.cpf for line in lines if line.customer is None}
    known = Customer.objects.filter(cpf__in=wanted, merged_into=None)
    people = {one.cpf: one for one in known}
    for line in lines:
        line.customer = line.customer or people.get(line.first.cpf)
