"""Who unsubscribed, or marked a message as spam, is sent no more offers by that channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from recompra.accounts.models import User
from recompra.accounts.roles import Role
from recompra.customers.identity.merge import merge
from recompra.customers.models import Customer
from recompra.ingest.commands import lines
from recompra.ingest.models import ImportRun
from recompra.privacy.consents.ledger import grant, revoke, state
from recompra.privacy.consents.story import told as consents_told
from recompra.privacy.erasure.erase import request_erasure
from recompra.privacy.models import ConsentEvent, Erasure
from recompra.privacy.permission import allowed, may
from recompra.segments.upkeep.fresh import marks, touched
from recompra.work.drain import drain
from tests.cast import staff
from tests.ingest.bring import csv_file, report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]
ClientFor = Callable[[User], Client]
ZONE = ZoneInfo("America/Sao_Paulo")
Origin = ConsentEvent.Origin
SALES = "pedido;data;cod_cliente;nome;email;celular;valor"
NOON = dt.datetime(2024, 6, 13, 12, tzinfo=ZONE)


def told(
    folder: Path, *rows: str, header: str = "email;evento;data;campanha", **options: Any
) -> dict[str, Any]:
    return report(csv_file(folder, rows, "emails.csv", header), **options)


def said(person: Customer) -> list[tuple[str, str, dt.datetime]]:
    events = ConsentEvent.objects.filter(customer=person).order_by("at", "pk")
    return list(events.values_list("action", "channel", "at"))


def may_write(person: Customer, channel: str = "email") -> bool:
    return may(Customer.objects.get(pk=person.pk), "campaign", channel).allowed


@pytest.fixture(autouse=True)
def ana(warehouse: str, tmp_path: Path) -> Customer:
    sale = ["1;20/05/2024;C7;Ana Souza;ana@exemplo.org;11987654321;10,00"]
    report(csv_file(tmp_path, sale, header=SALES))
    return Customer.objects.get()


@pytest.fixture
def bia(ana: Customer, tmp_path: Path) -> Customer:
    """She reads Ana's e-mails and has a telephone of her own."""
    sale = ["2;21/05/2024;C8;Bia Souza;ana@exemplo.org;11912345678;10,00"]
    report(csv_file(tmp_path, sale, header=SALES))
    return Customer.objects.exclude(pk=ana.pk).get()


@pytest.mark.parametrize("word", ["unsubscribe", "Descadastro", "spamreport"])
def test_the_channel_is_closed_as_of_that_moment_and_no_other(
    tmp_path: Path, ana: Customer, word: str
) -> None:
    assert may_write(ana)
    found = told(tmp_path, f"ana@exemplo.org;{word};13/06/2024 12:00:00;Inverno")
    assert found["figures"]["lowered"] == 1
    assert said(ana) == [("revoke", "email", NOON)]
    assert not may_write(ana)
    assert may_write(ana, "whatsapp")
    event = ConsentEvent.objects.get()
    assert (event.origin, event.purpose, event.source, event.by) == ("import", "marketing", "shop", None)


def test_by_the_channel_of_the_message(tmp_path: Path, ana: Customer) -> None:
    told(
        tmp_path,
        "(11) 98765-4321;descadastro;13/06/2024 12:00;whatsapp",
        header="celular;evento;data;canal",
    )
    assert [may_write(ana, channel) for channel in ("whatsapp", "sms", "email")] == [False, True, True]


def test_the_same_file_again_says_nothing_new(tmp_path: Path, ana: Customer) -> None:
    rows = [
        "ana@exemplo.org;unsubscribe;13/06/2024 12:00:00;Inverno",
        "ana@exemplo.org;unsubscribe;13/06/2024 12:00:00;Inverno",
        "ana@exemplo.org;spam;13/06/2024 12:00:00;Inverno",
        "ana@exemplo.org;spam;14/06/2024;Inverno",
        "ana@exemplo.org;unsubscribe;14/06/2024;Inverno",
    ]
    assert told(tmp_path, *rows)["figures"]["lowered"] == 1
    before = said(ana)
    assert len(before) == 2
    assert told(tmp_path, *rows)["figures"]["lowered"] == 0
    assert said(ana) == before


def test_of_today_without_a_time_again_says_nothing_new(tmp_path: Path, ana: Customer) -> None:
    row = f"ana@exemplo.org;unsubscribe;{timezone.localdate():%d/%m/%Y};Inverno"
    for _again in range(2):
        told(tmp_path, row)
    ((_action, _channel, at),) = said(ana)
    assert at <= timezone.now()
    grant(ana, "marketing", "email")
    assert may_write(ana)


def test_what_was_agreed_to_later_stands(tmp_path: Path, ana: Customer) -> None:
    grant(ana, "marketing", "email", at=NOON + dt.timedelta(hours=1))
    found = told(tmp_path, "ana@exemplo.org;unsubscribe;13/06/2024 12:00:00;Inverno")
    assert (found["figures"]["lowered"], may_write(ana)) == (0, True)
    assert [action for action, _channel, _at in said(ana)] == ["revoke", "grant"]


def test_what_was_agreed_to_before_does_not(tmp_path: Path, ana: Customer) -> None:
    grant(ana, "marketing", "email", at=NOON - dt.timedelta(hours=1))
    found = told(tmp_path, "ana@exemplo.org;unsubscribe;13/06/2024 12:00:00;Inverno")
    assert (found["figures"]["lowered"], may_write(ana)) == (1, False)


