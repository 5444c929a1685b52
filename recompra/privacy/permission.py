"""May we? The one question that whatever leaves the house asks at the last moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.customers.models import ContactPoint, Customer
from recompra.customers.once import once, ways_to
from recompra.privacy.blocks.hold import holds_on, standing_blocks
from recompra.privacy.consents.fold import ANY, Stand, refusal
from recompra.privacy.consents.ledger import state
from recompra.privacy.models import Action, Block, Channel, Consent, Purpose
from recompra.theme.formats import dshort

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FULL_AGE = 18
FN = Block.Function
FORBIDS: dict[str, frozenset[str]] = {
    "contact": frozenset((FN.MESSAGES, FN.CAMPAIGNS)),  # a ready text is an offer too
    "campaign": frozenset((FN.MESSAGES, FN.CAMPAIGNS)),
    "loyalty": frozenset((FN.LOYALTY,)),
    "giftback": frozenset((FN.GIFTBACK,)),
}
"""Purpose to the blocked functions that forbid it."""
CONSENTS = {
    "contact": Purpose.MARKETING,
    "campaign": Purpose.MARKETING,
    "loyalty": Purpose.LOYALTY,
    "giftback": Purpose.GIFTBACK,
}
"""Purpose to what the person may have agreed to or refused."""
MARKETING = frozenset(purpose for purpose, consent in CONSENTS.items() if consent == Purpose.MARKETING)
REACHED_BY: dict[str, str] = {
    Channel.WHATSAPP: ContactPoint.Kind.MOBILE,
    Channel.SMS: ContactPoint.Kind.MOBILE,
    Channel.EMAIL: ContactPoint.Kind.EMAIL,
}
REASONS: dict[str, StrPromise] = {
    "nobody": gettext_lazy("merged into another record, or not a person"),
    "blocked": gettext_lazy("blocked"),
    "refused": gettext_lazy("asked not to be contacted"),
    "minor": gettext_lazy("under 18"),
    "unreachable": gettext_lazy("no contact that may be used"),
    "not_agreed": gettext_lazy("did not agree to offers and news"),
}
"""What keeps people out of a list, in the order in which it is asked."""
CHUNK = 10_000


@dataclass(frozen=True)
class Verdict:
    """The answer, and when it is no, the reason as a sentence for the staff."""

    allowed: bool
    reason: StrPromise | str = ""


@dataclass(frozen=True)
class Answer:
    """The verdict for one purpose and channel ("" where it needs none)."""

    purpose: str
    channel: str
    verdict: Verdict


YES = Verdict(allowed=True)
ASKED = (
    *((purpose, channel) for purpose in ("contact", "campaign") for channel in REACHED_BY),
    ("loyalty", ANY),
    ("giftback", ANY),
)
"""What a page shows of a customer: every purpose by the channels it goes through."""


@dataclass(frozen=True)
class Facts:
    """All that the answer depends on, read once."""

    customer: Customer
    blocks: tuple[Block, ...]
    stands: Mapping[tuple[str, str], Stand]
    points: tuple[tuple[str, str], ...]
    today: dt.date

    @classmethod
    def of(cls, customer: Customer, points: tuple[tuple[str, str], ...] | None = None) -> Facts:
        return cls(
            customer,
            tuple(standing_blocks(customer).order_by("pk")),
            state(customer),
            tuple(customer.contact_points.values_list("kind", "use")) if points is None else points,
            timezone.localdate(),
        )


def may(customer: Customer, purpose: str, channel: str) -> Verdict:
    """Whether this person may be reached for the purpose ("contact", "campaign", "loyalty", "giftback") by
    the channel ("whatsapp", "sms", "email", or "" for none).

    The first reason against it counts: the record is nobody's, a block, the person's own no, under eighteen
    (marketing only: LGPD art. 14 and ECA Digital), no usable contact point. Raises KeyError for a purpose or
    channel nobody declared.
    """
    return verdict(Facts.of(customer), purpose, channel)


def on_page(request: HttpRequest, customer: Customer) -> Facts:
    """What the pieces of one page show the answer from, read by the first of them. What leaves the house asks
    `may` at its own moment."""
    return once(
        request, f"permission of {customer.pk}", lambda: Facts.of(customer, ways_to(request, customer))
    )


def answers(facts: Facts) -> list[Answer]:
    """The verdict for every purpose by the channels it goes through."""
    return [Answer(purpose, channel, verdict(facts, purpose, channel)) for purpose, channel in ASKED]


def usable_points(customer: Customer, purpose: str, channel: str) -> QuerySet[ContactPoint]:
    """The contact points that serve, the preferred one first, then the one registered last."""
    points = customer.contact_points.filter(kind=REACHED_BY[channel], use__in=_uses(purpose))
    return points.order_by("-is_preferred", "-pk")


def verdict(facts: Facts, purpose: str, channel: str) -> Verdict:
    """As `may`, from facts that were read before."""
    reason = (
        _nobody(facts.customer)
        or _blocked(facts, FORBIDS[purpose])
        or _refused(facts, CONSENTS[purpose], channel)
        or _minor(facts, purpose)
        or (_unreachable(facts, purpose, channel) if channel else "")
    )
    return Verdict(allowed=False, reason=reason) if reason else YES


def _nobody(customer: Customer) -> str:
    if customer.merged_into_id:
        return _("This record was merged into another one.")
    if customer.apart:
        return _("Not a person: %(what)s.") % {"what": customer.get_apart_display()}
    return ""


def _blocked(facts: Facts, functions: frozenset[str]) -> str:
    held = next((one for one in facts.blocks if one.function in functions), None)
    if held is None:
        return ""
    words = {"function": held.get_function_display(), "day": dshort(held.until) if held.until else ""}
    if held.until:
        return _("Blocked for %(function)s until %(day)s.") % words
    return _("Blocked for %(function)s.") % words


def _refused(facts: Facts, consent: Purpose, channel: str) -> str:
    stands = {by: held for (of, by), held in facts.stands.items() if of == consent}
    said = refusal(stands, channel)
    if said is None:
        return ""
    if consent != Purpose.MARKETING:
        return _("Does not want this: %(purpose)s.") % {"purpose": consent.label}
    if said:
        return _("Asked not to be contacted by %(channel)s.") % {"channel": Channel(said).label}
    return _("Asked not to be contacted.")


def _minor(facts: Facts, purpose: str) -> str:
    born = facts.customer.birth_date
    if purpose in MARKETING and born is not None and born > of_age_since(facts.today):
        return _("Under 18: no marketing.")
    return ""


def _unreachable(facts: Facts, purpose: str, channel: str) -> str:
    uses = [use for kind, use in facts.points if kind == REACHED_BY[channel]]
    if any(use in _uses(purpose) for use in uses):
        return ""
    by_email = channel == Channel.EMAIL
    if ContactPoint.Use.SERVICE in uses:
        return _("The e-mail is for service only.") if by_email else _("The mobile is for service only.")
    if uses:
        return _("The e-mail must not be used.") if by_email else _("The mobile must not be used.")
    return _("No valid e-mail.") if by_email else _("No valid mobile number.")


def _uses(purpose: str) -> frozenset[str]:
    """What a contact point must be good for: marketing needs one for anything."""
    any_use = ContactPoint.Use.ANY.value
    return frozenset((any_use,) if purpose in MARKETING else (any_use, ContactPoint.Use.SERVICE.value))


def of_age_since(today: dt.date) -> dt.date:
    """Who was born on this day or before is of full age; who was born on 29 February, from 1 March on."""
    year = today.year - FULL_AGE
    if (today.month, today.day) == (2, 29):  # eighteen years before a leap year there was none
        return dt.date(year, 2, 28)
    return today.replace(year=year)


def allowed(customers: Iterable[int], purpose: str, channel: str) -> set[int]:
    """Those of these customers for whom `may` says yes, by set statements."""
    ids = list(customers)
    found: set[int] = set()
    for first in range(0, len(ids), CHUNK):
        chosen = Customer.objects.filter(pk__in=ids[first : first + CHUNK])
        found.update(permitted(chosen, purpose, channel).values_list("pk", flat=True))
    return found


def permitted(people: QuerySet[Customer], purpose: str, channel: str) -> QuerySet[Customer]:
    """The people for whom `may` says yes, as a query."""
    for _reason, left in _sieves(people, purpose, channel):
        people = left
    return people


def agreed(customers: Iterable[int], purpose: str, channel: str) -> set[int]:
    """Those of these customers who are allowed and also said yes themselves, in general or to this channel:
    what giving data to somebody else takes (LGPD, art. 7, I)."""
    ids = list(customers)
    said = Consent.objects.filter(
        customer=OuterRef("pk"), purpose=CONSENTS[purpose], channel__in={ANY, channel}, state=Action.GRANT
    )
    found: set[int] = set()
    for first in range(0, len(ids), CHUNK):
        chosen = permitted(Customer.objects.filter(pk__in=ids[first : first + CHUNK]), purpose, channel)
        found.update(chosen.filter(Exists(said)).values_list("pk", flat=True))
    return found


def reasons(customers: Iterable[int], purpose: str, channel: str) -> dict[str, int]:
    """How many of these customers each of REASONS keeps out, by set statements; of several against one
    person the first counts, as in `may`. Those who are allowed are not counted."""
    ids = list(customers)
    found: dict[str, int] = {}
    for first in range(0, len(ids), CHUNK):
        left = Customer.objects.filter(pk__in=ids[first : first + CHUNK])
        many = left.count()
        for reason, people in _sieves(left, purpose, channel):
            before, many = many, people.count()
            if before > many:
                found[reason] = found.get(reason, 0) + before - many
    return found


def _sieves(
    people: QuerySet[Customer], purpose: str, channel: str
) -> Iterator[tuple[str, QuerySet[Customer]]]:
    """(reason of REASONS, those who are left after it and all before it), in the order of `may`."""
    today = timezone.localdate()
    people = people.filter(apart="", merged_into=None)
    yield "nobody", people
    people = people.exclude(_is_blocked(FORBIDS[purpose], today))
    yield "blocked", people
    people = people.exclude(_has_refused(CONSENTS[purpose], channel))
    yield "refused", people
    if purpose in MARKETING:
        people = people.filter(Q(birth_date=None) | Q(birth_date__lte=of_age_since(today)))
        yield "minor", people
    if channel:
        points = ContactPoint.objects.filter(customer=OuterRef("pk"), kind=REACHED_BY[channel])
        yield "unreachable", people.filter(Exists(points.filter(use__in=_uses(purpose))))


def _is_blocked(functions: frozenset[str], today: dt.date) -> Q:
    held = Block.objects.filter(holds_on(today), function__in=functions)
    by_cpf = held.filter(cpf=OuterRef("cpf")).exclude(cpf="")
    return Q(Exists(held.filter(customer=OuterRef("pk")))) | Q(Exists(by_cpf))


def _has_refused(consent: Purpose, channel: str) -> Q:
    said = Consent.objects.filter(customer=OuterRef("pk"), purpose=consent)
    refused = said.exclude(state=Action.GRANT)
    general = refused.filter(channel=ANY)
    if channel == ANY:
        return Q(Exists(general))
    own = Consent.objects.filter(
        customer=OuterRef("customer"), purpose=consent, channel=channel, state=Action.GRANT
    )
    lifted = own.filter(at__gt=OuterRef("at"))
    return Q(Exists(refused.filter(channel=channel))) | Q(Exists(general.exclude(Exists(lifted))))
