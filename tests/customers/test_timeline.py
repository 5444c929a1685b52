"""One story of a customer out of what every room tells, a page at a time, nothing lost and nothing twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.accounts.models import User
from recompra.customers.models import ContactAttempt
from recompra.customers.xray import timeline
from recompra.theme.timeline import Entry, Teller, kinds_told
from tests.cast import Cast

SignIn = Callable[[User], Client]
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def asked_by(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


def teller(kind: str, hours: list[int]) -> Teller:
    """Tells an entry at each of these hours, and keeps the contract: those of one instant stay together."""
    story = sorted(
        (Entry(START + dt.timedelta(hours=h), kind, "x", str(h)) for h in hours), key=lambda e: e.at
    )

    def tell(request: HttpRequest, customer_id: int, before: dt.datetime | None, limit: int) -> list[Entry]:
        older = [entry for entry in reversed(story) if before is None or entry.at < before]
        return [entry for entry in older if len(older) <= limit or entry.at >= older[limit - 1].at]

    return tell


def whole(monkeypatch: pytest.MonkeyPatch, tellers: list[Teller], kind: str = "") -> list[Entry]:
    """Every page, one after the other."""
    monkeypatch.setattr(timeline, "tellers", lambda kind: tellers)
    entries: list[Entry] = []
    before = None
    while True:
        page = timeline.page(HttpRequest(), 1, before, kind)
        entries += page.entries
        before = page.before
        if before is None:
            return entries


hours = st.lists(st.integers(0, 20), max_size=40)


@settings(max_examples=40, deadline=None)
@given(first=hours, second=hours)
def test_paging_tells_everything_once_newest_first(first: list[int], second: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        entries = whole(patch, [teller("note", first), teller("change", second)])
    assert sorted((entry.kind, entry.title) for entry in entries) == sorted(
        [("note", str(h)) for h in first] + [("change", str(h)) for h in second]
    )
    assert [entry.at for entry in entries] == sorted((entry.at for entry in entries), reverse=True)


@settings(max_examples=40, deadline=None)
@given(first=hours, second=hours)
def test_one_kind_is_told_whole_among_many_others(first: list[int], second: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        entries = whole(patch, [teller("note", first), teller("change", second)], kind="note")
    assert sorted(entry.title for entry in entries) == sorted(str(h) for h in first)


def test_what_is_older_than_many_of_one_instant_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = whole(monkeypatch, [teller("note", [1] * (timeline.PAGE + 1) + [0])])
    assert entries[-1].title == "0"


def test_ana_s_story(shop: Cast) -> None:
    ContactAttempt.objects.create(customer=shop.ana, staff=shop.lucia, reason="loyal")
    told = timeline.page(asked_by(shop.otavio), shop.ana.pk)
    own = [entry for entry in told.entries if entry.kind in ("purchase", "return", "contact")]
    assert [entry.kind for entry in own] == ["contact", "return", *["purchase"] * 5]
    assert own[0].by == "Dona Lúcia"
    assert own[2].text == "Loja Centro · 1 × Bolsa de couro, 1 × Camiseta básica"
    assert told.before is None


def test_the_kinds_are_those_that_some_room_tells() -> None:
    assert {"purchase", "return", "contact", "note", "change"} <= set(kinds_told())


def test_older_ones_are_asked_for_by_their_instant(shop: Cast, client_for: SignIn) -> None:
    day = dt.timedelta(days=1)
    for ago in range(30):
        ContactAttempt.objects.create(customer=shop.davi, at=timezone.now() - ago * day)
    owner = client_for(shop.otavio)
    here = reverse("customers:detail", args=[shop.davi.public_id])
    first = owner.get(f"{here}?tipo=contact").content.decode()
    assert first.count("Conversa aberta no WhatsApp") == timeline.PAGE
    cursor = first.split("antes=", 1)[1].split("#")[0].split('"')[0]
    rows = owner.get(
        f"{here}?tipo=contact&antes={cursor}", headers={"HX-Request": "true", "HX-Target": "antigos"}
    ).content.decode()
    assert rows.lstrip().startswith("<li")
    assert rows.count("Conversa aberta no WhatsApp") >= timeline.PAGE
    assert "Mostrar mais antigos" in rows


@pytest.mark.parametrize("query", ["?antes=x", "?antes=WyIyMDI2Il0", "?tipo=nada", "?antes=" + "a" * 900])
def test_a_cursor_or_kind_that_makes_no_sense_shows_the_newest(
    shop: Cast, client_for: SignIn, query: str
) -> None:
    page = client_for(shop.otavio).get(reverse("customers:detail", args=[shop.ana.public_id]) + query)
    assert page.status_code == 200
    assert "Devolução" in page.content.decode()