def test_a_day_without_a_time_counts_until_its_end(tmp_path: Path, ana: Customer) -> None:
    grant(ana, "marketing", "email", at=NOON)
    told(tmp_path, "ana@exemplo.org;unsubscribe;13/06/2024;Inverno")
    assert not may_write(ana)
    grant(ana, "marketing", "email", at=NOON + dt.timedelta(hours=12))
    assert may_write(ana)


def test_who_had_refused_is_not_counted(tmp_path: Path, ana: Customer) -> None:
    revoke(ana, "marketing", at=NOON - dt.timedelta(days=9))
    found = told(tmp_path, "ana@exemplo.org;unsubscribe;13/06/2024 12:00:00;Inverno")
    assert found["figures"]["lowered"] == 0
    assert len(said(ana)) == 2
    grant(ana, "marketing", at=NOON + dt.timedelta(hours=1))
    assert not may_write(ana)  # a no to one channel holds until that channel is agreed to


def test_nothing_else_that_happened_lowers_or_raises(tmp_path: Path, ana: Customer) -> None:
    revoke(ana, "marketing", "sms")
    before = said(ana), state(ana)
    told(
        tmp_path,
        *(f"ana@exemplo.org;{word};13/06/2024 12:00;" for word in ("sent", "open", "click", "hard_bounce")),
    )
    assert (said(ana), state(ana)) == before


def test_only_checked_counts_and_writes_nothing(tmp_path: Path, ana: Customer) -> None:
    row = "ana@exemplo.org;unsubscribe;13/06/2024 12:00:00;Inverno"
    assert told(tmp_path, row, dry_run=True)["figures"]["lowered"] == 1
    assert (said(ana), state(ana), may_write(ana)) == ([], {}, True)


def test_whoever_shares_the_address_is_asked_no_more_by_it(
    tmp_path: Path, ana: Customer, bia: Customer
) -> None:
    found = told(tmp_path, "ana@exemplo.org;unsubscribe;13/06/2024 12:00:00;Inverno")
    assert (found["figures"]["lowered"], found["accepted"]) == (2, 1)
    assert (may_write(ana), may_write(bia)) == (False, False)
    told(tmp_path, "C7;optout;13/06/2024 12:00;SMS", header="cod_cliente;evento;data;canal")
    assert (may_write(ana, "sms"), may_write(bia, "sms")) == (False, True)


def test_of_two_records_that_became_one_the_kept_one_says_no(
    tmp_path: Path, ana: Customer, bia: Customer
) -> None:
    merge(ana, bia, by=None)
    row = "C8;unsubscribe;13/06/2024 12:00:00"
    for _again in range(2):
        told(tmp_path, row, header="cod_cliente;evento;data")
    assert said(ana) == [("revoke", "email", NOON)]
    assert said(bia) == []


def test_nobody_is_made_and_who_is_erased_is_left_alone(tmp_path: Path, ana: Customer) -> None:
    request_erasure(ana, by=None)
    drain(Erasure, raising=True)
    found = told(tmp_path, "ana@exemplo.org;unsubscribe;13/06/2024 12:00:00;Inverno")
    assert (found["figures"]["lowered"], found["left_out_as"]) == (0, {"person_unknown": 1})
    assert not Customer.objects.exists()
    assert not ConsentEvent.objects.exists()


def test_thousands_take_as_many_statements_as_two(tmp_path: Path, ana: Customer) -> None:
    sale = [f"{n};20/05/2024;p{n}@exemplo.org;10,00" for n in range(2_500)]
    report(csv_file(tmp_path, sale, header="pedido;data;email;valor"))
    rows = [f"p{n}@exemplo.org;unsubscribe;13/06/2024 12:00:00;Inverno" for n in range(2_500)]
    counts = []
    for part in (rows[:2], rows):
        with CaptureQueriesContext(connection) as asked:
            found = told(tmp_path, *part)
        counts.append((found["figures"]["lowered"], len(asked)))
    assert [lowered for lowered, _asked in counts] == [2, 2_498]
    assert counts[1][1] - counts[0][1] < 60
    assert Customer.objects.count() == 2_501  # the others and Ana, who said nothing
    assert allowed(Customer.objects.values_list("pk", flat=True), "campaign", "email") == {ana.pk}


def test_the_segments_see_whose_consent_moved(tmp_path: Path, ana: Customer, bia: Customer) -> None:
    before = marks()
    told(tmp_path, "ana@exemplo.org;unsubscribe;13/06/2024 12:00:00;Inverno")
    assert touched(before, timezone.now(), margin=0) == {ana.pk, bia.pk}


def test_the_report_and_the_timeline_tell_it(tmp_path: Path, ana: Customer, client_for: ClientFor) -> None:
    found = told(tmp_path, "ana@exemplo.org;spam;13/06/2024 12:00:00;Inverno")
    run = ImportRun.objects.latest("pk")
    assert "Clientes que não querem mais mensagens daqui em diante: 1" in lines(found)
    client = client_for(staff("Otávio", Role.OWNER))
    assert "Clientes que não querem mais mensagens" in client.get(reverse("ingest:run", args=[run.pk])).text
    (entry,) = consents_told(client.get("/").wsgi_request, ana.pk, None, 10)
    assert (entry.at, entry.text) == (NOON, f"e-mail · importação · importação #{run.pk}: marcada como spam")
