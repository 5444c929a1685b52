"""Carla asks to be forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from recompra.accounts.models import AccessLog, User
from recompra.customers.keys import CustomerKey
from recompra.customers.models import ContactPoint, Customer, Standing
from recompra.ingest.models import ImportRun
from recompra.privacy.blocks.hold import block
from recompra.privacy.erasure import ledger, suppression
from recompra.privacy.erasure.erase import next_night, records_of, request_erasure
from recompra.privacy.erasure.newcomer import warn
from recompra.privacy.models import ErasedIdentifier, Erasure, LegalHold, PrivacyRequest
from recompra.privacy.requests import handle as requests
from recompra.theme.refused import Refused
from recompra.work.drain import drain

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def erased(customer: Customer, by: User | None = None) -> Erasure:
    """The person is forgotten; the work as it ended."""
    row = request_erasure(customer, by=by)
    drain(Erasure, raising=True)
    row.refresh_from_db()
    return row


def test_who_is_erased_is_nowhere(shop: Cast) -> None:
    carla = shop.carla.pk
    row = erased(shop.carla, shop.denise)
    assert (row.status, row.step) == (Erasure.Status.DONE, Erasure.Step.PROVED), row.error
    assert not Customer.objects.filter(pk=carla).exists()
    assert not ContactPoint.objects.filter(customer_id=carla).exists()
    assert not CustomerKey.objects.filter(customer_id=carla).exists()
    assert not Standing.objects.filter(customer_id=carla).exists()
    assert row.receipt["deleted"]["customers.Customer"] == 1
    assert row.receipt["deleted"]["customers.ContactPoint"] == 2
    assert AccessLog.objects.filter(action="erased", customer_id=carla).count() == 1


def test_what_told_her_is_kept_as_hashes_that_only_our_key_makes(shop: Cast) -> None:
    cpf = str(shop.carla.cpf)
    erased(shop.carla)
    assert suppression.is_erased("cpf", cpf)
    assert not suppression.is_erased("cpf", str(shop.bruno.cpf))
    assert not suppression.is_erased("email", cpf)
    digests = set(ErasedIdentifier.objects.values_list("digest", flat=True))
    assert suppression.digest("cpf", cpf, suppression.key()) in digests
    assert suppression.digest("cpf", cpf, b"another key") not in digests
    assert suppression.key_path().stat().st_mode & 0o077 == 0


def test_the_ledger_holds_hashes_and_numbers_only(shop: Cast) -> None:
    told = [str(shop.carla.cpf), shop.carla.name, *shop.carla.contact_points.values_list("value", flat=True)]
    row = erased(shop.carla)
    (entry,) = ledger.entries()
    assert (entry.id, entry.customers) == (row.uid, row.customers)
    text = (ledger.place() / f"{row.uid}.json").read_text()
    assert [word for word in told if word in text] == []


def test_asked_twice_it_is_done_once(shop: Cast) -> None:
    first, second = request_erasure(shop.carla, by=None), request_erasure(shop.carla, by=None)
    assert first == second
    drain(Erasure, raising=True)
    assert AccessLog.objects.filter(action="erased").count() == 1


def test_records_merged_into_hers_go_too(shop: Cast) -> None:
    shop.davi.merged_into = shop.bruno
    shop.davi.save()
    shop.bruno.merged_into = shop.carla
    shop.bruno.save()
    assert records_of(shop.carla) == [shop.carla.pk, shop.bruno.pk, shop.davi.pk]
    erased(shop.carla)
    assert list(Customer.objects.all()) == [shop.ana]


def test_a_legal_hold_stops_it_with_its_reason(shop: Cast) -> None:
    hold = LegalHold.objects.create(customer=shop.carla, reason="processo 12 do juizado")
    with pytest.raises(Refused, match="processo 12"):
        request_erasure(shop.carla, by=None)
    hold.until = timezone.localdate() - dt.timedelta(days=1)
    hold.save()
    assert erased(shop.carla).status == Erasure.Status.DONE


def test_a_hold_that_comes_between_asking_and_doing_stops_it_too(shop: Cast) -> None:
    row = request_erasure(shop.carla, by=None)
    LegalHold.objects.create(customer=shop.carla, reason="ordem judicial")
    drain(Erasure)
    row.refresh_from_db()
    assert (row.status, row.refused) == (Erasure.Status.DEAD, True)
    assert "ordem judicial" in row.sentence
    assert Customer.objects.filter(pk=shop.carla.pk).exists()
    assert not ErasedIdentifier.objects.exists()
    assert ledger.entries() == []


def test_it_waits_for_an_import_that_holds_her_file(shop: Cast, tmp_path: Path) -> None:
    running = ImportRun.objects.create(source="csv", system="shop", status=ImportRun.Status.RUNNING)
    row = request_erasure(shop.carla, by=None)
    drain(Erasure, raising=True)
    row.refresh_from_db()
    assert (row.status, row.step) == (Erasure.Status.WAITING, Erasure.Step.FORGOTTEN)
    assert not Customer.objects.filter(pk=shop.carla.pk).exists(), "the records do not wait"
    ImportRun.objects.filter(pk=running.pk).update(status=ImportRun.Status.DONE)
    Erasure.objects.update(due_at=timezone.now())
    drain(Erasure, raising=True)
    row.refresh_from_db()
    assert row.step == Erasure.Step.PROVED


def test_her_closed_request_stays_without_her_and_the_open_one_until_its_answer(shop: Cast) -> None:
    closed = requests.open_request("access", channel="email", by=None, customer=shop.carla, asked="Sou Carla")
    requests.identify(closed, "document", by=None)
    requests.settle(closed, "fulfilled", by=None)
    requests.answer(closed, by=None)
    still = requests.open_request("deletion", channel="email", by=None, customer=shop.carla)
    erased(shop.carla)
    closed.refresh_from_db()
    still.refresh_from_db()
    assert (closed.name, closed.contact, closed.asked, closed.customer) == ("", "", "", None)
    assert closed.outcome == PrivacyRequest.Outcome.FULFILLED
    assert still.name
    requests.identify(still, "document", by=None)
    requests.settle(still, "fulfilled", by=None)
    requests.answer(still, by=None)
    still.refresh_from_db()
    assert (still.name, still.contact) == ("", "")


def test_the_night_comes_after_now() -> None:
    noon = timezone.make_aware(dt.datetime(2026, 11, 22, 12))  # noqa: DTZ001 (made aware)
    assert timezone.localtime(next_night(noon)).hour == 3
    assert dt.timedelta(0) < next_night(noon) - noon <= dt.timedelta(days=1)


def asking(client: Client, cast: Cast, word: str) -> int:
    address = f"/privacidade/titulares/{cast.carla.public_id}/eliminar/"
    return client.post(address, {"identidade": "document", "palavra": word}).status_code


def test_the_word_must_be_typed(shop: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(shop.denise)
    assert asking(client, shop, "sim") == 422
    assert not Erasure.objects.exists()
    assert asking(client, shop, "eliminar") == 302
    assert Erasure.objects.get().by == shop.denise


def test_the_receipt_says_what_went_what_stays_and_by_which_article(
    shop: Cast, client_for: Callable[[User], Client]
) -> None:
    row, client = erased(shop.carla, shop.denise), client_for(shop.denise)
    page = client.get(f"/privacidade/eliminacoes/{row.pk}/").content.decode()
    for words in ("Recibo de eliminação", "Telefones e e-mails", "art. 16, IV", "Backups feitos antes de"):
        assert words in page, words
    assert shop.carla.name not in page
    paper = client.get(f"/privacidade/eliminacoes/{row.pk}/?formato=pdf")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert str(row.uid)[:8] in client.get("/privacidade/eliminacoes/").content.decode()


@pytest.mark.parametrize("who", ["marta", "lucia", "saulo", "aline"])
def test_only_who_answers_for_privacy_erases(
    shop: Cast, client_for: Callable[[User], Client], who: str
) -> None:
    assert asking(client_for(getattr(shop, who)), shop, "eliminar") == 403
    assert not Erasure.objects.exists()


def test_a_held_record_offers_no_button(shop: Cast, client_for: Callable[[User], Client]) -> None:
    LegalHold.objects.create(customer=shop.carla, reason="processo 12")
    page = client_for(shop.denise).get(f"/privacidade/titulares/{shop.carla.public_id}/eliminar/")
    assert "processo 12" in page.content.decode()
    assert 'name="palavra"' not in page.content.decode()


def test_who_registers_again_is_asked_for_and_the_blocks_are_named(shop: Cast) -> None:
    cpf, said = str(shop.carla.cpf), {"name": "Carla", "cpf": str(shop.carla.cpf)}
    assert warn(said) == []
    block(shop.carla, ["campaigns"], "pediu")
    block(cpf, ["giftback"], "abuso")
    erased(shop.carla)
    asked, blocked = warn(said)
    assert "eliminação" in asked or "eliminad" in asked
    assert "campanhas" in blocked
    assert "giftback" in blocked
    assert "voltam a valer sozinhos" in blocked
    assert warn({"name": "Dora", "cpf": "39053344705"}) == []
