"""The requests of data subjects (LGPD arts. 18 to 20): opened under a protocol, checked, acted on, answered.

The clock never pauses. Without a checked identity nothing that reveals or destroys may be done.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.customers.identifiers import name_key
from recompra.privacy import days
from recompra.privacy.models import PrivacyRequest, RequestStep, ShopPrivacy
from recompra.privacy.requests import letters
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrPromise

    from recompra.accounts.models import User
    from recompra.customers.models import Customer

K, O, I = PrivacyRequest.Kind, PrivacyRequest.Outcome, PrivacyRequest.Identity  # noqa: E741 (as they are read)

LETTERS_OF_PROTOCOL = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another by phone
WITHOUT_IDENTITY = frozenset((K.REVOCATION, K.OPPOSITION, K.REFUSING))
"""Kinds that neither reveal nor destroy: withdrawing is free and easy (art. 8, § 5)."""
MAY_BE_SIMPLIFIED = frozenset((K.CONFIRMATION, K.ACCESS))  # art. 19
NEEDS_NO_CHECK = frozenset((O.REFUSED, O.WITHDRAWN))

STEPS: dict[str, StrPromise] = {
    "opened": gettext_lazy("Request opened"),
    "identified": gettext_lazy("Identity checked"),
    "linked": gettext_lazy("Customer record found"),
    "unlinked": gettext_lazy("Customer record detached"),
    "note": gettext_lazy("Note"),
    "alert": gettext_lazy("Deadline near"),
    "overdue": gettext_lazy("Deadline over"),
    "dossier": gettext_lazy("Dossier opened"),
    "portability": gettext_lazy("Portability file made"),
    "erasure": gettext_lazy("Erasure asked for"),
    "outcome": gettext_lazy("Outcome decided"),
    "letter": gettext_lazy("Letter changed"),
    "answered": gettext_lazy("Answered"),
    "reopened": gettext_lazy("Opened again"),
    "forgotten": gettext_lazy("Name, contact and words erased"),
}
"""What a step of the history is called."""


def open_request(
    kind: str,
    *,
    channel: str,
    by: User | None,
    customer: Customer | None = None,
    name: str = "",
    contact: str = "",
    asked: str = "",
    received_on: dt.date | None = None,
    simplified: bool = False,
) -> PrivacyRequest:
    """Open a request under a new protocol and start its clock on the day it was received.

    Of a customer, whose name and first contact are taken when none are given; or of somebody unknown by name
    and contact. Raises Refused when there is neither, and for a day that is still to come.
    """
    received = received_on or timezone.localdate()
    if received > timezone.localdate():
        raise Refused(_("A request cannot have been received in the future."))
    if customer is not None:
        name, contact = name or customer.name, contact or _first_contact(customer)
    elif not (name.strip() and contact.strip()):
        raise Refused(_("Give the person's name and a contact for the answer."))
    simple = simplified and kind in MAY_BE_SIMPLIFIED
    due = days.answer_due(received, simplified=simple, small_agent=ShopPrivacy.current().small_agent)
    return _saved(
        PrivacyRequest(
            kind=kind, channel=channel, customer=customer, name=name, name_key=name_key(name)[:200],
            contact=contact, asked=asked, received_on=received, due_on=due, simplified=simple,
            alert_on=days.alert_due(received, due), created_by=by,
        )
    )  # fmt: skip


def _saved(request: PrivacyRequest) -> PrivacyRequest:
    """The request under a protocol that nobody has and nobody can guess, with its first step."""
    while True:
        request.protocol = new_number(request.received_on.year)
        try:
            with transaction.atomic():
                request.save(force_insert=True)
                step(request, "opened", by=request.created_by)
        except IntegrityError:
            if not PrivacyRequest.objects.filter(protocol=request.protocol).exists():
                raise
        else:
            return request


def new_number(year: int) -> str:
    """ "2026-7Q4M-X2KD": the year, and eight letters of chance (39 bits), so that one tells of no other."""
    chance = "".join(secrets.choice(LETTERS_OF_PROTOCOL) for _place in range(8))
    return f"{year}-{chance[:4]}-{chance[4:]}"


def _first_contact(customer: Customer) -> str:
    points = customer.contact_points.order_by("pk").values_list("kind", "value")
    ranked = sorted(
        points,
        key=lambda point: ("email", "mobile").index(point[0]) if point[0] in ("email", "mobile") else 2,
    )
    return ranked[0][1] if ranked else ""


def step(request: PrivacyRequest, what: str, *, by: User | None, text: str = "") -> RequestStep:
    """Add one step to the history. Raises KeyError for a step that nobody named."""
    STEPS[what]
    return RequestStep.objects.create(request=request, what=what, by=by, text=text.strip())


def needs_identity(request: PrivacyRequest) -> bool:
    """Whether something may not be done yet because nobody has checked who asks."""
    return not request.is_identified and request.kind not in WITHOUT_IDENTITY


def hold_identity(request: PrivacyRequest) -> None:
    """Raises Refused as long as it is not known who asks."""
    if needs_identity(request):
        raise Refused(
            _("First check the person's identity: nothing may be revealed or erased for somebody unknown.")
        )


def hold_open(request: PrivacyRequest) -> None:
    """Raises Refused once it was answered."""
    if not request.is_open:
        raise Refused(_("This request was already answered. Open it again to change it."))


def identify(request: PrivacyRequest, how: str, *, by: User | None, text: str = "") -> None:
    """Note that the person was identified, how and by whom. What was shown is not copied."""
    hold_open(request)
    if how not in I.values or not how:
        raise Refused(_("Say how the identity was checked."))
    with transaction.atomic():
        request.identity, request.identity_at, request.identity_by = how, timezone.now(), by
        request.save(update_fields=["identity", "identity_at", "identity_by"])
        words = str(I(how).label)
        step(request, "identified", by=by, text=f"{words}. {text}" if text.strip() else words)


def link(request: PrivacyRequest, customer: Customer | None, *, by: User | None) -> None:
    """Say whose record it is about, or (None) that it was a mistake. A new person is a new check."""
    hold_open(request)
    with transaction.atomic():
        request.customer = customer
        request.identity, request.identity_at, request.identity_by = I.UNCHECKED, None, None
        request.save(update_fields=["customer", "identity", "identity_at", "identity_by"])
        step(request, "linked" if customer else "unlinked", by=by)


def note(request: PrivacyRequest, text: str, *, by: User | None) -> None:
    """Add a note of the staff to the history."""
    if not text.strip():
        raise Refused(_("Write the note."))
    step(request, "note", by=by, text=text)


def settle(
    request: PrivacyRequest, outcome: str, *, by: User | None, refusal: str = "", explanation: str = ""
) -> None:
    """Decide the outcome and draft the letter that says so. Raises Refused when the law wants more for it."""
    hold_open(request)
    if outcome not in O.values or not outcome:
        raise Refused(_("Choose the outcome."))
    if outcome not in NEEDS_NO_CHECK:
        hold_identity(request)
    if outcome in (O.REFUSED, O.PARTLY) and refusal not in letters.REFUSALS:
        raise Refused(_("Choose the reason: the law wants it told to the person (art. 18, § 4)."))
    with transaction.atomic():
        request.outcome, request.explanation = outcome, explanation.strip()
        request.refusal = refusal if outcome in (O.REFUSED, O.PARTLY) else ""
        request.letter = letters.letter(request)
        request.save(update_fields=["outcome", "refusal", "explanation", "letter"])
        reason = letters.REFUSALS[request.refusal].words if request.refusal else ""
        told = [str(O(outcome).label), str(reason), request.explanation]
        step(request, "outcome", by=by, text=". ".join(part for part in told if part))


def write_letter(request: PrivacyRequest, text: str, *, by: User | None) -> None:
    """Change the letter's text before it is sent."""
    hold_open(request)
    if not request.outcome:
        raise Refused(_("Choose the outcome."))
    if not text.strip():
        raise Refused(_("The letter cannot be empty."))
    if text.strip() != request.letter.strip():
        request.letter = text.strip()
        request.save(update_fields=["letter"])
        step(request, "letter", by=by)


