"""Blocking a person from functions of the shop, and lifting that again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from recompra.customers.models import Customer
from recompra.privacy.models import Block

if TYPE_CHECKING:
    import datetime as dt

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
    person = {"customer": whom} if isinstance(whom, Customer) else {"cpf": whom}
    with transaction.atomic():
        return [
            Block.objects.create(function=function, reason=reason, by=by, until=until, **person)
            for function in functions
        ]


def lift(blocks: QuerySet[Block], *, by: User | None = None) -> int:
    """End these blocks now, and say how many there were. They stay on record."""
    return blocks.filter(lifted_at=None).update(lifted_at=timezone.now(), lifted_by=by)


def standing_blocks(customer: Customer) -> QuerySet[Block]:
    """The blocks that hold for this customer today, by the person or by the CPF."""
    whom = Q(customer=customer)
    if customer.cpf:
        whom |= Q(cpf=customer.cpf)
    today = timezone.localdate()
    return Block.objects.filter(whom, Q(until=None) | Q(until__gte=today), lifted_at=None)
