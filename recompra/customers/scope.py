"""Whom a member of staff may see: those of their stores, and those who have not bought anywhere yet."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest

from recompra.accounts.models import User
from recompra.customers.models import Customer

StoreScope = frozenset[int] | None  # None: every store
SEEN = "_visible_customer"


def member(request: HttpRequest) -> User:
    """The signed-in member of staff behind a request."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def within(scope: StoreScope) -> Q:
    """Condition on Customer: of these stores (by the store of the standing), or of none so far."""
    if scope is None:
        return Q()
    return Q(standing__store__in=scope) | Q(standing__isnull=True) | Q(standing__store__isnull=True)


def visible_customer(request: HttpRequest, public_id: UUID) -> Customer:
    """The customer with this public id. Raises Http404 for nobody and for one of another store alike.

    Found once per request: the panels of other rooms on the page ask for the same one.
    """
    seen: Customer | None = getattr(request, SEEN, None)
    if seen is not None and seen.public_id == public_id:
        return seen
    chosen = Customer.objects.filter(within(member(request).store_scope()), public_id=public_id)
    found = chosen.select_related("standing", "standing__store").first()
    if found is None:
        raise Http404
    setattr(request, SEEN, found)
    return found