def answer(request: PrivacyRequest, *, by: User | None, how: str = "") -> None:
    """Note that the letter went out, and close the protocol."""
    hold_open(request)
    if not request.outcome:
        raise Refused(_("Decide the outcome before marking it as answered."))
    with transaction.atomic():
        request.answered_at = timezone.now()
        request.save(update_fields=["answered_at"])
        step(request, "answered", by=by, text=how)
        if request.forget_when_closed:
            _forget(request)


def reopen(request: PrivacyRequest, *, by: User | None, why: str) -> None:
    """Open a closed request again: the clock goes on from its first day."""
    if request.is_open:
        return
    if not why.strip():
        raise Refused(_("Say why it is opened again."))
    with transaction.atomic():
        request.answered_at = None
        request.save(update_fields=["answered_at"])
        step(request, "reopened", by=by, text=why)


def forget(customer_id: int) -> int:
    """Take name, contact and words out of this customer's requests; how many. Erasure asks for it.

    One that still waits for its answer keeps them until it is closed: the person must be told.
    """
    count = 0
    for request in PrivacyRequest.objects.filter(customer_id=customer_id):
        if request.is_open:
            request.forget_when_closed = True
            request.save(update_fields=["forget_when_closed"])
        else:
            _forget(request)
        count += 1
    return count


def _forget(request: PrivacyRequest) -> None:
    """Protocol, kind, dates, outcome and the steps stay: the proof without the person."""
    request.name = request.name_key = request.contact = request.asked = ""
    request.explanation = request.letter = ""
    request.forget_when_closed = False
    request.save()
    RequestStep.objects.filter(request=request).blank()
    step(request, "forgotten", by=None)


def open_requests() -> QuerySet[PrivacyRequest]:
    """Those that wait for an answer, the most urgent first."""
    return PrivacyRequest.objects.filter(answered_at=None).order_by("due_on", "pk")


def waiting() -> int:
    """How many wait for an answer: the number in the rail."""
    return PrivacyRequest.objects.filter(answered_at=None).count()


def mark_deadlines() -> None:
    """Write into the history of each open request that its deadline is near, or over: once (the clock)."""
    today, now = timezone.localdate(), timezone.now()
    waiting = PrivacyRequest.objects.filter(answered_at=None)
    for request in waiting.filter(alerted_at=None, alert_on__lte=today):
        request.alerted_at = now
        request.save(update_fields=["alerted_at"])
        step(request, "alert", by=None)
    for request in waiting.filter(overdue_at=None, due_on__lt=today):
        request.overdue_at = now
        request.save(update_fields=["overdue_at"])
        step(request, "overdue", by=None)
