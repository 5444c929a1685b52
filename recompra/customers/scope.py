"""Whom a member of staff may see: those of their stores, and those who have not bought anywhere yet."""

from __future__ import annotations

from typing import NoReturn
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from recompra.accounts.models import User
from recompra.customers.identity.unseen import somebody
from recompra.customers.models import Customer
from recompra.theme.refused import Refused

StoreScope = frozenset[int] | None  # None: every store
SEEN = "_visible_customer"


def member(request: HttpRequest) -> User:
    """The signed-in member of staff behind a request."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class Moved(Exception):
    """The page of a record that was merged: `customer` is the one that it is part of now."""

    def __init__(self, gone: Customer, customer: Customer) -> None:
        super().__init__()
        self.gone, self.customer = gone, customer


def within(scope: StoreScope, at: str = "") -> Q:
    """Condition on Customer: somebody, and of these stores. `at`: where the customer is ("kept__")."""
    return somebody(at) & of_stores(scope, at)


def of_stores(scope: StoreScope, at: str = "") -> Q:
    """Condition on Customer: of these stores (by the store of the standing), or of none so far."""
    if scope is None:
        return Q()
    store = f"{at}standing__store"
    return Q(
        (f"{store}__in", scope), (f"{at}standing__isnull", True), (f"{store}__isnull", True), _connector=Q.OR
    )


def visible_customer(request: HttpRequest, public_id: UUID) -> Customer:
    """The customer with this public id. Raises Http404 for nobody and for one of another store alike, and
    Moved for a record that was merged (which the middleware `moved` turns into the address of the kept one).

    Found once per request: the panels of other rooms on the page ask for the same one.
    """
    seen: Customer | None = getattr(request, SEEN, None)
    if seen is not None and seen.public_id == public_id:
        return seen
    allowed = Customer.objects.filter(of_stores(member(request).store_scope()))
    found = allowed.filter(public_id=public_id).select_related("standing", "standing__store").first()
    if found is None:
        raise Http404
    if found.merged_into_id:
        _lead_on(request, found, allowed.filter(pk=found.merged_into_id).first())
    setattr(request, SEEN, found)
    return found


def customer_told(request: HttpRequest, customer_id: int) -> Customer:
    """The customer of whom a timeline tells: the one that this request found already, as a rule."""
    seen: Customer | None = getattr(request, SEEN, None)
    return seen if seen is not None and seen.pk == customer_id else Customer.objects.get(pk=customer_id)


def _lead_on(request: HttpRequest, gone: Customer, kept: Customer | None) -> NoReturn:
    """Never returns: whoever looks is led to the kept record, whoever writes is told."""
    if kept is None:
        raise Http404
    if request.method not in ("GET", "HEAD"):
        raise Refused(_("This record was merged with another one meanwhile: open the customer again."))
    raise Moved(gone, kept)
