"""Moves between segments: by hand on the twelve orders, in plain Python, and blind to what comes later."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.customer_summary import rfm_base
from recompra.analytics.rfm import Cuts, rfm
from recompra.analytics.rfm_migration import rfm_migration, rfm_moves
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders
from tests.analytics import slow_rfm
from tests.analytics.conftest import AS_OF, Ask
from tests.analytics.strategies import days, shops, windows
from tests.twelve_orders import ANA, BRUNO, CARLA, DAVI

TWELVE = Cuts((30, 12, 12, 5), (2, 3, 5, 10), (Decimal(740), Decimal(780), Decimal(780), Decimal(1900)), True)
CUTS = Cuts((400, 200, 60, 1), (2, 3, 4, 5), (Decimal("0.05"), Decimal(10), Decimal(100), Decimal("333.33")))
BEFORE = AS_OF - dt.timedelta(days=50)
NAMES = ("customers", "buyers", "ltv_since", "ltv_until")


def test_the_twelve_orders_by_hand(twelve: Engine) -> None:
    """Fifty days ago Ana had three purchases, the last one 50 days old (1-3-1, hibernating); Bruno stood as
    he stands now; Carla and Davi were not there yet."""
    found = twelve.rows(rfm_moves(orders, since=BEFORE, until=AS_OF, cuts=TWELVE))
    assert {row["customer_key"]: tuple(row.values())[1:] for row in found} == {
        ANA: ("hibernating", "loyal", True, Decimal("400.00"), Decimal("740.00")),
        BRUNO: ("at_risk", "at_risk", False, Decimal("1900.00"), Decimal("1900.00")),
        CARLA: (None, "hibernating", True, Decimal("0.00"), Decimal("49.90")),
        DAVI: (None, "promising", True, Decimal("0.00"), Decimal("780.00")),
    }
    summed = twelve.rows(rfm_migration(orders, since=BEFORE, until=AS_OF, cuts=TWELVE))
    assert {
        (row["segment_since"], row["segment_until"]): [row[name] for name in NAMES] for row in summed
    } == {
        ("at_risk", "at_risk"): [1, 0, Decimal("1900.00"), Decimal("1900.00")],
        ("hibernating", "loyal"): [1, 1, Decimal("400.00"), Decimal("740.00")],
        (None, "hibernating"): [1, 1, Decimal("0.00"), Decimal("49.90")],
        (None, "promising"): [1, 1, Decimal("0.00"), Decimal("780.00")],
    }


def test_one_store_alone(twelve: Engine) -> None:
    """In the store Centro alone Bruno came in 260 days ago and Davi never was."""
    found = twelve.rows(rfm_moves(orders, since=BEFORE, until=AS_OF, cuts=TWELVE, store_keys=[1]))
    assert {row["customer_key"]: (row["ltv_since"], row["ltv_until"]) for row in found} == {
        ANA: (Decimal("200.00"), Decimal("540.00")),
        BRUNO: (Decimal("1000.00"), Decimal("1000.00")),
        CARLA: (Decimal("0.00"), Decimal("49.90")),
    }


def test_only_some_people(twelve: Engine) -> None:
    some = rfm_base(orders, as_of=AS_OF).filter(lambda t: t.frequency >= 5)
    found = twelve.rows(rfm_migration(orders, since=BEFORE, until=AS_OF, cuts=TWELVE, among=some))
    assert [(row["segment_since"], row["customers"]) for row in found] == [("hibernating", 1)]


@settings(max_examples=12, deadline=None)
@given(shop=shops(), one=days, other=days, window=windows, stores=st.sampled_from([None, [2], [1, 2**60]]))
def test_it_agrees_with_plain_python(
    ask: Ask,
    shop: list[dict[str, Any]],
    one: dt.date,
    other: dt.date,
    window: int | None,
    stores: list[int] | None,
) -> None:
    since, until = sorted((one, other))
    asked: dict[str, Any] = {"since": since, "until": until, "cuts": CUTS, "window_days": window}
    found = ask(rfm_moves(orders, **asked, store_keys=stores), shop)
    expected = slow_rfm.moves(slow_rfm.in_stores(shop, stores), since, until, CUTS, window)
    assert len(found) == len(expected)
    assert {row.pop("customer_key"): row for row in found} == expected
    summed: dict[Any, list[Any]] = defaultdict(lambda: [0, 0, Decimal(0), Decimal(0)])
    for row in expected.values():
        kept = summed[row["segment_since"], row["segment_until"]]
        added = (1, int(row["bought"]), row["ltv_since"], row["ltv_until"])
        kept[:] = [before + more for before, more in zip(kept, added, strict=True)]
    told = ask(rfm_migration(orders, **asked, store_keys=stores), shop)
    assert {
        (row["segment_since"], row["segment_until"]): [row[name] for name in NAMES] for row in told
    } == summed


@settings(max_examples=8, deadline=None)
@given(shop=shops(), one=days, other=days)
def test_its_ends_are_the_reports_of_both_days_and_later_rows_change_nothing(
    ask: Ask, shop: list[dict[str, Any]], one: dt.date, other: dt.date
) -> None:
    since, until = sorted((one, other))
    moved = rfm_moves(orders, since=since, until=until, cuts=CUTS)
    found = ask(moved.order_by("customer_key"), shop)
    known = [row for row in shop if row["ordered_on"] <= until]
    assert ask(moved.order_by("customer_key"), known) == found
    for day, side in ((since, "segment_since"), (until, "segment_until")):
        scores = ask(rfm(rfm_base(orders, as_of=day), CUTS), shop)
        there = {row["customer_key"]: row[side] for row in found if row[side]}
        assert there == {row["customer_key"]: row["segment"] for row in scores}


def test_of_no_sales_there_are_no_moves(ask: Ask) -> None:
    assert ask(rfm_migration(orders, since=BEFORE, until=AS_OF, cuts=CUTS), []) == []
