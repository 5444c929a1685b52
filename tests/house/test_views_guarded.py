"""The authorisation matrix, drawn from the URL resolver: every address, every role, every method.

A new view is in it by itself: without a mark it fails here, and the doorkeeper answers it to nobody.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from recompra.accounts.api_keys.issue import issue
from recompra.accounts.api_keys.scopes import Scope
from recompra.accounts.models import User
from recompra.accounts.roles import ANYONE_SIGNED_IN, BY_KEY, Capability
from tests.cast import Cast

PUBLIC = {
    "account_login",
    "account_logout",
    "account_inactive",
    "mfa_authenticate",
    "accounts:first_run",
    "accounts:join",
    "accounts:follow_link",
    "privacy:public",
    "api:openapi",
    "api:nowhere",
}
ROLES = ("otavio", "marta", "lucia", "saulo", "aline", "denise")
METHODS = ("get", "post", "put", "patch", "delete", "options", "head")
SOMEBODY = uuid.UUID(int=7)
SAMPLES: dict[str, Any] = {
    "int": 1, "str": "x", "slug": "x", "uuid": SOMEBODY, "uuidstr": SOMEBODY, "path": "x"
}  # fmt: skip


def views(
    patterns: list[Any], prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """(name, address with sample values, view) of every address the house answers."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from views(entry.url_patterns, prefix + _filled(entry), inner)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", f"/{prefix}{_filled(entry)}", entry.callback


def _filled(entry: URLPattern | URLResolver) -> str:
    """The route with a sample for each `<kind:name>`."""
    route = str(entry.pattern)
    for name, converter in entry.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        for written in (f"<{kind}:{name}>", f"<{name}>"):
            route = route.replace(written, str(SAMPLES.get(kind, "x")))
    return route


def all_views() -> list[tuple[str, str, Callable[..., Any]]]:
    return list(views(get_resolver().url_patterns))


def operations() -> Iterator[tuple[str, str, str, Scope]]:
    """(name, address, method, scope) of everything that the API does."""
    for name, address, view in all_views():
        for method, scope in getattr(view, "scopes", {}).items():
            yield name, address, method.lower(), scope


def may_all(person: User, view: Callable[..., Any]) -> bool:
    """Whether the person has every capability that the view is marked with."""
    return all(person.may(needed) for needed in (view.requires, *getattr(view, "also", ())))  # type: ignore[attr-defined]


def test_every_view_is_marked() -> None:
    unmarked = [(name, address) for name, address, view in all_views() if not hasattr(view, "requires")]
    assert unmarked == []


def test_every_mark_is_a_capability_or_anyone_or_public() -> None:
    known = {*Capability, ANYONE_SIGNED_IN, BY_KEY, None}
    assert [name for name, _address, view in all_views() if view.requires not in known] == []  # type: ignore[attr-defined]


def test_the_public_views_are_these_and_no_others() -> None:
    assert {name for name, _address, view in all_views() if view.requires is None} == PUBLIC  # type: ignore[attr-defined]


def test_every_address_has_a_name_and_a_sample() -> None:
    assert [address for name, address, _view in all_views() if name.endswith("None") or "<" in address] == []


@pytest.mark.parametrize("method", METHODS)
def test_a_stranger_gets_no_further_than_the_log_in(cast: Cast, client: Client, method: str) -> None:
    for name, address, view in all_views():
        if view.requires is None:  # type: ignore[attr-defined]
            continue
        answer = getattr(client, method)(address)
        if view.requires == BY_KEY:  # type: ignore[attr-defined]
            expected = 401 if method.upper() in view.scopes else 405  # type: ignore[attr-defined]
            assert (name, answer.status_code) == (name, expected)
            continue
        assert (name, answer.status_code) == (name, 302)
        assert answer.url.startswith("/entrar/"), name


@pytest.mark.parametrize("role", ROLES)
def test_who_lacks_the_capability_is_turned_away_by_every_method(
    cast: Cast, role: str, client_for: Callable[..., Client]
) -> None:
    person = getattr(cast, role)
    client = client_for(person)
    for name, address, view in all_views():
        needed = view.requires  # type: ignore[attr-defined]
        if needed in (None, ANYONE_SIGNED_IN, BY_KEY) or may_all(person, view):
            continue
        for method in METHODS:
            status = getattr(client, method)(address).status_code
            assert status in (403, 405), (name, method, status)


@pytest.mark.parametrize("role", ROLES)
def test_who_has_the_capability_is_not_turned_away(
    cast: Cast, role: str, client_for: Callable[..., Client]
) -> None:
    person = getattr(cast, role)
    client = client_for(person)
    for name, address, view in all_views():
        needed = view.requires  # type: ignore[attr-defined]
        if needed in (None, BY_KEY) or not (needed == ANYONE_SIGNED_IN or may_all(person, view)):
            continue
        answer = client.get(address)
        assert (name, answer.status_code) != (name, 403)
        assert answer.status_code < 500, name
        assert not getattr(answer, "url", "").startswith("/entrar/"), name


def test_changing_something_always_needs_the_form_s_own_token(
    cast: Cast, client_for: Callable[..., Client]
) -> None:
    signed_in = client_for(cast.otavio)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies
    for name, address, view in all_views():
        if name in ("home", "api:nowhere") or view.requires == BY_KEY:  # type: ignore[attr-defined]
            continue
        answer = strict.post(address)
        assert (name, answer.status_code) == (name, 403)


def test_no_session_opens_the_api(cast: Cast, client_for: Callable[..., Client]) -> None:
    client = client_for(cast.otavio)
    for name, address, method, _scope in operations():
        assert (name, getattr(client, method)(address).status_code) == (name, 401)


def test_every_operation_of_the_api_names_its_scope() -> None:
    named = {name for name, _address, _method, _scope in operations()}
    assert named == {name for name, _address, view in all_views() if view.requires == BY_KEY}  # type: ignore[attr-defined]
    assert {scope for *_rest, scope in operations()} <= set(Scope)


def test_a_key_opens_what_its_scopes_name_and_nothing_else(cast: Cast, client: Client) -> None:
    for name, address, method, scope in operations():
        _key, secret = issue(cast.otavio, "tudo menos um", set(Scope) - {scope})
        bearer = {"Authorization": f"Bearer {secret}"}
        assert (name, getattr(client, method)(address, headers=bearer).status_code) == (name, 403)
    _key, secret = issue(cast.otavio, "tudo", set(Scope))
    bearer = {"Authorization": f"Bearer {secret}"}
    for name, address, method, _scope in operations():
        status = getattr(client, method)(address, headers=bearer).status_code
        assert status not in (401, 403, 405, 500), name
