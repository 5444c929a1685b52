"""The loyalty programmes of a customer: on the page, in the timeline, and when records are merged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from recompra.accounts.models import User
from recompra.customers.identity.merge import merge, unmerge
from recompra.customers.models import Customer, Membership
from tests.cast import Cast

JOINED, LEFT = dt.date(2024, 3, 25), dt.date(2025, 4, 30)


def of(customer: Customer) -> list[tuple[str, str, dt.date | None]]:
    rows = Membership.objects.filter(customer=customer).order_by("program")
    return list(rows.values_list("program", "tier", "left_on"))


@pytest.fixture
def twin(cast: Cast) -> Customer:
    """Ana as another till wrote her."""
    return Customer.objects.create(name="Ana B. Lima", name_key="ana b lima")


def member(customer: Customer, program: str, tier: str, left_on: dt.date | None = None) -> Membership:
    return Membership.objects.create(
        customer=customer, program=program, tier=tier, joined_on=JOINED, left_on=left_on
    )


def test_the_overview_and_the_timeline_tell_the_programmes(
    shop: Cast, client_for: Callable[[User], Client]
) -> None:
    member(shop.ana, "Clube Aurora", "Ouro")
    member(shop.ana, "Clube Antigo", "Prata", LEFT)
    page = client_for(shop.marta).get(f"/clientes/{shop.ana.public_id}/").content.decode()
    assert "Clube Aurora" in page
    assert "Membro desde 25/03/2024." in page
    assert "Saiu em 30/04/2025." in page
    story = client_for(shop.marta).get(f"/clientes/{shop.ana.public_id}/?tipo=loyalty").content.decode()
    assert [story.count(text) for text in ("Entrou em Clube", "Saiu de Clube")] == [2, 1]


def test_who_is_in_none_has_no_card(shop: Cast, client_for: Callable[[User], Client]) -> None:
    page = client_for(shop.marta).get(f"/clientes/{shop.bruno.public_id}/").content.decode()
    assert "t-fidelidade" not in page


def test_a_merge_brings_the_others_programmes_and_gives_them_back(cast: Cast, twin: Customer) -> None:
    member(cast.ana, "Clube", "Prata")
    member(twin, "Clube", "Ouro")
    member(twin, "Mães", "Única")
    merged = merge(cast.ana, twin, by=None)
    assert of(cast.ana) == [("Clube", "Prata", None), ("Mães", "Única", None)]
    unmerge(merged, by=None)
    assert of(cast.ana) == [("Clube", "Prata", None)]
    assert of(twin) == [("Clube", "Ouro", None), ("Mães", "Única", None)]


def test_who_left_as_one_and_stayed_as_the_other_has_stayed(cast: Cast, twin: Customer) -> None:
    member(cast.ana, "Clube", "Prata", LEFT)
    member(twin, "Clube", "Ouro")
    merged = merge(cast.ana, twin, by=None)
    assert of(cast.ana) == [("Clube", "Ouro", None)]
    unmerge(merged, by=None)
    assert (of(cast.ana), of(twin)) == ([("Clube", "Prata", LEFT)], [("Clube", "Ouro", None)])
