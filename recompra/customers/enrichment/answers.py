"""Asking the sources about a company, keeping their answers for a while, and taking over what a person chose
of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.customers.contact import addresses
from recompra.customers.contact import points as contact_points
from recompra.customers.contact.points import Written
from recompra.customers.enrichment.catalog import Adapter, Found, adapters
from recompra.customers.models import Address, Change, ContactPoint, Customer, LookUp
from recompra.customers.record import register
from recompra.customers.record.fields import STATES, plain
from recompra.theme import formats
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    from recompra.accounts.models import User

PARTICLES = frozenset(("da", "das", "de", "do", "dos", "e"))
MOST = {field.name: field.max_length or 0 for field in Address._meta.concrete_fields}


@dataclass(frozen=True)
class Item:
    """One thing found: `code` tells it among the answer's, `is_known` when the record has it already."""

    code: str
    icon: str
    label: str
    text: str
    is_known: bool
    point: Written | None = None
    address: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A source as the page shows it: whether it can be asked, and its last answer."""

    adapter: Adapter
    is_on: bool
    missing: str
    answer: LookUp | None
    found: Found | None
    items: list[Item]


def sources(customer: Customer) -> list[Source]:
    """Every source about this company, those that can be asked first, with the answers that still hold."""
    answers = {one.adapter: one for one in customer.look_ups.filter(expires_at__gt=timezone.now())}
    shown = [_source(customer, adapter, answers.get(adapter.name)) for adapter in adapters().values()]
    return sorted(shown, key=lambda source: not source.is_on)


def _source(customer: Customer, adapter: Adapter, answer: LookUp | None) -> Source:
    if answer is not None and answer.question != _digest(adapter.question(customer)):
        answer = None
    found = _found(answer) if answer else None
    is_on = adapter.is_on()
    return Source(
        adapter=adapter,
        is_on=is_on,
        missing="" if is_on else adapter.missing(),
        answer=answer,
        found=found,
        items=items(customer, found) if found else [],
    )


def look_up(customer: Customer, adapter: Adapter, *, by: User | None, again: bool = False) -> LookUp:
    """The source's answer about a company: the one kept while it holds (unless `again`), else asked now.

    Asks outside of any transaction. Raises Refused where there is nothing to ask, LookUpFailed.
    """
    question = adapter.question(customer)
    if not customer.is_company or not question:
        raise Refused(_("Too little is known of this customer to look it up: a CNPJ and a name are needed."))
    if not adapter.is_on():
        raise Refused(adapter.missing())
    now = timezone.now()
    kept = LookUp.objects.filter(customer=customer, adapter=adapter.name, expires_at__gt=now).first()
    if kept is not None and not again and kept.question == _digest(question):
        return kept
    found = adapter.ask(question, customer)
    told = {
        "question": _digest(question),
        "found": found.as_data() if found else {},
        "asked_at": now,
        "expires_at": now + adapter.keeps,
        "by": by,
    }
    return LookUp.objects.update_or_create(customer=customer, adapter=adapter.name, defaults=told)[0]


def accept(customer: Customer, adapter: Adapter, chosen: Collection[str], *, by: User) -> int:
    """Take over the chosen items of the source's last answer, beside what is there; how many were new.

    They are kept for service only until somebody confirms them, with the source and its legal basis.
    """
    answer = LookUp.objects.filter(customer=customer, adapter=adapter.name).first()
    found = _found(answer) if answer else None
    taken = 0
    for item in items(customer, found) if found else []:
        if item.code in chosen and not item.is_known:
            _take(customer, adapter, item, by)
            taken += 1
    return taken


def _take(customer: Customer, adapter: Adapter, item: Item, by: User) -> None:
    if item.point is not None:
        contact_points.add(
            customer,
            item.point,
            by=by,
            origin=adapter.origin,
            use=ContactPoint.Use.SERVICE,
            legal_basis=adapter.legal_basis,
        )
    elif item.address:
        addresses.save(customer, item.address, by=by, origin=adapter.origin, legal_basis=adapter.legal_basis)
    else:
        given = {item.code: item.text}
        register.amend(customer.pk, given, seen_version=None, by=by, origin=Change.Origin.ENRICHMENT)


def items(customer: Customer, found: Found) -> list[Item]:
    """What can be taken over of an answer: names that are still blank, phones, e-mails, the address. What is
    no phone or e-mail that could be used is left out."""
    return [*_names(customer, found), *_points(customer, found), *_address(customer, found)]


def _names(customer: Customer, found: Found) -> list[Item]:
    shown = (
        ("name", _("Company name"), _calm(found.name)[:200]),
        ("trade_name", _("Trade name"), _calm(found.trade_name)[:200]),
    )
    return [
        Item(code, "building-2", label, text, is_known=bool(getattr(customer, code)))
        for code, label, text in shown
        if text
    ]


def _points(customer: Customer, found: Found) -> list[Item]:
    known = set(customer.contact_points.values_list("kind", "match_key"))
    shown = {}
    for number, text in enumerate((*found.phones, *found.emails)):
        try:
            written = contact_points.read(text)
        except Refused:
            continue
        is_email = written.kind == ContactPoint.Kind.EMAIL
        shown[written] = Item(
            code=f"point-{number}",
            icon="mail" if is_email else "phone",
            label=str(ContactPoint.Kind(written.kind).label).capitalize(),
            text=written.value if is_email else formats.phone(written.value),
            is_known=(written.kind, written.match_key) in known,
            point=written,
        )
    return list(shown.values())


def _address(customer: Customer, found: Found) -> list[Item]:
    if not found.address.get("street"):
        return []
    parts = {name: _calm(found.address.get(name, ""))[: MOST[name]] for name in addresses.PARTS}
    parts["kind"] = Address.Kind.WORK
    state = found.address.get("state", "")
    parts["state"] = state if state in STATES else ""
    parts["postcode"] = (
        parts["postcode"] if len(parts["postcode"]) == 8 and parts["postcode"].isdigit() else ""
    )
    text = addresses.one_line(Address(**parts))
    known = {addresses.one_line(one) for one in customer.addresses.all()}
    return [Item("address", "map-pin", _("Business address"), text, is_known=text in known, address=parts)]


def _calm(text: str) -> str:
    """Registers write in capitals: "RUA AUGUSTA DO SUL" becomes "Rua Augusta do Sul"."""
    text = plain(text)
    if not text.isupper() or len(text) < 4:
        return text
    words = text.lower().split(" ")
    return " ".join(word if word in PARTICLES else word.capitalize() for word in words)


def _found(answer: LookUp) -> Found | None:
    if not answer.found:
        return None
    kept = {**answer.found, "phones": tuple(answer.found["phones"]), "emails": tuple(answer.found["emails"])}
    return Found(**kept)


def _digest(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()
