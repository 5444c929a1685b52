"""One address answers the page and its fragments; every failure answers in the form that was asked for."""

import json
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from django.urls import path

from recompra import urls
from recompra.accounts.roles import public
from recompra.theme.pages import render_page
from recompra.theme.refused import Refused

SENTENCE = "Carla pediu para <b>não</b> ser contatada."


@public
def page(request: HttpRequest) -> HttpResponse:
    return render_page(
        request,
        "theme/error.html",
        {"piece": "theme/toast.html"},
        {"layout": "theme/entrance.html", "icon": "lock"},
    )


@public
def refuse(request: HttpRequest) -> HttpResponse:
    raise Refused(SENTENCE)


@public
def forbid(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


@public
def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("52998224725")


urlpatterns = [
    path("page/", page),
    path("refuse/", refuse),
    path("forbid/", forbid),
    path("crash/", crash),
    *urls.urlpatterns,
]
handler400, handler403, handler404, handler500 = (
    urls.handler400,
    urls.handler403,
    urls.handler404,
    urls.handler500,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def test_an_address_answers_the_page_to_a_browser_and_the_piece_to_htmx(visitor: Client) -> None:
    assert b"<!doctype html>" in visitor.get("/page/").content
    piece = visitor.get("/page/", headers={"HX-Request": "true", "HX-Target": "piece"})
    assert b"<!doctype html>" not in piece.content
    for answer in (piece, visitor.get("/page/")):
        assert {"HX-Request", "HX-Target"} <= {name.strip() for name in answer["Vary"].split(",")}


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true", "HX-Target": "piece", "HX-History-Restore-Request": "true"},
        {"HX-Request": "true", "HX-Target": "piece", "HX-Boosted": "true"},
        {"HX-Request": "true", "HX-Target": "somewhere-else"},
        {"HX-Target": "piece"},
    ],
)
def test_going_back_or_asking_for_something_else_brings_the_whole_page(
    visitor: Client, headers: dict[str, str]
) -> None:
    assert b"<!doctype html>" in visitor.get("/page/", headers=headers).content


def test_a_refusal_is_a_page_with_its_sentence(visitor: Client) -> None:
    answer = visitor.get("/refuse/")
    assert answer.status_code == 422
    assert "Carla pediu para &lt;b&gt;não&lt;/b&gt; ser contatada." in answer.content.decode()


def test_a_refusal_lands_in_the_corner_and_leaves_the_page_as_it_was(visitor: Client) -> None:
    answer = visitor.post("/refuse/", headers={"HX-Request": "true", "HX-Target": "list"})
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Push-Url"]) == (422, "#toasts", "false")
    assert answer.content.decode().strip().startswith('<p class="notice error" role="alert">')


def test_a_refusal_is_json_for_who_asks_for_json(visitor: Client) -> None:
    answer = visitor.get("/refuse/", headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert json.loads(answer.content) == {"error": {"code": "refused", "message": SENTENCE}}


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/forbid/", 403, "Sem permissão"),
        ("/nowhere/", 404, "Página não encontrada"),
        ("/crash/", 500, "Algo deu errado"),
    ],
)
def test_every_failure_has_a_page_in_portuguese(
    visitor: Client, address: str, status: int, words: str
) -> None:
    answer = visitor.get(address)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert '<html lang="pt-BR"' in answer.content.decode()


@pytest.mark.parametrize(("address", "status"), [("/forbid/", 403), ("/nowhere/", 404), ("/crash/", 500)])
def test_every_failure_has_a_fragment(visitor: Client, address: str, status: int) -> None:
    answer = visitor.get(address, headers={"HX-Request": "true", "HX-Target": "list"})
    assert answer.status_code == status
    assert answer["HX-Retarget"] == "#toasts"
    assert b"<html" not in answer.content


def test_a_crash_tells_nothing_of_what_it_was_about(visitor: Client) -> None:
    assert "52998224725" not in visitor.get("/crash/").content.decode()


def test_the_page_of_a_crash_needs_no_database(
    rf: RequestFactory, django_assert_num_queries: Callable[[int], object]
) -> None:
    from recompra.theme.errors import server_error

    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        assert server_error(rf.get("/")).status_code == 500


def test_a_form_that_expired_asks_to_send_it_again() -> None:
    strict = Client(enforce_csrf_checks=True)
    with override_settings(ROOT_URLCONF=__name__):
        answer = strict.post("/page/")
    assert answer.status_code == 403
    assert "Envie de novo" in answer.content.decode()
