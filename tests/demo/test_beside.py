"""What the people of the synthetic shop do beside buying: tiers, visits, e-mails; and all of it comes in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from django.conf import settings

from recompra.analytics.engagement import engagement
from recompra.analytics.funnel import funnel
from recompra.customers.models import Customer, Membership
from recompra.demo import opening
from recompra.demo.files import Written, write
from recompra.demo.shop import Shop
from recompra.ingest.models import ImportRun
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import events, products, visits

UNTIL = date(2026, 6, 30)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(Shop(400, 7, UNTIL), tmp_path_factory.mktemp("shop"), more=True)


def test_the_same_seed_makes_the_same_bytes_and_the_sales_do_not_move(
    written: Written, tmp_path: Path
) -> None:
    again = write(Shop(400, 7, UNTIL), tmp_path / "again", more=True)
    alone = write(Shop(400, 7, UNTIL), tmp_path / "alone")
    assert [path.read_bytes() for path in again.beside] == [path.read_bytes() for path in written.beside]
    assert alone.sales.read_bytes() == written.sales.read_bytes()
    assert alone.beside == ()


def test_the_higher_the_tier_the_fewer_and_the_more_often_they_buy(written: Written) -> None:
    tiers, truth = written.beside[0], written.truth
    rows = duckdb.execute(
        f"SELECT categoria, count(*), avg(rate_per_day) FROM '{tiers}' JOIN '{truth}' USING (codigo_cliente) "  # noqa: S608
        "GROUP BY 1 ORDER BY 2 DESC"
    ).fetchall()
    assert [row[0] for row in rows] == ["Bronze", "Prata", "Ouro"]
    assert rows[0][2] < rows[1][2] < rows[2][2]


@pytest.mark.django_db(transaction=True)
def test_all_of_it_comes_in_and_nobody_new_with_it(written: Written, warehouse: str) -> None:
    opening.bring_in(written.sales, written.beside)
    held = {run.report["holds"]: run.report for run in ImportRun.objects.order_by("pk")}
    assert set(held) == {"sales", "loyalty", "visits", "events", "products"}
    assert Customer.objects.count() == 400
    assert Membership.objects.count() == held["loyalty"]["members"]["new"] > 100
    assert all(not report["quarantined"] for report in held.values())
    assert held["events"]["left_out_as"]["machine_open"] > 100
    facts = engine(settings.WAREHOUSE_URL)
    [seen] = facts.rows(funnel(visits, since=date(2026, 4, 2), until=UNTIL))
    assert seen["visitors"] == seen["attraction"] > seen["interest"] > seen["decision"] > seen["action"] > 0
    assert len(facts.rows(engagement(events, as_of=UNTIL))) > 100


@pytest.mark.django_db(transaction=True)
def test_the_shelves_are_told_of_the_products_that_were_sold(written: Written, warehouse: str) -> None:
    opening.bring_in(written.sales)
    facts = engine(settings.WAREHOUSE_URL)
    sold = facts.rows(products)
    opening.bring_in(written.sales, written.beside[-1:])
    told = {row["product_key"]: row for row in facts.rows(products)}
    assert all(told[row["product_key"]]["name"] == row["name"] for row in sold)
    gone = [row for row in told.values() if row["is_discontinued"]]
    sold_out = [row for row in told.values() if row["stock"] == 0 and not row["is_discontinued"]]
    assert 0.01 < len(gone) / len(told) < 0.08
    assert 0.005 < len(sold_out) / len(told) < 0.05
    assert all(row["stock"] == 0 for row in gone)
