"""The backtest of the cuts: by hand, in plain Python, on the CDNOW sample, and blind to what comes later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.customer_summary import rfm_base
from recompra.analytics.rfm import cuts_from, edges
from recompra.analytics.rfm_backtest import rfm_backtest
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders
from tests.analytics import slow_rfm
from tests.analytics.cdnow import END, transactions
from tests.analytics.conftest import AS_OF, Ask
from tests.analytics.strategies import days, shops, windows
from tests.analytics.test_rfm_migration import CUTS, TWELVE
from tests.warehouse.facts import order

D = Decimal


def by_group(rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row.pop("measure"), row.pop("score")): row for row in rows}


def test_the_twelve_orders_by_hand(twelve: Engine) -> None:
    """As of 45 days ago: Ana (recency 55, 3 days, R$ 400.00: 1-3-1, hibernating) and Bruno (215 days, 2 days,
    R$ 1,900.00: 1-2-5, at risk). In the 40 days after it Ana bought for 150 + 250 and gave 60 back; Carla and
    Davi came new, Davi on the last day."""
    found = twelve.rows(rfm_backtest(orders, as_of=AS_OF - dt.timedelta(days=45), days=40, cuts=TWELVE))
    assert {name: tuple(row.values()) for name, row in by_group(found).items()} == {
        ("all", ""): (2, 1, 2, D("340.00"), D("0.5000"), D("170.00"), D("1.00")),
        ("segment", "hibernating"): (1, 1, 2, D("340.00"), D("1.0000"), D("340.00"), D("2.00")),
        ("segment", "at_risk"): (1, 0, 0, D("0.00"), D("0.0000"), D("0.00"), D("0.00")),
        ("recency", "1"): (2, 1, 2, D("340.00"), D("0.5000"), D("170.00"), D("1.00")),
        ("frequency", "3"): (1, 1, 2, D("340.00"), D("1.0000"), D("340.00"), D("2.00")),
        ("frequency", "2"): (1, 0, 0, D("0.00"), D("0.0000"), D("0.00"), D("0.00")),
        ("monetary", "1"): (1, 1, 2, D("340.00"), D("1.0000"), D("340.00"), D("2.00")),
        ("monetary", "5"): (1, 0, 0, D("0.00"), D("0.0000"), D("0.00"), D("0.00")),
        ("new", ""): (2, 2, 2, D("829.90"), None, D("414.95"), None),
    }


def test_the_day_itself_is_past_and_the_last_day_counts(ask: Ask) -> None:
    start = dt.date(2026, 1, 1)
    shop = [order(n, n, start + dt.timedelta(days=at)) for n, at in ((1, 0), (2, 0), (3, 0))]
    shop += [order(11, 1, start + dt.timedelta(days=90)), order(12, 2, start + dt.timedelta(days=91))]
    found = by_group(ask(rfm_backtest(orders, as_of=start, cuts=CUTS), shop))
    assert (found["all", ""]["customers"], found["all", ""]["buyers"]) == (3, 1)
    assert ("new", "") not in found


def test_where_nobody_bought_there_is_no_lift(ask: Ask) -> None:
    (row,) = (
        row
        for row in ask(rfm_backtest(orders, as_of=AS_OF, cuts=CUTS), [order(1, 1)])
        if row["measure"] == "all"
    )
    assert (row["share"], row["lift"]) == (D("0.0000"), None)
    assert ask(rfm_backtest(orders, as_of=AS_OF, cuts=CUTS), []) == []


@settings(max_examples=12, deadline=None)
@given(
    shop=shops(),
    as_of=days,
    length=st.sampled_from([1, 58, 90, 365]),
    window=windows,
    stores=st.sampled_from([None, [2], [1, 2**60]]),
)
def test_it_agrees_with_plain_python_and_later_rows_change_nothing(
    ask: Ask,
    shop: list[dict[str, Any]],
    as_of: dt.date,
    length: int,
    window: int | None,
    stores: list[int] | None,
) -> None:
    asked = rfm_backtest(orders, as_of=as_of, days=length, cuts=CUTS, window_days=window, store_keys=stores)
    found = ask(asked, shop)
    known = [row for row in shop if row["ordered_on"] <= as_of + dt.timedelta(days=length)]
    assert ask(asked, known) == found
    assert by_group(found) == slow_rfm.backtest(slow_rfm.in_stores(shop, stores), as_of, length, CUTS, window)


def test_the_groups_of_each_measure_come_to_all(ask: Ask, real_data: Callable[[str], Path]) -> None:
    """On the CDNOW sample at 1997-09-30 with its own cuts: 2,357 customers, and of the 39 weeks after it all
    that the file holds; scores of recency and frequency part who comes back from who does not."""
    sample, cut = transactions(real_data("cdnow")), dt.date(1997, 9, 30)
    cuts = cuts_from(ask(edges(rfm_base(orders, as_of=cut)), sample))
    found = by_group(ask(rfm_backtest(orders, as_of=cut, days=(END - cut).days, cuts=cuts), sample))
    later = [row for row in sample if row["ordered_on"] > cut]
    everybody = found["all", ""]
    assert (everybody["customers"], everybody["orders"]) == (2357, len(later))
    assert everybody["buyers"] == len({row["customer_key"] for row in later})
    assert everybody["net"] == sum(row["net"] for row in later)
    for measure in ("segment", "recency", "frequency", "monetary"):
        parts = [row for (of, _score), row in found.items() if of == measure]
        for name in ("customers", "buyers", "orders", "net"):
            assert sum(row[name] for row in parts) == everybody[name]
    for measure in ("recency", "frequency"):
        shares = [found[measure, str(score)]["share"] for score in range(1, 6)]
        assert shares == sorted(shares)
    assert found["segment", "champions"]["lift"] > D(2)
