"""The ledger of consents: what people say is appended, and where they stand is kept in the same transaction.

`Customer.accepts_contact` is the published answer for marketing by any channel, for lists and files; only
this file, and an import beside `declare_new` and `lower_many`, writes it.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from recompra.customers.many import one_value
from recompra.customers.models import Customer
from recompra.privacy.consents.fold import ANY, Said, Stand, fold
from recompra.privacy.models import Action, Channel, Consent, ConsentEvent, ConsentText, Purpose

if TYPE_CHECKING:
    from recompra.accounts.models import User

Origin = ConsentEvent.Origin
Key = tuple[str, str]
"""Purpose and channel."""

MANY = 2_000


def grant(
    customer: Customer,
    purpose: str,
    channel: str = ANY,
    *,
    by: User | None = None,
    text: ConsentText | None = None,
    origin: str = Origin.ATTENDANT,
    source: str = "",
    evidence: str = "",
    at: dt.datetime | None = None,
    ip: str | None = None,
) -> ConsentEvent:
    """Note that the person agreed. `text`: the words they saw, by default the purpose's current ones."""
    return _append(
        customer,
        ConsentEvent(
            action=Action.GRANT,
            purpose=Purpose(purpose),
            channel=Channel(channel),
            text=text or current_text(purpose),
            origin=Origin(origin),
            source=source,
            evidence=evidence,
            at=at or timezone.now(),
            by=by,
            ip=network_of(ip),
        ),
    )


def revoke(
    customer: Customer,
    purpose: str,
    channel: str = ANY,
    *,
    by: User | None = None,
    objects: bool = False,
    origin: str = Origin.ATTENDANT,
    source: str = "",
    evidence: str = "",
    at: dt.datetime | None = None,
    ip: str | None = None,
) -> ConsentEvent:
    """Note that the person withdrew (LGPD art. 8, §5) or, with `objects`, opposed (art. 18, §2). Never asks
    back: free and easy is what the law wants."""
    return _append(
        customer,
        ConsentEvent(
            action=Action.OBJECT if objects else Action.REVOKE,
            purpose=Purpose(purpose),
            channel=Channel(channel),
            origin=Origin(origin),
            source=source,
            evidence=evidence,
            at=at or timezone.now(),
            by=by,
            ip=network_of(ip),
        ),
    )


def state(customer: Customer) -> dict[Key, Stand]:
    """Where the person stands, by purpose and channel; what they said nothing about is left out."""
    rows = Consent.objects.filter(customer=customer).values_list("purpose", "channel", "state", "at")
    return {(purpose, channel): Stand(said, at) for purpose, channel, said, at in rows}


def current_text(purpose: str) -> ConsentText | None:
    """The newest words of a purpose, None where the shop wrote none."""
    return ConsentText.objects.filter(purpose=purpose).order_by("-version").first()


def write_text(purpose: str, text: str, *, by: User | None) -> ConsentText:
    """The next version of a purpose's words."""
    with transaction.atomic():
        before = ConsentText.objects.select_for_update().filter(purpose=purpose).order_by("-version").first()
        version = before.version + 1 if before else 1
        return ConsentText.objects.create(purpose=Purpose(purpose), version=version, text=text, by=by)


def network_of(ip: str | None) -> str | None:
    """The address without the part that tells one machine: /24 of IPv4, /48 of IPv6."""
    if not ip:
        return None
    address = ipaddress.ip_address(ip)
    cut = ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False)
    return str(cut.network_address)


def _append(customer: Customer, event: ConsentEvent) -> ConsentEvent:
    with transaction.atomic():
        Customer.objects.select_for_update().filter(pk=customer.pk).exists()  # one writer at a time
        event.customer = customer
        event.save()
        stand = refold([customer.pk], event.purpose, event.channel).get(customer.pk)
    if stand and (event.purpose, event.channel) == (Purpose.MARKETING, ANY):
        customer.accepts_contact = not stand.is_no
    return event


def refold(customers: Sequence[int], purpose: str, channel: str) -> dict[int, Stand]:
    """Bring the state of these customers in line with their events. Inside the caller's transaction."""
    said: dict[int, list[Said]] = defaultdict(list)
    events = ConsentEvent.objects.filter(customer__in=customers, purpose=purpose, channel=channel)
    for pk, at, action, origin in events.values_list("customer_id", "at", "action", "origin"):
        said[pk].append(Said(at, action, origin))
    stands = {customer: held for customer in customers if (held := fold(said[customer]))}
    same = Consent.objects.filter(purpose=purpose, channel=channel)
    same.filter(customer__in=set(customers) - stands.keys()).delete()
    Consent.objects.bulk_create(
        [
            Consent(customer_id=pk, purpose=purpose, channel=channel, state=held.state, at=held.at)
            for pk, held in stands.items()
        ],
        update_conflicts=True,
        unique_fields=["customer", "purpose", "channel"],
        update_fields=["state", "at"],
    )
    if (purpose, channel) == (Purpose.MARKETING, ANY):
        _publish(customers, stands)
    return stands


def _publish(customers: Sequence[int], stands: Mapping[int, Stand]) -> None:
    answers: dict[bool | None, list[int]] = defaultdict(list)
    for pk in customers:
        held = stands.get(pk)
        answers[None if held is None else not held.is_no].append(pk)
    for answer, chosen in answers.items():
        Customer.objects.filter(pk__in=chosen).update(accepts_contact=answer)


def lower_many(
    customers: Sequence[int], *, source: str, evidence: str = "", at: dt.datetime | None = None
) -> None:
    """An import says that these known customers want no marketing. It never says that one wants it again.

    Inside the caller's transaction.
    """
    now = timezone.now()
    for first in range(0, len(customers), MANY):
        chunk = customers[first : first + MANY]
        ConsentEvent.objects.bulk_create(
            ConsentEvent(
                customer_id=pk,
                action=Action.REVOKE,
                purpose=Purpose.MARKETING,
                origin=Origin.IMPORT,
                source=source,
                evidence=evidence,
                at=at or now,
                recorded_at=now,
            )
            for pk in chunk
        )
        refold(chunk, Purpose.MARKETING, ANY)


ACTION_OF = "CASE WHEN accepts_contact THEN 'grant' ELSE 'revoke' END"
WHO_SAID = "FROM customers_customer WHERE id {chosen} AND accepts_contact IS NOT NULL"
FIRST_WORDS = (
    "INSERT INTO privacy_consentevent "
    "(customer_id, action, purpose, channel, origin, source, evidence, at, recorded_at) "
    f"SELECT id, {ACTION_OF}, 'marketing', '', 'import', %s, %s, %s, %s {WHO_SAID}"
)
FIRST_STATE = (
    "INSERT INTO privacy_consent (customer_id, purpose, channel, state, at) "
    f"SELECT id, 'marketing', '', {ACTION_OF}, %s {WHO_SAID}"
)


def declare_new(customers: Sequence[int], *, source: str, evidence: str = "") -> None:
    """What an import said of customers it has just made: their first statement, yes or no, as it stands in
    `accepts_contact`. Two statements whatever their number; inside the caller's transaction."""
    if not customers:
        return
    chosen, ids = one_value(customers)
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(FIRST_WORDS.format(chosen=chosen), [source, evidence, now, now, ids])
        cursor.execute(FIRST_STATE.format(chosen=chosen), [now, ids])
