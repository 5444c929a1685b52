"""The real files, to the figures counted on them."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ingest.bring import facts, report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]
Folder = Callable[[str], Path]


def test_olist_is_accounted_for_and_twice_is_once(real_data: Folder) -> None:
    found = report(real_data("olist"), source="olist")
    figures = found["figures"]
    assert (figures["orders"], figures["customers"]) == (17_309, 17_074)
    assert figures["items_before_cancellations"] == figures["items_total"] == "2377184.10"
    assert (figures["cancelled_orders"], figures["cancelled_net"]) == (1_234, "97242.96")
    assert (figures["freight"], figures["payments_total"]) == ("374185.06", "2914672.08")
    assert (found["people"]["new"], found["accepted"]) == (17_074, 17_309 + 18_803)
    again = report(real_data("olist"), source="olist")
    assert (again["accepted"], again["unchanged"]) == (0, 17_309 + 18_803)
    orders = facts("orders")
    assert sum(row["net"] for row in orders) == Decimal("2377184.10")
    assert str(min(row["ordered_at"] for row in orders)) == "2016-09-05 00:15:19"


def test_cdnow_sample_as_csv(real_data: Folder, tmp_path: Path) -> None:
    text = gzip.decompress((real_data("cdnow") / "CDNOW_sample.txt.gz").read_bytes()).decode()
    path = tmp_path / "cdnow.csv"
    lines = (line.split() for line in text.splitlines() if line.strip())
    path.write_text(
        "customer_id,date,quantity,value\n" + "\n".join(",".join(parts[1:]) for parts in lines) + "\n"
    )
    found = report(path)
    assert (found["accepted"], found["people"]["distinct"]) == (6_919, 2_357)
    assert (found["figures"]["customers"], found["figures"]["net"]) == (2_357, "244091.94")
    assert report(path)["unchanged"] == 6_919


def test_the_resaved_spreadsheet_says_its_blank_rows_and_knows_its_dates(real_data: Folder) -> None:
    path = real_data("olist_spreadsheet_resaved") / "olist_orders_dataset.csv.gz"
    found = report(path)
    assert (found["read"], found["blank"], found["accepted"]) == (9_999, 89_442, 9_999)
    assert found["date_order"] == "mdy"
    assert found["figures"]["cancelled_orders"] == 58 + 55
