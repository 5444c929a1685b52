"""Own store and another's: whoever works in Centro gets nothing of a customer of Online, by no address,
method or role. Drawn from the URL resolver: a new address with a parameter is in it by itself, or must say
here why it leads to no customer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from recompra.accounts.api_keys.issue import issue
from recompra.accounts.api_keys.scopes import Scope
from recompra.accounts.models import User
from recompra.accounts.roles import BY_KEY, Capability
from recompra.customers.identity.merge import merge
from recompra.customers.models import Address, ContactPerson, Customer, Duplicate, Note
from recompra.customers.record.changes import record
from recompra.privacy.blocks.hold import block
from recompra.privacy.requests.handle import open_request
from tests.cast import Cast
from tests.house.test_views_guarded import may_all

OF_THE_HOUSE = {
    "accounts:revoke_api_key", "api:get_segment", "api:change_segment", "api:archive_segment",
    "api:list_members",
    "accounts:follow_link", "accounts:withdraw", "accounts:colleague", "accounts:new_password",
    "accounts:act", "customers:drop_own_document", "messaging:save_text", "dashboards:report_file",
    "dashboards:tile", "dashboards:tile_file", "dashboards:tile_people",
    "dashboards:analysis", "dashboards:analysis_file", "dashboards:analysis_people",
    "dashboards:model", "dashboards:model_file", "dashboards:model_stop",
    "ingest:run", "ingest:cancel", "ingest:answer", "ingest:quarantine", "ingest:quarantine_file",
    "privacy:consent_text", "privacy:record_file", "privacy:operator", "privacy:operator_switch",
    "privacy:incident", "privacy:incident_people", "privacy:incident_letter", "privacy:incident_act",
    "privacy:retention_decide", "privacy:retention_count", "privacy:retention_run",
    "privacy:retention_cancel", "privacy:retention_clear", "privacy:hold_lift", "privacy:erasure",
    "segments:segment", "segments:edit", "segments:copy", "segments:archive", "segments:bring_back",
    "segments:move", "segments:json", "segments:why_search", "segments:list_file", "segments:list_cancel",
    "segments:list_progress",
}  # fmt: skip
"""Addresses with a parameter that leads to no customer: the shop's own things, or what answers for privacy
in the name of the whole shop."""
BY_PROTOCOL = {
    "privacy:request", "privacy:request_letter", "privacy:request_export", "privacy:request_candidates",
    "privacy:request_unlink", "privacy:request_act",
}  # fmt: skip
"""A request is seen by who answers requests for the whole shop, and by who opened it."""
METHODS = ("get", "post", "put", "patch", "delete")
ROLES = ("marta", "lucia", "saulo", "aline", "denise")
Route = tuple[str, tuple[str, ...], Callable[..., Any]]


def routes(
    patterns: list[Any] | None = None, space: str = "", above: tuple[str, ...] = ()
) -> Iterator[Route]:
    """(name, parameters, view) of every address the house answers."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        own = (*above, *entry.pattern.converters)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from routes(entry.url_patterns, inner, own)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", own, entry.callback


def belongings(whom: Customer, cast: Cast) -> dict[str, dict[str, Any]]:
    """{start of an address' name: its other parameters}, each of something that hangs on this customer."""
    other = Customer.objects.create(name="Elza")
    note = Note.objects.create(customer=whom, text="gosta de azul", author=cast.otavio)
    point = whom.contact_points.first()
    assert point is not None
    address = Address.objects.create(customer=whom, kind="home", street="Rua das Flores")
    person = ContactPerson.objects.create(customer=whom, name="Fábio")
    change = record(whom, {"city": ("Salvador", "Natal")}, by=cast.otavio, origin="attendant")
    duplicate = Duplicate.objects.create(first=whom, second=other, score=90)
    merged = merge(whom, Customer.objects.create(name="Gil"), by=cast.otavio)
    made = block(whom.cpf or "", ["campaigns"], "pediu")
    return {
        "customers:edit_point": {"pk": point.pk}, "customers:remove_point": {"pk": point.pk},
        "customers:prefer_point": {"pk": point.pk}, "customers:confirm_point": {"pk": point.pk},
        "customers:edit_person": {"pk": person.pk}, "customers:remove_person": {"pk": person.pk},
        "customers:edit_address": {"pk": address.pk}, "customers:remove_address": {"pk": address.pk},
        "customers:note": {"pk": note.pk}, "customers:edit_note": {"pk": note.pk},
        "customers:pin_note": {"pk": note.pk}, "customers:delete_note": {"pk": note.pk},
        "customers:bring_back_note": {"pk": note.pk}, "customers:undo_change": {"pk": change.pk},
        "customers:duplicate": {"pk": duplicate.pk}, "customers:unmerge": {"pk": merged.pk},
        "segments:why": {"rule": "novo"}, "privacy:block": {"pk": made[0].pk},
        "privacy:request_link": {"protocol": "x"},
    }  # fmt: skip


