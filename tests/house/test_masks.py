"""Whoever may not see personal data whole finds none, on no page and in no file. C17 and C18 of the privacy
checks, drawn from the URL resolver."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from recompra.accounts import audit
from recompra.accounts.api_keys.issue import issue
from recompra.accounts.api_keys.scopes import Scope
from recompra.accounts.models import AccessLog, User
from recompra.accounts.roles import ANYONE_SIGNED_IN
from recompra.customers.models import Customer
from recompra.privacy.requests.handle import open_request
from recompra.segments.models import Segment
from tests.cast import Cast
from tests.house.test_matrix import addresses, routes
from tests.house.test_views_guarded import all_views, may_all
from tests.segments.stage import publish_people

MASKED = ("marta", "lucia", "aline")
WHOLE = ("otavio", "saulo", "denise")
ASKED = {"formato": "csv", "motivo": "conferência", "quem": "todos"}


def telling(whom: Customer) -> Iterator[str]:
    """What must not be read, in the ways in which pages and files write it; digits are looked for alone."""
    assert whom.cpf is not None
    yield whom.cpf
    for point in whom.contact_points.all():
        yield point.value if point.kind == "email" else point.value.removeprefix("55")


def shown(answer: HttpResponse) -> str:
    """The words of an answer: a page, a CSV, or every cell of a spreadsheet."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if content[:2] == b"PK":
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return repr([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    return content.decode("utf-8-sig", errors="replace")


def leaks(text: str, people: list[Customer]) -> list[str]:
    """What of these people stands in the text, with or without the marks in between."""
    without_addresses = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", text)  # public ids are not telling
    bare = re.sub(r"(?<=\d)[^\w<>\"=&]{1,3}(?=\d)", "", without_addresses)  # spaces and hyphens of every kind
    return [
        value for whom in people for value in telling(whom) if value in without_addresses or value in bare
    ]


def everybody(cast: Cast) -> list[Customer]:
    return [cast.ana, cast.bruno, cast.carla, cast.davi]


def pages(cast: Cast) -> Iterator[tuple[str, str, Callable[..., object]]]:
    """Every address of the house: those about a customer with Ana's, the others as they are."""
    yield from addresses(cast.ana, cast)
    about_somebody = {name for name, parameters, _view in routes() if parameters}
    for name, address, view in all_views():
        if name not in about_somebody and getattr(view, "requires", None) is not None:
            yield name, address, view


def test_the_search_for_leaks_finds_them_in_every_writing(cast: Cast) -> None:
    written = [
        "CPF 529.982.247-25",
        "52998224725",
        "(41) 98765-4321",
        "+55 41 98765 4321",
        "(41)\u00a098765\u20114321",
        "41987654321",
        "ana@example.com",
    ]
    assert all(leaks(text, [cast.ana]) for text in written)
    assert not leaks("•••.982.247-•• (41) •••••-4321 a•••@example.com Ana Beatriz", [cast.ana])


@pytest.mark.parametrize("role", MASKED)
def test_no_page_shows_it_whole_to_who_may_not_see_it(
    shop: Cast, role: str, client_for: Callable[[User], Client]
) -> None:
    person: User = getattr(shop, role)
    client = client_for(person)
    open_request("access", channel="phone", by=person, customer=shop.ana, name="Ana", contact="x")
    read = 0
    for name, address, view in pages(shop):
        if not (view.requires == ANYONE_SIGNED_IN or may_all(person, view)):  # type: ignore[attr-defined]
            continue
        answer = client.get(address)
        read += answer.status_code == 200
        assert (name, leaks(shown(answer), everybody(shop))) == (name, [])
    assert read > 12


@pytest.mark.parametrize("role", MASKED)
def test_no_search_shows_more_than_was_typed(
    shop: Cast, role: str, client_for: Callable[[User], Client]
) -> None:
    person: User = getattr(shop, role)
    client = client_for(person)
    for name in ("customers:search", "privacy:blocks"):
        for typed in ("ana", "529982", "ana@exam", "987654"):
            answer = client.post(reverse(name), {"busca": typed})
            if answer.status_code == 200:
                assert (name, typed, leaks(shown(answer), everybody(shop))) == (name, typed, [])


def files(cast: Cast) -> Iterator[tuple[str, str, Callable[..., object]]]:
    for name, address, view in pages(cast):
        if re.search("export|file", name) and view.requires != ANYONE_SIGNED_IN:  # type: ignore[attr-defined]
            yield name, address, view


def taken(client: Client, address: str) -> HttpResponse | StreamingHttpResponse:
    """The file, asked for as its page asks, or straight away."""
    answer = client.post(address, ASKED)
    return client.get(address, ASKED) if answer.status_code == 405 else answer  # type: ignore[return-value]


@pytest.mark.parametrize("role", MASKED)
def test_no_file_holds_it_whole_for_who_may_not_see_it(
    shop: Cast, role: str, client_for: Callable[[User], Client]
) -> None:
    person: User = getattr(shop, role)
    client = client_for(person)
    for name, address, view in files(shop):
        if may_all(person, view):
            assert (name, leaks(shown(taken(client, address)), everybody(shop))) == (name, [])  # type: ignore[arg-type]


def test_who_may_see_it_finds_it_whole_so_the_search_is_not_blind(
    shop: Cast, client_for: Callable[[User], Client]
) -> None:
    for role in WHOLE:
        client = client_for(getattr(shop, role))
        answer = client.get(reverse("customers:contact", args=[shop.ana.public_id]))
        assert sorted(leaks(shown(answer), [shop.ana])) == sorted(telling(shop.ana))
    listed = taken(client_for(shop.otavio), reverse("customers:export"))
    assert len(leaks(shown(listed), everybody(shop))) == 12  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["otavio", "marta", "aline", "denise"])
def test_every_file_leaves_a_trace_without_a_value(
    shop: Cast, role: str, client_for: Callable[[User], Client]
) -> None:
    person: User = getattr(shop, role)
    client = client_for(person)
    known = audit.actions()
    for name, address, view in files(shop):
        if not may_all(person, view):
            continue
        before = AccessLog.objects.count()
        answer = taken(client, address)
        if answer.status_code != 200 or "attachment" not in answer.get("Content-Disposition", ""):
            continue
        shown(answer)  # type: ignore[arg-type]
        entry = AccessLog.objects.latest("pk")
        assert AccessLog.objects.count() > before, name
        assert entry.staff == person
        assert entry.action in known, f"{name}: {entry.action} has no words"
    assert_without_values(shop)


@pytest.mark.parametrize("role", WHOLE)
def test_seeing_a_customer_s_data_whole_leaves_a_trace_without_a_value(
    shop: Cast, role: str, client_for: Callable[[User], Client]
) -> None:
    person: User = getattr(shop, role)
    client_for(person).get(reverse("customers:contact", args=[shop.ana.public_id]))
    entry = AccessLog.objects.latest("pk")
    assert (entry.action, entry.customer_id, entry.staff) == ("view", shop.ana.pk, person)
    assert "cpf" in entry.fields
    assert_without_values(shop)


def test_a_reveal_leaves_a_trace_and_a_masked_page_leaves_none(
    shop: Cast, client_for: Callable[[User], Client]
) -> None:
    seller = client_for(shop.lucia)
    seller.get(reverse("customers:contact", args=[shop.ana.public_id]))
    assert not AccessLog.objects.filter(action__in=["view", "reveal"]).exists()
    answer = seller.post(reverse("customers:reveal", args=[shop.ana.public_id]))
    assert len(leaks(shown(answer), [shop.ana])) == 3  # type: ignore[arg-type]
    assert AccessLog.objects.get(action="reveal").customer_id == shop.ana.pk
    assert_without_values(shop)


def assert_without_values(cast: Cast) -> None:
    entries = [[entry.action, entry.fields, entry.reason] for entry in AccessLog.objects.all()]
    assert leaks(repr(entries), everybody(cast)) == []


def asked_by_a_key(shop: Cast, scopes: set[Scope]) -> Iterator[tuple[str, HttpResponse]]:
    """(name, answer) of everything that a key may read: about Ana, of a segment of everybody, each metric."""
    _key, secret = issue(shop.otavio, "ERP", scopes)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    rule = {"version": 1, "match": "all", "rules": []}
    segment = Segment.objects.create(name=f"Todos {len(scopes)}", rule=rule)
    given = {"public_id": shop.ana.public_id, "segment": segment.public_id}
    for name, parameters, view in routes():
        if "GET" in getattr(view, "scopes", {}):
            where = reverse(name, kwargs={one: given[one] for one in parameters})
            answers = (client.get(where, asked) for asked in questions(shop))
            yield name, next(answer for answer in answers if answer.status_code == 200)


def questions(shop: Cast) -> Iterator[dict[str, str]]:
    """What the addresses of the API may be asked; each takes one of these."""
    few = {"since": "2000-01-01"}, {"customer": str(shop.ana.public_id)}, dict[str, str]()
    yield from ({**first, **second} for first in few for second in few)
    yield from ({"one_in": "1"}, {"after_days": "1"}, {"after": "2000-01-01", "until": "2030-01-01"})


def test_a_key_without_the_scope_reads_nothing_personal_anywhere(shop: Cast, tmp_path: Path) -> None:
    publish_people(tmp_path)
    told = {name: shown(one) for name, one in asked_by_a_key(shop, set(Scope) - {Scope.CUSTOMERS_PERSONAL})}
    assert {name: found for name, text in told.items() if (found := leaks(text, everybody(shop)))} == {}
    assert "Ana Beatriz" in told["api:list_members"]
    whole = {name: shown(one) for name, one in asked_by_a_key(shop, set(Scope))}
    assert {name for name, text in whole.items() if leaks(text, everybody(shop))} == {
        "api:list_customers", "api:get_customer", "api:list_members"
    }  # fmt: skip
