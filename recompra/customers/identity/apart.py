"""Keeping records that are nobody apart from people: the till's placeholder, a marketplace's own identity,
one document or contact used for many people. Their sales go on counting; they get nothing and are shown
nowhere among customers. What was found can be taken back, and a person's word holds against the search.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.accounts import audit
from recompra.customers import refresh
from recompra.customers.identity.nobody import MARKETPLACES, NOBODY, RELAYS
from recompra.customers.keyfield import prefix_range
from recompra.customers.keys import CustomerKey
from recompra.customers.models import ApartDecision, ContactPoint, Customer, OwnDocument, Standing
from recompra.theme.refused import Refused
from recompra.work.lease import Lease

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from recompra.accounts.models import User

Apart = Customer.Apart
CHUNK = 500
EVIDENCE: Mapping[str, StrPromise] = {
    "name": gettext_lazy("the name is what a till writes without a customer"),
    "own_document": gettext_lazy("the document is the shop's own"),
    "marketplace": gettext_lazy("the CNPJ is a marketplace's"),
    "relay": gettext_lazy("reached only by a marketplace's relay address"),
    "many_names": gettext_lazy("one document or contact with many names"),
}


def set_apart(customer: Customer, apart: str, *, by: User, reason: str) -> None:
    """Keep a record apart ("": take it back among people), because a person says so. Raises Refused."""
    if not reason.strip():
        raise Refused(_("Say why: the reason stays with the record."))
    with transaction.atomic():
        held = Customer.objects.select_for_update().get(pk=customer.pk)
        if held.merged_into_id:
            raise Refused(_("This record was merged with another one meanwhile: open the customer again."))
        if held.apart == apart:
            raise Refused(_("It already stands so."))
        _write([held.pk], apart)
        ApartDecision.objects.create(customer=held, apart=apart, reason=reason.strip()[:200], by=by)
        audit.record(by, "apart", customer_id=held.pk)


def detect(lease: Lease) -> int:
    """Set apart whoever is plainly nobody, and say how many were found anew."""
    people = Customer.objects.filter(merged_into=None, apart="")
    own = set(OwnDocument.objects.values_list("value", flat=True))
    squeezed = people.alias(squeezed=Replace("name_key", Value(" "), Value("")))
    found = _keep(lease, squeezed.filter(squeezed__in=NOBODY), Apart.PLACEHOLDER, "name")
    found += _keep(lease, people.filter(Q(cpf__in=own) | Q(cnpj__in=own)), Apart.PLACEHOLDER, "own_document")
    roots = reduce(or_, (Q(cnpj__range=prefix_range(root)) for root in MARKETPLACES))
    found += _keep(lease, people.filter(roots), Apart.MARKETPLACE, "marketplace")
    return found + _keep(lease, _relayed(people), Apart.MARKETPLACE, "relay")


def keep_shared(keys: Iterable[int]) -> int:
    """Set apart the customers of these keys: an import found many people's names on each. Call it inside a
    transaction."""
    ids = list(CustomerKey.objects.filter(key__in=list(keys)).values_list("customer_id", flat=True))
    people = Customer.objects.filter(pk__in=ids, merged_into=None, apart="", cnpj=None)
    return _note(people, Apart.SHARED, "many_names")


def _relayed(people: QuerySet[Customer]) -> QuerySet[Customer]:
    """Whom nothing tells but a relay address."""
    relays = reduce(or_, (Q(match_key__endswith=relay) for relay in RELAYS))
    email = ContactPoint.objects.filter(relays, kind=ContactPoint.Kind.EMAIL)
    others = ContactPoint.objects.exclude(relays, kind=ContactPoint.Kind.EMAIL)
    bare = people.filter(cpf=None, cnpj=None, pk__in=email.values("customer"))
    return bare.exclude(pk__in=others.filter(customer__in=email.values("customer")).values("customer"))


def _keep(lease: Lease, people: QuerySet[Customer], apart: str, evidence: str) -> int:
    count = 0
    ids = list(people.values_list("pk", flat=True))
    for at in range(0, len(ids), CHUNK):
        with lease.step():
            count += _note(people.model.objects.filter(pk__in=ids[at : at + CHUNK]), apart, evidence)
    return count


def _note(people: QuerySet[Customer], apart: str, evidence: str) -> int:
    """Set them apart, but whom a person spoke of."""
    ids = set(people.values_list("pk", flat=True))
    ids -= set(
        ApartDecision.objects.filter(customer__in=ids, by__isnull=False).values_list("customer", flat=True)
    )
    _write(ids, apart)
    ApartDecision.objects.bulk_create(
        ApartDecision(customer_id=pk, apart=apart, evidence=evidence) for pk in sorted(ids)
    )
    return len(ids)


def _write(ids: Iterable[int], apart: str) -> None:
    wanted = list(ids)
    if not wanted:
        return
    Customer.objects.filter(pk__in=wanted).update(apart=apart)
    if apart:
        Standing.objects.filter(customer__in=wanted).delete()
    refresh.request("apart")