def of_a_customer() -> list[Route]:
    return [
        route
        for route in routes()
        if route[1]
        and route[0] not in OF_THE_HOUSE
        and route[0] not in BY_PROTOCOL
        and route[2].requires != BY_KEY  # type: ignore[attr-defined]
    ]


def by_key(whom: Customer) -> list[tuple[str, str]]:
    """(name, address) of what the API tells of this customer alone."""
    named = [
        (name, parameters)
        for name, parameters, view in routes()
        if parameters and view.requires == BY_KEY and name not in OF_THE_HOUSE  # type: ignore[attr-defined]
    ]
    assert all(parameters == ("public_id",) for _name, parameters in named), "say in OF_THE_HOUSE what it is"
    return [(name, reverse(name, args=[whom.public_id])) for name, _parameters in named]


def addresses(whom: Customer, cast: Cast) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """(name, address about this customer, view)."""
    more = belongings(whom, cast)
    for name, parameters, view in of_a_customer():
        given = dict(more.get(name, {}))
        if "public_id" in parameters:
            given["public_id"] = whom.public_id
        assert set(given) == set(parameters), f"say in tests/house/test_matrix.py what {name} leads to"
        yield name, reverse(name, kwargs=given), view


def test_every_address_with_a_parameter_leads_to_a_customer_or_says_why_not(cast: Cast) -> None:
    known = {name for name, _parameters, _view in routes()}
    assert known >= OF_THE_HOUSE | BY_PROTOCOL, "no longer there"
    assert len(list(addresses(cast.davi, cast))) == len(of_a_customer())


@pytest.mark.parametrize("role", ROLES)
def test_who_works_in_centro_gets_nothing_of_a_customer_of_online(
    shop: Cast, role: str, client_for: Callable[[User], Client]
) -> None:
    person: User = getattr(shop, role)
    person.stores.set([shop.centro])
    client = client_for(person)
    for name, address, view in addresses(shop.davi, shop):
        for method in METHODS:
            status = getattr(client, method)(address).status_code
            expected = (404, 405) if may_all(person, view) else (403, 405)
            assert status in expected, (name, method, status)


def test_a_key_of_centro_gets_nothing_of_a_customer_of_online(shop: Cast, client: Client) -> None:
    _key, secret = issue(shop.otavio, "ERP", set(Scope), stores=[shop.centro])
    bearer = {"Authorization": f"Bearer {secret}"}
    for (name, of_davi), (_name, of_ana) in zip(by_key(shop.davi), by_key(shop.ana), strict=True):
        assert (name, client.get(of_davi, headers=bearer).status_code) == (name, 404)
        assert (name, client.get(of_ana, headers=bearer).status_code) == (name, 200)


@pytest.mark.parametrize("role", ["otavio", *ROLES])
def test_who_works_in_the_customer_s_store_is_answered(
    shop: Cast, role: str, client_for: Callable[[User], Client]
) -> None:
    person: User = getattr(shop, role)
    person.stores.set([shop.centro])
    client = client_for(person)
    for name, address, view in addresses(shop.ana, shop):
        status = client.get(address).status_code
        if not may_all(person, view):
            assert status in (403, 405), (name, status)
        elif name != "privacy:request_link":
            assert status in (200, 302, 405, 422) or (status == 403 and "export" in name), (name, status)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_but_who_answers_for_privacy_opens_a_colleague_s_request(
    shop: Cast, role: str, client_for: Callable[[User], Client]
) -> None:
    opened = open_request(
        "access", channel="phone", by=shop.otavio, customer=shop.ana, name="Ana", contact="x"
    )
    person: User = getattr(shop, role)
    client = client_for(person)
    for name in BY_PROTOCOL:
        given = {"protocol": opened.protocol} | ({"slug": "nota"} if name.endswith("_act") else {})
        address = reverse(name, kwargs=given)
        for method in ("get", "post"):
            status = getattr(client, method)(address).status_code
            if person.may(Capability.PRIVACY):
                assert status != 404 or name.endswith("_letter"), (name, method)
            else:
                assert status in (403, 404, 405), (name, method, status)
