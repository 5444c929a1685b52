"""A customer's further addresses: kept, corrected, removed; how each is written on one line."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from recompra.accounts.models import User
from recompra.customers.models import OUTSIDE, Address, Change, Customer, Origin
from recompra.customers.record import changes
from recompra.customers.record.register import locked
from recompra.theme.refused import Refused

PARTS = ("kind", "street", "number", "complement", "district", "postcode", "city", "state")
MOST_ADDRESSES = 20
FIELD = "address"
"""What the change log calls it."""


def save(
    customer: Customer,
    parts: Mapping[str, str],
    *,
    by: User | None,
    address: Address | None = None,
    seen: str = "",
    origin: str = Origin.ATTENDANT,
    legal_basis: str = "",
) -> Address:
    """Keep a new address, or what `parts` (of PARTS) say of one that is there.

    `seen` is the `mark` of the address as the person had it before them. Refused when somebody changed it
    since, for one too many and for the same address twice.
    """
    with transaction.atomic():
        held = locked(customer.pk)
        kept = held.addresses.filter(pk=address.pk).first() if address else Address(customer=held)
        if kept is None or (seen and seen != mark(kept)):
            raise Refused(
                _("A colleague has changed this address meanwhile: see how it is now, and try again.")
            )
        before = one_line(kept) if address else ""
        for name in PARTS:
            setattr(kept, name, parts.get(name, ""))
        others = list(held.addresses.exclude(pk=kept.pk))
        if any(_is_same(kept, other) for other in others):
            raise Refused(_("This customer has this address already."))
        if address is None and len(others) >= MOST_ADDRESSES:
            raise Refused(_("This customer has too many addresses: remove one first."))
        kept.origin, kept.legal_basis, kept.updated_at = origin, legal_basis, timezone.now()
        kept.save()
        _log(held, before, one_line(kept), by, origin)
    return kept


def remove(address: Address, *, by: User) -> None:
    with transaction.atomic():
        held = locked(address.customer_id)
        if Address.objects.filter(pk=address.pk).delete()[0]:
            _log(held, one_line(address), "", by)


def mark(address: Address) -> str:
    """A keyed digest of what an address says now, which tells nothing of it."""
    said = "|".join(getattr(address, name) for name in PARTS)
    return str(salted_hmac("customers.address", said).hexdigest()[:20])


def one_line(address: Address) -> str:
    """ "Rua das Flores, 10, ap. 3 · Centro · 80010-000 · Curitiba, PR"."""
    street = ", ".join(part for part in (address.street, address.number, address.complement) if part)
    postcode = f"{address.postcode[:5]}-{address.postcode[5:]}" if address.postcode else ""
    return " · ".join(part for part in (street, address.district, postcode, place(address)) if part)


def place(address: Address) -> str:
    """What every role may see of it: "Curitiba, PR"."""
    return ", ".join(part for part in (address.city, address.state) if part)


def _is_same(one: Address, other: Address) -> bool:
    """The same words for the same purpose, whoever wrote them."""
    return all(getattr(one, name).casefold() == getattr(other, name).casefold() for name in PARTS)


def _log(held: Customer, before: str, after: str, by: User | None, origin: str = Origin.ATTENDANT) -> None:
    if before != after:
        told = Change.Origin.ENRICHMENT if origin in OUTSIDE else Change.Origin.ATTENDANT
        changes.record(held, {FIELD: (before, after)}, by=by, origin=told)
