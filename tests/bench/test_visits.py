"""The visits that the bench makes know the way: every page answers, whoever is looked at."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from recompra.accounts.models import User
from recompra.bench.browser import Browser
from recompra.bench.visits import measured, tour
from tests.cast import Cast


@pytest.fixture
def visitor(shop: Cast) -> Iterator[Browser]:
    """Otávio's browser. The test's transaction must outlive the requests, at whose end connections close."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Browser(User.objects.get(pk=shop.otavio.pk))
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_visit_of_the_tour_is_answered(visitor: Browser) -> None:
    chance = random.Random(3)
    found = measured(visitor, (list(tour(chance)) for _round in range(4)))
    assert {"list", "x-ray", "tab most bought", "search by RG", "panel, first after a load"} <= set(found)
    for page, told in found.items():
        assert not told["bad"], page


def test_a_search_finds_and_writes_nothing_into_the_address(visitor: Browser, shop: Cast) -> None:
    answer = visitor.post("/clientes/buscar/", {"busca": shop.ana.name})
    assert answer.ok
    assert shop.ana.name in answer.body.decode()


def test_a_first_load_counts_the_page_and_all_it_links(visitor: Browser) -> None:
    sizes = visitor.first_load("/painel/")
    assert sizes["/painel/"] > 1000
    assert any(address.endswith(".css") for address in sizes)
    assert any(address.endswith(".woff2") for address in sizes)
    assert all(sizes.values())
