"""What visitors did on the site comes as its analytics exports it: GA4's names, no person in it."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recompra.accounts.models import Store
from recompra.customers.models import Customer
from tests.ingest.bring import csv_file, facts, report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]
HEADER = (
    "event_date,event_timestamp,event_name,user_pseudo_id,user_id,traffic_source.source,"
    "traffic_source.medium,traffic_source.name"
)
NOON = 1_717_254_000_000_000  # 1 June 2024, 12:00 in Brasília


def utc(day: int, hour: int) -> dt.datetime:
    """An hour of a day of June 2024, as the facts keep it."""
    return dt.datetime.combine(dt.date(2024, 6, day), dt.time(hour))


def ga4(event: str, visitor: str = "v1", user: str = "", at: int = NOON, origin: str = ",,") -> str:
    return f"20240601,{at},{event},{visitor},{user},{origin}"


def brought(folder: Path, *lines: str, header: str = HEADER, **options: Any) -> dict[str, Any]:
    return report(csv_file(folder, lines, "visitas.csv", header), **options)


def visits(*names: str) -> list[tuple[Any, ...]]:
    """These columns of the visits, in the order of time."""
    rows = sorted(facts("visits"), key=lambda row: (row["occurred_at"], row["event"], row["visit_key"]))
    return [tuple(row[name] for name in names) for row in rows]


def ana(folder: Path) -> int:
    """Ana, customer C7 of the shop, as the facts know her."""
    header = "pedido;data;cod_cliente;email;valor"
    report(csv_file(folder, ["1;20/05/2024;C7;ana@exemplo.org;10,00"], header=header))
    key: int = facts("orders")[0]["customer_key"]
    return key


def test_an_export_of_ga4_is_recognised(tmp_path: Path) -> None:
    found = brought(
        tmp_path,
        ga4("session_start", origin="google,cpc,Dia das Mães"),
        ga4("purchase", at=NOON + 60_000_000),
        ga4("page_view", "v2"),
    )
    assert (found["holds"], found["accepted"]) == ("visits", 3)
    assert found["figures"] == {
        "visits": 3,
        "visitors": 2,
        "site_purchases": 1,
        "first_day": "2024-06-01",
        "last_day": "2024-06-01",
    }
    noon, day = utc(1, 15), dt.date(2024, 6, 1)
    assert visits("event", "occurred_at", "occurred_on", "source", "medium", "campaign") == [
        ("page_view", noon, day, None, None, None),
        ("session_start", noon, day, "google", "cpc", "Dia das Mães"),
        ("purchase", noon + dt.timedelta(minutes=1), day, None, None, None),
    ]
    assert len({row["visitor_key"] for row in facts("visits")}) == 2


def test_the_same_export_again_changes_nothing_and_equal_rows_stand_apart(tmp_path: Path) -> None:
    lines = [ga4("view_item"), ga4("view_item"), ga4("view_item", "v2")]
    assert brought(tmp_path, *lines)["accepted"] == 3
    again = brought(tmp_path, *lines)
    assert (again["accepted"], again["unchanged"], len(facts("visits"))) == (0, 3, 3)


def test_the_days_are_the_shops(tmp_path: Path) -> None:
    late = 1_717_289_999_000_000  # 21:59:59 on 1 June in Brasília, and past midnight in UTC
    brought(tmp_path, ga4("page_view", at=late), ga4("page_view", at=late + 7_201_000_000))
    assert visits("occurred_on") == [(dt.date(2024, 6, 1),), (dt.date(2024, 6, 2),)]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1717254000", utc(1, 15)),
        ("1717254000000", utc(1, 15)),
        ("2024-06-01T12:00:00", utc(1, 15)),
        ("2024-06-01 15:00:00+00:00", utc(1, 15)),
        ("2024-06-01T15:00:00.250Z", utc(1, 15) + dt.timedelta(milliseconds=250)),
        ("13/06/2024 12:00", utc(13, 15)),
        ("20240613", utc(13, 3)),
    ],
)
def test_an_instant_however_it_is_written(tmp_path: Path, text: str, instant: dt.datetime) -> None:
    brought(tmp_path, f"{text};page_view;v1", header="data;evento;visitante")
    assert visits("occurred_at") == [(instant,)]


def test_who_signed_in_as_a_customer_we_know_is_that_customer(tmp_path: Path) -> None:
    key = ana(tmp_path)
    found = brought(
        tmp_path,
        ga4("page_view", user="C7", at=NOON),
        ga4("page_view", user="C8", at=NOON + 1),
        ga4("page_view", user="ana@exemplo.org", at=NOON + 2),
        ga4("page_view", user="bia@exemplo.org", at=NOON + 3),
        ga4("page_view", at=NOON + 4),
    )
    assert visits("customer_key") == [(key,), (None,), (key,), (None,), (None,)]
    assert found["people"]["distinct"] == 1
    assert Customer.objects.count() == 1  # nobody becomes a customer by looking


def test_no_person_stands_in_the_facts(tmp_path: Path) -> None:
    brought(
        tmp_path,
        ga4("page_view", user="bia@exemplo.org", origin="mail,bia@exemplo.org,ref 529.982.247-25"),
        ga4("view_item", "bia@exemplo.org"),
    )
    assert visits("source", "medium", "campaign")[0] == ("mail", None, None)
    assert "bia" not in repr(facts("visits"))


def test_rows_without_a_visitor_are_left_out_and_counted(tmp_path: Path) -> None:
    found = brought(tmp_path, ga4("page_view", ""), ga4("page_view"))
    assert (found["accepted"], found["left_out_as"]) == (1, {"visitor_missing": 1})


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("20240601,,page_view,v1,,,,", "date_missing"),
        ("20240601,ontem,page_view,v1,,,,", "date_invalid"),
        ("20240601,31/02/2024,page_view,v1,,,,", "date_invalid"),
        ("20240601,2024-06-01 25:00:00,page_view,v1,,,,", "time_invalid"),
        ("20240601,99999999999,page_view,v1,,,,", "date_invalid"),
        ("20240601,9999999999999999,page_view,v1,,,,", "date_out_of_range"),
        (f"20240601,{NOON},,v1,,,,", "event_missing"),
        (f"20240601,{NOON},ana@exemplo.org,v1,,,,", "event_missing"),
        ("20240601,page_view", "columns_missing"),
    ],
)
def test_a_row_that_says_no_visit_waits_with_its_reason(tmp_path: Path, line: str, code: str) -> None:
    found = brought(tmp_path, line, ga4("page_view"))
    assert (found["quarantine"], found["accepted"]) == ({code: 1}, 1)


def test_the_store_of_the_site(tmp_path: Path) -> None:
    brought(tmp_path, ga4("page_view"), store="Loja Online", online=True)
    assert visits("store_key") == [(Store.objects.get().pk,)]
    assert Store.objects.get().is_online


def test_a_parquet_of_bigquery_with_its_nested_columns(tmp_path: Path) -> None:
    origin = pa.struct([("name", pa.string()), ("medium", pa.string()), ("source", pa.string())])
    table = pa.table(
        {
            "event_date": ["20240601"],
            "event_timestamp": pa.array([NOON], pa.int64()),
            "event_name": ["begin_checkout"],
            "event_params": pa.array([[{"key": "page"}]]),
            "user_pseudo_id": ["1.2"],
            "traffic_source": pa.array([{"name": "Natal", "medium": "email", "source": "crm"}], origin),
        }
    )
    pq.write_table(table, tmp_path / "events.parquet")
    report(tmp_path / "events.parquet", source="parquet")
    told = visits("event", "occurred_at", "source", "medium", "campaign")
    assert told == [("begin_checkout", utc(1, 15), "crm", "email", "Natal")]


def test_a_packed_file_and_one_with_quotes_read_the_same(tmp_path: Path) -> None:
    brought(tmp_path, ga4("page_view"))
    text = f'{HEADER}\n20240601,{NOON},"page_view","v1","",,,\n'
    (tmp_path / "mais.csv.gz").write_bytes(gzip.compress(text.encode()))
    assert report(tmp_path / "mais.csv.gz")["unchanged"] == 1


def test_blank_rows_are_no_visits(tmp_path: Path) -> None:
    found = brought(tmp_path, ga4("page_view"), ",,,,,,,")
    assert (found["read"], found["blank"]) == (1, 1)
