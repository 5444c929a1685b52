"""What is done with a contact point: added, changed, removed, preferred, confirmed; each time in the log."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from recompra.accounts.models import User
from recompra.customers import identifiers
from recompra.customers.models import OUTSIDE, Change, ContactPerson, ContactPoint, Customer, Origin
from recompra.customers.record import changes
from recompra.customers.record.fields import plain
from recompra.customers.record.register import locked
from recompra.theme.refused import Refused

MOST_POINTS = 50


@dataclass(frozen=True)
class Written:
    """A contact point as it is kept: see ContactPoint."""

    kind: str
    value: str
    match_key: str


def read(text: str) -> Written:
    """An e-mail or a phone as people write it; Refused with the sentence for the field when it is neither."""
    text = plain(text)
    if "@" in text:
        address = identifiers.email(text)
        if address is None:
            raise Refused(_("This e-mail address cannot be right: check the part after the @."))
        return Written(ContactPoint.Kind.EMAIL, address, address)
    found = identifiers.read_phone(text)
    if isinstance(found, identifiers.Phone):
        return Written(found.kind, found.e164_digits, found.match_key)
    raise Refused(_problem(found))


def _problem(problem: identifiers.PhoneProblem) -> str:
    kinds = identifiers.PhoneProblem
    words = {
        kinds.EMPTY: _("Write a phone number with area code, or an e-mail."),
        kinds.SEVERAL: _("These are several numbers: add them one by one."),
        kinds.NO_AREA_CODE: _("The area code is missing: write (41) 98765-4321."),
        kinds.NOT_PERSONAL: _("0800, 0300 and 4004 numbers are nobody's own."),
    }
    return words.get(problem, _("This is no phone number that can be called."))


def add(
    customer: Customer,
    written: Written,
    *,
    by: User | None,
    origin: str = Origin.CUSTOMER,
    use: str = ContactPoint.Use.ANY,
    person: ContactPerson | None = None,
    legal_basis: str = "",
    source: str = "",
) -> ContactPoint:
    """Keep a further way to reach the customer. Refused when the customer has it already."""
    with transaction.atomic():
        held = locked(customer.pk)
        if held.contact_points.filter(kind=written.kind, match_key=written.match_key).exists():
            raise Refused(_("This customer has this contact already."))
        if held.contact_points.count() >= MOST_POINTS:
            raise Refused(_("This customer has too many contacts: remove one first."))
        point = ContactPoint.objects.create(
            customer=held,
            kind=written.kind,
            value=written.value,
            match_key=written.match_key,
            origin=origin,
            source=source,
            use=use,
            person=person,
            legal_basis=legal_basis,
        )
        _log(held, point.kind, "", point.value, by, origin)
    return point


@dataclass(frozen=True)
class Terms:
    """What is said of a point beside its value."""

    origin: str
    use: str
    person: ContactPerson | None = None


def change(point: ContactPoint, written: Written | None, terms: Terms, *, by: User, seen: str = "") -> None:
    """Correct a contact point. `written` None keeps the value; another value is confirmed by nobody yet.

    `seen` is the `mark` of the point as the person had it before them. Refused when somebody changed it
    since, and when the customer has the value already.
    """
    with transaction.atomic():
        held = locked(point.customer_id)
        now = held.contact_points.filter(pk=point.pk).first()
        if now is None or (seen and seen != mark(now)):
            raise Refused(
                _("A colleague has changed this contact meanwhile: see how it is now, and try again.")
            )
        before_use = now.get_use_display()
        now.origin, now.use, now.person = terms.origin, terms.use, terms.person
        if written is not None and (written.kind, written.value) != (now.kind, now.value):
            _rewrite(held, now, written, by)
        if now.origin not in OUTSIDE:
            now.legal_basis = ""
        now.save()
        if before_use != now.get_use_display():
            told = (f"{now.value}: {before_use}", f"{now.value}: {now.get_use_display()}")
            changes.record(held, {"contact_use": told}, by=by, origin=Change.Origin.ATTENDANT)


def _rewrite(held: Customer, now: ContactPoint, written: Written, by: User) -> None:
    """Another value: in the log one line, two where an e-mail became a phone."""
    same = held.contact_points.filter(kind=written.kind, match_key=written.match_key)
    if same.exclude(pk=now.pk).exists():
        raise Refused(_("This customer has this contact already."))
    if written.kind == now.kind:
        what = {now.kind: (now.value, written.value)}
    else:
        what = {now.kind: (now.value, ""), written.kind: ("", written.value)}
        now.is_preferred = False
    changes.record(held, what, by=by, origin=Change.Origin.ATTENDANT)
    now.kind, now.value, now.match_key = written.kind, written.value, written.match_key
    now.verified_at, now.verified_how, now.source = None, "", ""
    if now.origin in OUTSIDE:
        now.origin = Origin.ATTENDANT


def mark(point: ContactPoint) -> str:
    """A keyed digest of what a point says now, which tells nothing of it."""
    said = f"{point.kind}|{point.value}|{point.origin}|{point.use}|{point.person_id}"
    return str(salted_hmac("customers.contact_point", said).hexdigest()[:20])


def remove(point: ContactPoint, *, by: User) -> None:
    """Take a contact point away; the log says which it was, and can give it back."""
    with transaction.atomic():
        held = locked(point.customer_id)
        if ContactPoint.objects.filter(pk=point.pk).delete()[0]:
            _log(held, point.kind, point.value, "", by)


def prefer(point: ContactPoint) -> None:
    """Make it the first of its kind, or no longer so when it is."""
    with transaction.atomic():
        held = locked(point.customer_id)
        was = ContactPoint.objects.get(pk=point.pk).is_preferred
        held.contact_points.filter(kind=point.kind, is_preferred=True).update(is_preferred=False)
        held.contact_points.filter(pk=point.pk).update(is_preferred=not was)


def confirm(point: ContactPoint, how: str) -> None:
    """Note that the customer was reached there, and how (a ContactPoint.Proof); "" takes it back."""
    ContactPoint.objects.filter(pk=point.pk).update(
        verified_at=timezone.now() if how else None, verified_how=how
    )


def _log(
    held: Customer, kind: str, before: str, after: str, by: User | None, origin: str = Origin.ATTENDANT
) -> None:
    told = Change.Origin.ENRICHMENT if origin in OUTSIDE else Change.Origin.ATTENDANT
    changes.record(held, {kind: (before, after)}, by=by, origin=told)
