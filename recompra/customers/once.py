"""What several parts of one answer need and none should look up twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from django.http import HttpRequest

from recompra.accounts.models import Store
from recompra.customers.models import Customer

Made = TypeVar("Made")
PLACE = "_once"


def once(request: HttpRequest, name: str, make: Callable[[], Made]) -> Made:
    """What `make` gives, made by the first who asks for `name` while this request is answered."""
    kept: dict[str, object] = request.__dict__.setdefault(PLACE, {})
    if name not in kept:
        kept[name] = make()
    return cast(Made, kept[name])


def all_stores(request: HttpRequest) -> dict[int, Store]:
    """Every store by its id, in the usual order."""
    return once(request, "stores", lambda: {store.pk: store for store in Store.objects.all()})


def store_name(request: HttpRequest, store: int) -> str:
    """ "" for a store that nobody told us of."""
    found = all_stores(request).get(store)
    return found.name if found else ""


def ways_to(request: HttpRequest, customer: Customer) -> tuple[tuple[str, str], ...]:
    """(kind, use) of every contact point of a customer."""
    return once(
        request,
        f"ways to {customer.pk}",
        lambda: tuple(customer.contact_points.values_list("kind", "use")),
    )
