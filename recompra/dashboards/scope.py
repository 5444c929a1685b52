"""Which stores a page is about: what the person may see, narrowed to the one chosen in the address."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from recompra.accounts.models import Store, User


@dataclass(frozen=True)
class Scope:
    """`keys` None means every store; `chosen` is the one store picked, if any, among the `offered`."""

    offered: tuple[Store, ...]
    chosen: Store | None
    keys: frozenset[int] | None


def offered_stores(user: User) -> tuple[Store, ...]:
    """The stores this person may pick from."""
    return _stores(user.store_scope())


def scope_of(request: HttpRequest) -> Scope:
    """The scope of a request with `?loja=<store id>`; a store outside the person's own is not found."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 (the view is guarded by @requires)
    return scope_within(user.store_scope(), request.GET.get("loja", ""))


def scope_within(seen: frozenset[int] | None, wanted: str = "") -> Scope:
    """The scope of somebody who sees these stores (None: all) and asks for one of them, by its id, or for
    none; Http404 for any other."""
    stores = _stores(seen)
    if not wanted:
        return Scope(stores, None, seen)
    chosen = next((store for store in stores if str(store.id) == wanted), None)
    if chosen is None:
        raise Http404
    return Scope(stores, chosen, frozenset((chosen.id,)))


def _stores(seen: frozenset[int] | None) -> tuple[Store, ...]:
    return tuple(Store.objects.all() if seen is None else Store.objects.filter(id__in=seen))
