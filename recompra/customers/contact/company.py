"""The people to speak to in a company that is a customer."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from recompra.customers.models import ContactPerson, Customer
from recompra.customers.record.register import locked
from recompra.theme.refused import Refused

MOST_PERSONS = 30


def save_person(
    customer: Customer, *, name: str, role: str, person: ContactPerson | None = None
) -> ContactPerson:
    """Keep somebody new, or another name or role of somebody kept. Refused for who is no company."""
    if not customer.is_company:
        raise Refused(_("Only a company has contact persons."))
    with transaction.atomic():
        held = locked(customer.pk)
        if person is None and held.contact_persons.count() >= MOST_PERSONS:
            raise Refused(_("This company has too many contact persons: remove one first."))
        kept = person or ContactPerson(customer=held)
        kept.name, kept.role = name, role
        kept.save()
    return kept


def remove_person(person: ContactPerson) -> None:
    """Their phones and e-mails stay with the company."""
    with transaction.atomic():
        person.points.update(person=None)
        person.delete()
