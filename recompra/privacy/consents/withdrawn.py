"""Who took their consent back elsewhere, as a file tells: unsubscribed from a channel, marked what came by it
as spam.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.utils import timezone

from recompra.customers.models import Customer
from recompra.privacy.consents.fold import Stand, refusal
from recompra.privacy.consents.ledger import refold
from recompra.privacy.models import Action, Consent, ConsentEvent, Purpose

Way = tuple[int, str]
"""A customer, by id, and a channel."""


class Withdrawal(NamedTuple):
    """One customer's "no" to offers by one channel. Without `has_clock` only the day of `at` was told."""

    customer: int
    channel: str
    at: dt.datetime
    has_clock: bool
    evidence: str

    @property
    def way(self) -> Way:
        return self.customer, self.channel


def withdraw_many(said: Collection[Withdrawal], *, source: str) -> set[int]:
    """Append what no import said before, at that moment or (without a clock) on that day. Returns whoever is
    kept from a channel by it: neither those who had refused it already, nor those who agreed to it since.

    A handful of statements whatever their number; inside the caller's transaction.
    """
    locked = Customer.objects.select_for_update().filter(pk__in={one.customer for one in said})
    here = sorted(locked.order_by("pk").values_list("pk", flat=True))  # one writer at a time
    new = _unsaid([one for one in said if one.customer in set(here)])
    ways = {one.way for one in new}
    before = _open(ways)
    now = timezone.now()
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            customer_id=one.customer,
            action=Action.REVOKE,
            purpose=Purpose.MARKETING,
            channel=one.channel,
            origin=ConsentEvent.Origin.IMPORT,
            source=source,
            evidence=one.evidence,
            at=one.at,
            recorded_at=now,
        )
        for one in new
    )
    for channel in sorted({channel for _customer, channel in ways}):
        refold(sorted(pk for pk, by in ways if by == channel), Purpose.MARKETING, channel)
    return {customer for customer, _channel in before - _open(ways)}


def _unsaid(said: Sequence[Withdrawal]) -> list[Withdrawal]:
    """Those that no import said before, each once."""
    held = ConsentEvent.objects.filter(
        customer__in={one.customer for one in said},
        purpose=Purpose.MARKETING,
        action=Action.REVOKE,
        origin=ConsentEvent.Origin.IMPORT,
    )
    moments: set[tuple[Way, dt.datetime]] = set()
    days: set[tuple[Way, dt.date]] = set()
    for customer, channel, at in held.values_list("customer_id", "channel", "at"):
        moments.add(((customer, channel), at))
        days.add(((customer, channel), timezone.localdate(at)))
    new = []
    for one in sorted(said, key=lambda each: (not each.has_clock, each.customer, each.channel, each.at)):
        moment, day = (one.way, one.at), (one.way, timezone.localdate(one.at))
        if (moment in moments) if one.has_clock else (day in days):
            continue
        moments.add(moment)
        days.add(day)
        new.append(one)
    return new


def _open(ways: Collection[Way]) -> set[Way]:
    """Those by which nothing that the person said stands against an offer."""
    stands: dict[int, dict[str, Stand]] = defaultdict(dict)
    found = Consent.objects.filter(customer__in={pk for pk, _channel in ways}, purpose=Purpose.MARKETING)
    for customer, channel, said, at in found.values_list("customer_id", "channel", "state", "at"):
        stands[customer][channel] = Stand(said, at)
    return {(pk, channel) for pk, channel in ways if refusal(stands[pk], channel) is None}
