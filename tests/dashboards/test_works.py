"""The page of works: Marta sees what waits, runs or failed, and tries again, discards or cancels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from recompra.customers.models import Refresh
from recompra.ingest.models import Publication
from tests.cast import Cast

PAGE = "/painel/trabalhos/"


@pytest.fixture
def marta(cast: Cast, client_for: Callable[..., Client]) -> Client:
    return client_for(cast.marta)


def ask(client: Client, row: Refresh | Publication, wish: str) -> object:
    return client.post(PAGE, {"kind": row._meta.label_lower, "id": row.pk, "wish": wish})


def test_dona_lucia_has_no_business_here(cast: Cast, client_for: Callable[..., Client]) -> None:
    assert client_for(cast.lucia).get(PAGE).status_code == 403


def test_nothing_yet_is_said_kindly(marta: Client) -> None:
    assert "Quando algo é importado ou calculado" in marta.get(PAGE).content.decode()


def test_every_kind_is_listed_newest_first_page_by_page(marta: Client) -> None:
    now = timezone.now()
    for number in range(20):
        Refresh.objects.create(reason="test", status="done", created_at=now - timedelta(minutes=2 * number))
        Publication.objects.create(status="done", created_at=now - timedelta(minutes=2 * number + 1))
    first = marta.get(PAGE)
    assert len(first.context["works"]) == 25
    second = marta.get(first.context["more"])
    shown = [work.place for work in (*first.context["works"], *second.context["works"])]
    assert len(shown) == 40
    assert shown == sorted(shown, reverse=True)
    assert second.context["more"] == ""


def test_rows_of_one_moment_are_neither_lost_nor_repeated(marta: Client) -> None:
    now = timezone.now()
    for _number in range(15):
        Refresh.objects.create(reason="test", status="done", created_at=now)
        Publication.objects.create(status="done", created_at=now)
    first = marta.get(PAGE)
    second = marta.get(first.context["more"])
    assert len({work.place for work in (*first.context["works"], *second.context["works"])}) == 30


def test_the_states_filter(marta: Client) -> None:
    Refresh.objects.create(reason="test", status="dead", error="ValueError at recompra/x.py:1")
    Refresh.objects.create(reason="test")
    assert [work.row.status for work in marta.get(f"{PAGE}?estado=falhas").context["works"]] == ["dead"]
    assert [work.row.status for work in marta.get(f"{PAGE}?estado=andamento").context["works"]] == ["waiting"]
    assert marta.get(f"{PAGE}?estado=bobagem&apos=bobagem").status_code == 200


def test_failed_work_is_tried_again_or_discarded(marta: Client) -> None:
    row = Refresh.objects.create(reason="test", status="dead", failures=5)
    ask(marta, row, "retry")
    row.refresh_from_db()
    assert (row.status, row.failures) == ("waiting", 0)
    other = Refresh.objects.create(reason="test", status="dead")
    ask(marta, other, "discard")
    other.refresh_from_db()
    assert other.status == "cancelled"


def test_what_moved_on_meanwhile_is_refused_with_a_sentence(marta: Client) -> None:
    row = Refresh.objects.create(reason="test", status="done")
    answer = marta.post(PAGE, {"kind": "customers.refresh", "id": row.pk, "wish": "retry"})
    assert answer.status_code == 422
    assert "mudou nesse meio-tempo" in answer.content.decode()


def test_the_twin_of_one_that_waits_is_not_tried_again(marta: Client) -> None:
    Publication.objects.create()
    row = Publication.objects.create(status="dead")
    answer = marta.post(PAGE, {"kind": "ingest.publication", "id": row.pk, "wish": "retry"})
    assert answer.status_code == 422


@pytest.mark.parametrize("kind", ["accounts.user", "", "customers.refresh"])
@pytest.mark.parametrize("pk", ["0", "-1", "x", "9" * 40])
def test_only_works_can_be_named(marta: Client, kind: str, pk: str) -> None:
    assert marta.post(PAGE, {"kind": kind, "id": pk, "wish": "retry"}).status_code == 404
    assert marta.get(PAGE, {"kind": kind, "id": pk}).status_code == 404


def test_progress_polls_until_the_end_and_then_leads_on(marta: Client) -> None:
    row = Refresh.objects.create(
        reason="test",
        status="running",
        progress_done=312_000,
        progress_total=1_000_000,
        started_at=timezone.now(),
    )
    Refresh.objects.filter(pk=row.pk).update(started_at=timezone.now() - timedelta(seconds=60))
    address = f"{PAGE}?kind=customers.refresh&id={row.pk}"
    answer = marta.get(address, headers={"HX-Request": "true"})
    assert "312.000 de 1.000.000" in answer.content.decode()
    assert "faltam cerca de 2 min" in answer.content.decode()
    assert 'hx-trigger="every 1s"' in answer.content.decode()
    Refresh.objects.filter(pk=row.pk).update(status="done")
    last = marta.get(address, headers={"HX-Request": "true"})
    assert "hx-trigger" not in last.content.decode()
    assert last.headers["HX-Redirect"] == PAGE
