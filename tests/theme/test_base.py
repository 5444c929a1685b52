"""The frame of every page: who sees which entry of the menu, in which language, and how heavy it is."""

import gzip
import re
from collections.abc import Callable

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from recompra.accounts.models import User
from recompra.accounts.roles import MAY, Role
from recompra.theme.context import menu
from recompra.theme.door import doors

PAGE = '{% extends "theme/base.html" %}{% block title %}X{% endblock %}{% block heading %}X{% endblock %}'


@pytest.fixture
def page_of(rf: RequestFactory) -> Callable[..., str]:
    def written(role: Role = Role.OWNER, address: str = "/", template: str = PAGE) -> str:
        request = rf.get(address)
        request.user = User(id=1, name="Marta Prado", email="marta@loja.example", role=role)
        return engines["django"].from_string(template).render({}, request)

    return written


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(Role))
def test_a_person_sees_only_the_entries_of_their_role(rf: RequestFactory, role: Role) -> None:
    request = rf.get("/")
    request.user = User(id=1, role=role)
    allowed = {
        str(entry.label)
        for _label, door in doors()
        for entry in door.menu
        if not entry.capability or entry.capability in MAY[role]
    }
    assert {str(link.label) for link in menu(request)} <= allowed


def test_the_rail_stays_short_and_the_rest_is_one_step_behind(
    rf: RequestFactory, page_of: Callable[..., str]
) -> None:
    """Eleven entries fit into a window of 900 pixels; works stand in the menu of one's account."""
    request = rf.get("/")
    request.user = User(id=1, role=Role.OWNER)
    assert len(menu(request)) <= 11
    assert 'href="/painel/trabalhos/"' in page_of()


def test_a_phones_bar_has_room_for_what_is_done_standing(rf: RequestFactory) -> None:
    """Four entries and the way to the others; whoever has five or fewer sees all of them."""
    request = rf.get("/")
    for role, shown in (
        (Role.OWNER, ["Painel", "Clientes", "Para chamar hoje", "Pesquisa"]),
        (Role.SELLER, None),
    ):
        request.user = User(id=1, role=role)
        links = menu(request)
        bar = [str(link.label) for link in links if link.in_bar]
        assert bar == (shown or [str(link.label) for link in links][:5])
        assert len(bar) <= 5


def test_the_entry_of_the_page_is_marked_once(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = User(id=1, role=Role.OWNER)
    for link in menu(request):
        request.path = link.url + "something/"
        assert [one.url for one in menu(request) if one.current] == [link.url]


def test_the_page_says_its_language(page_of: Callable[..., str]) -> None:
    assert '<html lang="pt-BR"' in page_of()
    with translation.override("en"):
        assert '<html lang="en"' in page_of()


def test_ids_are_unique_and_everything_pointed_at_is_there(page_of: Callable[..., str]) -> None:
    page = page_of()
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'(?:popovertarget|aria-labelledby|href="#)="?([\w-]+)"', page):
        assert target in ids


def test_htmx_keeps_no_page_in_the_browser_and_runs_no_script_of_a_fragment(
    page_of: Callable[..., str],
) -> None:
    page = page_of()
    for setting in (
        '"historyCacheSize":0',
        '"allowEval":false',
        '"allowScriptTags":false',
        '"selfRequestsOnly":true',
    ):
        assert setting in page


def test_the_first_load_stays_under_100_kb(page_of: Callable[..., str]) -> None:
    """What the base page asks for, gzipped as a plain server would; the font is compressed already."""
    page = page_of()
    weight = len(gzip.compress(page.encode()))
    for address in set(re.findall(r'(?:src|href)="/static/([^"]+)"', page)):
        found = finders.find(address)
        assert found, f"{address} is missing: run the asset build"
        with open(found, "rb") as file:
            content = file.read()
        weight += len(content) if address.endswith(".woff2") else len(gzip.compress(content))
    assert weight < 100_000 - 12_000, "12 KB are left for what a page adds"
