"""The CDNOW sample: published counts, and what NTILE does to customers who are equal."""

from __future__ import annotations

import datetime as dt
import gzip
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from recompra.analytics.cohorts import cohorts
from recompra.analytics.customer_frequency import customer_frequency, purchases_per_person
from recompra.analytics.customer_summary import customer_summary, rfm_base
from recompra.analytics.rfm import cuts_from, edges, rfm
from recompra.analytics.second_purchase import curve, second_purchase
from recompra.warehouse.schema import orders
from tests.analytics.conftest import Ask
from tests.warehouse.facts import order

END, CALIBRATION = dt.date(1998, 6, 30), dt.date(1997, 9, 30)


@pytest.fixture(scope="module")
def sample(real_data: Callable[[str], Path]) -> list[dict[str, Any]]:
    """The transactions as orders of one store."""
    packed = (real_data("cdnow") / "CDNOW_sample.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode().splitlines()
    rows = [line.split() for line in lines if line.strip()]
    return [
        order(number, int(row[1]), dt.datetime.strptime(row[2], "%Y%m%d").date(), net=row[4])  # noqa: DTZ007
        for number, row in enumerate(rows, 1)
    ]


def test_the_published_figures(ask: Ask, sample: list[dict[str, Any]]) -> None:
    found = ask(customer_summary(orders, as_of=END), sample)
    assert len(sample) == 6919
    assert len(found) == 2357
    assert sum(row["ltv"] for row in found) == Decimal("244091.94")
    assert sum(row["orders"] for row in found) == 6919
    assert sum(row["purchase_days"] for row in found) == len(
        {(row["customer_key"], row["ordered_on"]) for row in sample}
    )
    early = ask(customer_summary(orders, as_of=CALIBRATION), sample)
    assert Counter(min(row["purchase_days"] - 1, 7) for row in early) == {
        0: 1411, 1: 439, 2: 214, 3: 100, 4: 62, 5: 38, 6: 29, 7: 64,
    }  # fmt: skip


def test_equals_share_a_score_where_ntile_parts_them(ask: Ask, sample: list[dict[str, Any]]) -> None:
    base = rfm_base(orders, as_of=CALIBRATION)
    cuts = cuts_from(ask(edges(base), sample))
    found = ask(rfm(base, cuts), sample)
    assert cuts.fixed_frequency
    for measure in ("recency_days", "frequency", "monetary"):
        seen = defaultdict(set)
        for row in found:
            seen[row[measure]].add(row[measure.split("_")[0] + "_score"])
        assert {len(scores) for scores in seen.values()} == {1}

    by_rank = sorted(found, key=lambda row: (row["frequency"], row["customer_key"]))
    ntile: dict[int, Counter[int]] = defaultdict(Counter)
    for rank, row in enumerate(by_rank):
        ntile[row["frequency"]][rank * 5 // len(by_rank)] += 1
    alone = sum(sum(scores.values()) - max(scores.values()) for scores in ntile.values())
    assert round(100 * alone / len(found)) == 42


def test_the_dashboard_s_figures_are_the_published_ones(ask: Ask, sample: list[dict[str, Any]]) -> None:
    """All 2,357 began in the first quarter of 1997; 1,411 had not come back by the end of September."""
    start = dt.date(1997, 1, 1)
    calibration = {"since": start, "until": CALIBRATION}
    spread = ask(purchases_per_person(orders, **calibration), sample)
    assert [row["buyers"] for row in spread][:4] == [1411, 439, 214, 100]
    assert sum(row["buyers"] for row in spread[4:]) == 62 + 38 + 29 + 64
    months = ask(customer_frequency(orders, since=start, until=END), sample)
    assert [row["new_buyers"] for row in months if row["new_buyers"]] == [
        row["customers"]
        for row in ask(cohorts(orders, since=start, until=END, as_of=END), sample)
        if row["month"] == 0
    ]
    assert sum(row["new_buyers"] for row in months) == 2357
    assert sum(row["orders"] for row in months) == 6919
    ended = ask(second_purchase(orders, **calibration, as_of=CALIBRATION), sample)
    assert sum(row["waiting"] for row in ended) == 1411
    assert sum(row["came_back"] for row in ended) == 2357 - 1411
    within_half_a_year = next(point for point in curve(ended) if point.days == 180)
    told = sum(row["came_back"] for row in ended if row["days"] <= 180)
    assert within_half_a_year.share == Fraction(
        told, 2357
    )  # everybody was watched for 183 days: a plain share
