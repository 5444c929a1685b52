"""The CDNOW sample: published counts, and what NTILE does to customers who are equal."""

from __future__ import annotations

import datetime as dt
import gzip
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recompra.analytics.customer_summary import customer_summary, rfm_base
from recompra.analytics.rfm import cuts_from, edges, rfm
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
