"""Cohorts by hand on the twelve orders, against plain Python, and as CDNOW is known."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.cohorts import cohorts
from recompra.analytics.customer_summary import customer_summary
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders
from tests.analytics import oracle, slow_figures
from tests.analytics.conftest import AS_OF, Ask
from tests.analytics.strategies import days, shops

AUGUST, MAY = dt.date(2025, 8, 1), dt.date(2026, 5, 1)


def test_the_twelve_orders_by_hand(twelve: Engine) -> None:
    """As of 1 June: Ana began in August, Carla and Davi in May; June has just begun."""
    rows = twelve.rows(cohorts(orders, since=AUGUST, until=AS_OF, as_of=AS_OF))
    ana = {row["month"]: row for row in rows if row["cohort_on"] == AUGUST}
    assert {month: row["buyers"] for month, row in ana.items()} == {
        0: 1, 1: 0, 2: 0, 3: 1, 4: 0, 5: 0, 6: 1, 7: 0, 8: 1, 9: 1, 10: None,
    }  # fmt: skip
    assert ana[9]["net"] == Decimal("190.00")  # 250.00 bought, 60.00 given back
    assert ana[1] == {
        "cohort_on": AUGUST,
        "month": 1,
        "customers": 1,
        "buyers": 0,
        "net": Decimal(0),
        "share": Decimal(0),
    }
    may = [tuple(row.values()) for row in rows if row["cohort_on"] == MAY]
    assert may == [
        (MAY, 0, 2, 2, Decimal("829.90"), Decimal("1.0000")),
        (MAY, 1, 2, None, None, None),
    ]
    assert {row["cohort_on"] for row in rows} == {AUGUST, MAY}  # Bruno began before


def test_on_its_last_day_a_month_is_over(twelve: Engine) -> None:
    end = dt.date(2026, 5, 31)
    rows = twelve.rows(cohorts(orders, since=MAY, until=end, as_of=end))
    assert [(row["month"], row["buyers"]) for row in rows] == [(0, 2)]


@settings(max_examples=25, deadline=None)
@given(shop=shops(), since=days, until=days, as_of=days, stores=st.sampled_from([None, [1]]))
def test_it_agrees_with_plain_python(
    ask: Ask,
    shop: list[dict[str, Any]],
    since: dt.date,
    until: dt.date,
    as_of: dt.date,
    stores: list[int] | None,
) -> None:
    found = ask(cohorts(orders, since=since, until=until, as_of=as_of, store_keys=stores), shop)
    assert found == slow_figures.cohorts(shop, since, until, as_of, stores)


@settings(max_examples=15, deadline=None)
@given(shop=shops(), as_of=days)
def test_among_some_people_nobody_else_counts(ask: Ask, shop: list[dict[str, Any]], as_of: dt.date) -> None:
    summary = customer_summary(orders, as_of=as_of)
    some = summary.filter(summary.purchase_days >= 2)
    who = {key for key, row in oracle.summary(shop, as_of).items() if row["purchase_days"] >= 2}
    since = dt.date(2024, 1, 1)
    found = ask(cohorts(orders, since=since, until=as_of, as_of=as_of, among=some), shop)
    assert found == slow_figures.cohorts(shop, since, as_of, as_of, None, who)
