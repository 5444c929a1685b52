"""What customers did with the shop's e-mails comes as a mailing tool exports it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from recompra.customers.models import Customer
from tests.ingest.bring import csv_file, facts, report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]
HEADER = "email;evento;data;campanha"


def event(
    name: str, at: str = "13/06/2024 12:00:00", *, who: str = "ana@exemplo.org", campaign: str = "Inverno"
) -> str:
    return f"{who};{name};{at};{campaign}"


def brought(folder: Path, *lines: str, header: str = HEADER, **options: Any) -> dict[str, Any]:
    return report(csv_file(folder, lines, "emails.csv", header), **options)


def events(*names: str) -> list[tuple[Any, ...]]:
    """These columns of the events, in the order of time."""
    rows = sorted(facts("events"), key=lambda row: (row["occurred_at"], row["event"]))
    return [tuple(row[name] for name in names) for row in rows]


@pytest.fixture(autouse=True)
def ana(warehouse: str, tmp_path: Path) -> int:
    """Ana is on record; how the facts know her."""
    sale = ["1;20/05/2024;C7;ana@exemplo.org;11987654321;10,00"]
    report(csv_file(tmp_path, sale, header="pedido;data;cod_cliente;email;celular;valor"))
    key: int = facts("orders")[0]["customer_key"]
    return key


def test_an_export_of_a_mailing_tool_is_recognised(tmp_path: Path, ana: int) -> None:
    found = brought(
        tmp_path,
        event("Enviado"),
        event("Aberto", "13/06/2024 12:05:00"),
        event("Clique", "13/06/2024 12:06:00"),
    )
    assert (found["holds"], found["accepted"]) == ("events", 3)
    assert found["figures"] == {
        "events": {"email_clicked": 1, "email_opened": 1, "email_sent": 1},
        "lowered": 0,
        "first_day": "2024-06-13",
        "last_day": "2024-06-13",
    }
    day = dt.date(2024, 6, 13)
    assert events("customer_key", "event", "channel", "occurred_on", "campaign") == [
        (ana, "email_sent", "email", day, "Inverno"),
        (ana, "email_opened", "email", day, "Inverno"),
        (ana, "email_clicked", "email", day, "Inverno"),
    ]
    assert "exemplo" not in repr(facts("events"))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("open", "email_opened"),
        ("Abertura", "email_opened"),
        ("hard_bounce", "email_bounced"),
        ("SPAMREPORT", "email_complained"),
        ("Descadastro", "email_unsubscribed"),
        ("delivered", "email_delivered"),
    ],
)
def test_the_words_of_several_tools(tmp_path: Path, said: str, meant: str) -> None:
    brought(tmp_path, event(said))
    assert events("event") == [(meant,)]


def test_the_same_export_again_changes_nothing(tmp_path: Path) -> None:
    lines = [event("sent"), event("open", "13/06/2024 12:05:00")]
    brought(tmp_path, *lines)
    again = brought(tmp_path, *lines)
    assert (again["accepted"], again["unchanged"], len(facts("events"))) == (0, 2, 2)


def test_who_is_not_on_record_is_counted_and_left_out(tmp_path: Path) -> None:
    found = brought(tmp_path, event("open"), event("open", who="bia@exemplo.org"), event("open", who="?"))
    assert (found["accepted"], found["left_out_as"]) == (1, {"person_unknown": 2})
    assert Customer.objects.count() == 1


def test_opens_that_a_filter_made_are_left_out(tmp_path: Path) -> None:
    found = brought(
        tmp_path,
        event("sent", "13/06/2024 12:00:00"),
        event("open", "13/06/2024 12:00:00"),
        event("open", "13/06/2024 12:00:01"),
        event("open", "13/06/2024 12:00:02"),
        event("open", "13/06/2024 12:00:00", campaign="Outra"),
        event("click", "13/06/2024 12:00:01"),
    )
    assert found["left_out_as"] == {"machine_open": 2}
    assert found["figures"]["events"] == {"email_clicked": 1, "email_opened": 2, "email_sent": 1}


def test_opens_that_the_tool_calls_a_machines_are_left_out(tmp_path: Path) -> None:
    header = "email,event,timestamp,sg_machine_open"
    rows = [
        "ana@exemplo.org,open,1718290800,true",
        "ana@exemplo.org,open,1718290801,false",
        "ana@exemplo.org,click,1718290802,true",
    ]
    found = brought(tmp_path, *rows, header=header)
    assert found["left_out_as"] == {"machine_open": 1}
    assert found["figures"]["events"] == {"email_clicked": 1, "email_opened": 1}


def test_days_without_a_time_tell_nothing_of_seconds(tmp_path: Path) -> None:
    found = brought(
        tmp_path, event("sent", "13/06/2024"), event("open", "13/06/2024"), event("open", "13/06/2024")
    )
    assert (found["accepted"], found["left_out"], found["duplicated"]) == (3, 0, 0)


def test_equal_rows_to_the_second_are_one_row_told_twice(tmp_path: Path) -> None:
    found = brought(tmp_path, *[event("open", "13/06/2024 12:05:00")] * 3)
    assert (found["accepted"], found["duplicates"]) == (1, {"equal_row": 2})


def test_by_mobile_and_by_the_shops_own_code(tmp_path: Path, ana: int) -> None:
    brought(
        tmp_path,
        "(11) 98765-4321;;entregue;13/06/2024 12:00;whatsapp",
        ";C7;entregue;13/06/2024 12:01;SMS",
        header="celular;cod_cliente;evento;data;canal",
    )
    assert events("customer_key", "event", "channel") == [
        (ana, "whatsapp_delivered", "whatsapp"),
        (ana, "sms_delivered", "sms"),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (event("dançou"), "event_unknown"),
        (event(""), "event_missing"),
        (event("open", ""), "date_missing"),
        (event("open", "31/02/2024"), "date_invalid"),
        (event("open", "13/06/2999 10:00"), "date_out_of_range"),
        (event("open", "13/06/2024 27:00"), "time_invalid"),
        (event("open", who=""), "person_unidentified"),
    ],
)
def test_a_row_that_says_nothing_waits_with_its_reason(tmp_path: Path, line: str, code: str) -> None:
    found = brought(tmp_path, line, event("open"))
    assert (found["quarantine"], found["accepted"]) == ({code: 1}, 1)


def test_only_checked_means_nothing_is_written(tmp_path: Path) -> None:
    found = brought(tmp_path, event("open"), dry_run=True)
    assert (found["accepted"], facts("events")) == (1, [])


def test_of_two_who_share_an_address_it_is_the_one_known_longest(tmp_path: Path, ana: int) -> None:
    sale = ["2;21/05/2024;C8;ana@exemplo.org;20,00"]
    report(csv_file(tmp_path, sale, header="pedido;data;cod_cliente;email;valor"))
    assert Customer.objects.count() == 2
    brought(tmp_path, event("open"))
    assert events("customer_key") == [(ana,)]
