"""Blocks outlive an erasure: noted beside the person's keyed hashes, put on the record of whoever comes back.

Only function and last day are kept: a reason may tell of the person, and the CPF stays a hash. Put on again
are those of the newest erasure that each document or contact answers to: what was lifted before it is gone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.accounts import audit
from recompra.customers.models import ContactPoint, Customer
from recompra.privacy.blocks.hold import block, standing_blocks
from recompra.privacy.erasure.suppression import Told, anybody_erased, erased_people
from recompra.privacy.models import Block, Erasure

Kept = list[list[str]]
"""[function, last day (ISO) or "" for good] each, as the receipt and the ledger have them."""
Untils = dict[str, dt.date | None]


def note(people: Iterable[Customer]) -> Kept:
    """What these records, one person's, are blocked from today; each function as long as it holds at all."""
    found: Untils = {}
    for person in people:
        for one in standing_blocks(person):
            _longer(found, one.function, one.until)
    return [[function, until.isoformat() if until else ""] for function, until in sorted(found.items())]


def on_record(customer_id: int) -> None:
    """Named on the door card as `identified`: this record was made, or was given a document."""
    if not anybody_erased():
        return
    customer = Customer.objects.get(pk=customer_id)
    points = ContactPoint.objects.filter(customer=customer, person=None)
    put_again(
        {
            customer_id: Told(
                cpf=customer.cpf or "",
                cnpj=customer.cnpj or "",
                email=points.filter(kind="email").values_list("match_key", flat=True).first() or "",
                mobiles=tuple(points.filter(kind="mobile").values_list("match_key", flat=True)),
            )
        }
    )


def put_again(told: Mapping[int, Told]) -> None:
    """Block the customers (by id) who are erased people again, as those were. Inside the transaction that
    takes them in. What the house put on once and somebody lifted stays lifted."""
    if not told or not anybody_erased():
        return
    reason = _("Blocked before the erasure (LGPD): holds again by itself, because the person came back")
    for customer_id, held in waiting(told).items():
        again = [
            one
            for function, (until, since) in held.items()
            if not _was_lifted(customer_id, function, since)
            for one in block(Customer(pk=customer_id), [function], reason, until=until)
        ]
        if again:
            audit.record(None, "block", customer_id=customer_id, count=len(again))


def waiting(told: Mapping[int, Told]) -> dict[int, dict[str, tuple[dt.date | None, dt.datetime]]]:
    """{id: {function: (last day, when the erasure was asked for)}} of the erased people among these."""
    known = erased_people(told.values())
    matches = {key: known.each(one) for key, one in told.items()}
    ids = {pk for each in matches.values() for same in each for pk in same}
    rows = {row.pk: row for row in Erasure.objects.filter(pk__in=ids)}
    found: dict[int, dict[str, tuple[dt.date | None, dt.datetime]]] = defaultdict(dict)
    for key, each in matches.items():
        untils: Untils = {}
        newest = {max((rows[pk] for pk in same), key=lambda row: (row.created_at, row.pk)) for same in each}
        for function, until in (pair for row in newest for pair in _standing(row)):
            _longer(untils, function, until)
        if untils:
            since = min(row.created_at for row in newest)
            found[key] = {function: (until, since) for function, until in untils.items()}
    return found


def _standing(row: Erasure) -> list[tuple[str, dt.date | None]]:
    today, kept = timezone.localdate(), row.receipt.get("blocks", [])
    found = [(function, dt.date.fromisoformat(until) if until else None) for function, until in kept]
    return [(function, until) for function, until in found if until is None or until >= today]


def _longer(found: Untils, function: str, until: dt.date | None) -> None:
    """Of two blocks of a function the one that holds longer."""
    before = found.get(function, dt.date.min)
    if before is not None and (until is None or until > before):
        found[function] = until


def _was_lifted(customer_id: int, function: str, since: dt.datetime) -> bool:
    """Whether a block that the house itself put on (`by` is nobody) was lifted since."""
    own = Block.objects.filter(customer=customer_id, function=function, by=None, created_at__gte=since)
    return own.filter(lifted_at__isnull=False).exists()
