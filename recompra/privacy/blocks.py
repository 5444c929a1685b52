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
    """The same for many, in one transaction: all or none."""
    now, chosen = timezone.now(), [Block.Function(function) for function in functions]
    rows = [
        Block(
            customer=one if isinstance(one, Customer) else None,
            cpf="" if isinstance(one, Customer) else one,
            function=function,
            reason=reason,
            by=by,
            until=until,
            created_at=now,
        )
        for one in whom
        for function in chosen
    ]
    with transaction.atomic():
        return Block.objects.bulk_create(rows, batch_size=1_000)


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
