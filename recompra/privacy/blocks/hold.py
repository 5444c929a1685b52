"""Blocking people from functions of the shop, one or many, and lifting that again.

A block is of a customer, or of a CPF: then it holds for whoever has that CPF, registered today or later, by
hand, by an import or by a correction of the CPF.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from recompra.customers.models import Customer
from recompra.privacy.models import Block

if TYPE_CHECKING:
    from recompra.accounts.models import User


def block(
    whom: Customer | str,
    functions: Iterable[str],
    reason: str,
    *,
    by: User | None = None,
    until: dt.date | None = None,
) -> list[Block]:
    """Shut a customer (or a CPF, eleven digits) out of these functions; `until` is the last day it holds."""
    return block_many([whom], functions, reason, by=by, until=until)


def block_many(
    whom: Sequence[Customer | str],
    functions: Iterable[str],
    reason: str,
    *,
    by: User | None = None,
    until: dt.date | None = None,
) -> list[Block]:
    """The same for many, in one transaction: all or none. What holds already for as long is left out."""
    now, chosen = timezone.now(), [Block.Function(function) for function in functions]
    with transaction.atomic():
        held, merged = _held_already(whom, until), _merged_holders(whom)
        rows = [
            Block(
                customer_id=one.pk if isinstance(one, Customer) else merged.get(one),
                cpf="" if isinstance(one, Customer) else one,
                function=function,
                reason=reason,
                by=by,
                until=until,
                created_at=now,
            )
            for one in whom
            for function in chosen
            if (one.pk if isinstance(one, Customer) else one, function) not in held
        ]
        return Block.objects.bulk_create(rows, batch_size=1_000)


def _held_already(whom: Sequence[Customer | str], until: dt.date | None) -> set[tuple[int | str | None, str]]:
    """(customer id or CPF, function) of the standing blocks that end no sooner than the new ones would."""
    longer = Q(until=None) if until is None else Q(until=None) | Q(until__gte=until)
    standing = Block.objects.filter(holds_on(timezone.localdate()), longer)
    people = [one.pk for one in whom if isinstance(one, Customer)]
    cpfs = [one for one in whom if isinstance(one, str)]
    return {
        *standing.filter(customer__in=people).values_list("customer_id", "function"),
        *standing.filter(cpf__in=cpfs).values_list("cpf", "function"),
    }


def _merged_holders(whom: Sequence[Customer | str]) -> dict[str, int]:
    """{CPF: the record that whoever has it was merged into}: the block holds for that one as well."""
    merged = Customer.objects.filter(merged_into__isnull=False)
    found: dict[str, int] = {}
    for cpf, into in merged.filter(cpf__in=[one for one in whom if isinstance(one, str)]).values_list(
        "cpf", "merged_into_id"
    ):
        found[str(cpf)] = _kept(into)
    return found


def _kept(customer_id: int) -> int:
    """The record at the end of a chain of merges."""
    further = Customer.objects.filter(pk=customer_id).values_list("merged_into_id", flat=True).first()
    return _kept(further) if further else customer_id


def lift(blocks: QuerySet[Block], *, by: User | None = None) -> int:
    """End these blocks now, and say how many there were. They stay on record."""
    return blocks.filter(lifted_at=None).update(lifted_at=timezone.now(), lifted_by=by)


def of_customer(customer: Customer) -> QuerySet[Block]:
    """Every block of the person or of their CPF, past ones included."""
    whom = Q(customer=customer)
    if customer.cpf:
        whom |= Q(cpf=customer.cpf)
    return Block.objects.filter(whom)


def holds_on(day: dt.date) -> Q:
    """Condition on Block: neither lifted nor past its last day."""
    return Q(Q(until=None) | Q(until__gte=day), lifted_at=None)


def standing_blocks(customer: Customer) -> QuerySet[Block]:
    """The blocks that hold for this customer today, by the person or by the CPF."""
    return of_customer(customer).filter(holds_on(timezone.localdate()))
