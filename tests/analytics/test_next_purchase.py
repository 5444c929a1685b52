"""The next purchase: by hand, in plain Python, on CDNOW, and whatever a file may hold."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import ibis.expr.types as ir
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.next_purchase import (
    ENOUGH,
    LADDER,
    LONGEST,
    interval_forecasts,
    interval_pool,
    next_purchase,
    purchase_intervals,
)
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders
from tests import twelve_orders
from tests.analytics.cdnow import transactions
from tests.analytics.conftest import AS_OF, Ask
from tests.analytics.strategies import days, shops
from tests.warehouse.facts import order

DAY = dt.timedelta(days=1)


def asked(as_of: dt.date, stores: list[int] | None = None) -> ir.Table:
    intervals = purchase_intervals(orders, as_of=as_of, store_keys=stores)
    return next_purchase(intervals, interval_pool(intervals))


def purchase_days(
    shop: list[dict[str, Any]], as_of: dt.date, stores: list[int] | None
) -> dict[int, list[dt.date]]:
    """{customer: the days with a purchase}."""
    found: dict[int, set[dt.date]] = {}
    for row in shop:
        counts = row["kind"] == "sale" and not row["is_cancelled"] and row["ordered_on"] <= as_of
        if counts and row["customer_key"] is not None and (stores is None or row["store_key"] in stores):
            found.setdefault(row["customer_key"], set()).add(row["ordered_on"])
    return {who: sorted(on) for who, on in found.items()}


def gaps_of(on: list[dt.date]) -> list[int]:
    return [(later - earlier).days for earlier, later in itertools.pairwise(on)]


def slowly(
    shop: list[dict[str, Any]], as_of: dt.date, stores: list[int] | None
) -> dict[int, tuple[Any, ...]]:
    """{customer: (interval in days, factor at the tenth percentile, at the ninetieth, is pooled)}."""
    people = purchase_days(shop, as_of, stores)
    logs = [math.log(gap) for on in people.values() for gap in gaps_of(on)]
    if not logs:
        return {}
    mu = sum(logs) / len(logs)

    def expected(gaps: list[int]) -> float:
        return (sum(map(math.log, gaps)) + 2 * mu) / (len(gaps) + 2)

    off: dict[int, list[float]] = {}
    for on in people.values():
        for place, gap in enumerate(gaps := gaps_of(on)):
            off.setdefault(rung(place), []).append(math.log(gap) - expected(gaps[:place]))
    together = [one for step in off.values() for one in step]
    found = {}
    for who, on in people.items():
        gaps = gaps_of(on)
        own = off.get(rung(len(gaps)), [])
        judged = sorted(own if len(own) >= ENOUGH else together)
        low, high = (judged[math.ceil(len(judged) * part / 10) - 1] for part in (1, 9))
        found[who] = math.exp(expected(gaps)), low, high, not gaps
    return found


def rung(past: int) -> int:
    return max(step for step in LADDER if step <= past)


def test_the_twelve_orders_by_hand(twelve: Engine) -> None:
    """Ana's intervals: 100, 100, 60, 28 days; Bruno's: 140; Carla and Davi bought once."""
    rows = {row["customer_key"]: row for row in twelve.rows(asked(AS_OF))}
    mu = math.log(100 * 100 * 60 * 28 * 140) / 5
    ana, bruno = rows[twelve_orders.ANA], rows[twelve_orders.BRUNO]
    assert ana["interval_days"] == pytest.approx(
        (100 * 100 * 60 * 28 * math.exp(2 * mu)) ** (1 / 6), rel=1e-8
    )
    assert bruno["interval_days"] == pytest.approx((140 * math.exp(2 * mu)) ** (1 / 3), rel=1e-8)
    assert (round(ana["interval_days"], 2), round(bruno["interval_days"], 2)) == (67.45, 92.24)
    assert ana["next_on"] == AS_OF - 12 * DAY + 67 * DAY
    assert (ana["purchase_days"], ana["is_pooled"]) == (5, False)
    for who in (twelve_orders.CARLA, twelve_orders.DAVI):
        assert rows[who]["interval_days"] == pytest.approx(math.exp(mu), rel=1e-8)
        assert (rows[who]["purchase_days"], rows[who]["is_pooled"]) == (1, True)
    assert set(rows) == {twelve_orders.ANA, twelve_orders.BRUNO, twelve_orders.CARLA, twelve_orders.DAVI}


def test_the_window_by_hand(twelve: Engine) -> None:
    """Of five intervals the tenth percentile is the least, the ninetieth the greatest: Ana's 28 days where
    (100 * 100 * 60 * mu^2)^(1/5) were expected, and her 100 or Bruno's 140 where mu was."""
    mu = math.log(100 * 100 * 60 * 28 * 140) / 5
    least = math.log(28) - (math.log(100 * 100 * 60) + 2 * mu) / 5
    most = math.log(140) - mu
    row = next(r for r in twelve.rows(asked(AS_OF)) if r["customer_key"] == twelve_orders.ANA)
    low, high = (row["interval_days"] * math.exp(off) for off in (least, most))
    last = AS_OF - 12 * DAY
    assert (row["next_from"] - last).days == math.ceil(low - 0.1)
    assert (row["next_until"] - last).days == math.floor(high + 0.1)


@settings(max_examples=60, deadline=None)
@given(shop=shops(), as_of=days, stores=st.sampled_from([None, [2], []]))
def test_it_agrees_with_plain_python(
    ask: Ask, shop: list[dict[str, Any]], as_of: dt.date, stores: list[int] | None
) -> None:
    rows = ask(asked(as_of, stores), shop)
    people, slow = purchase_days(shop, as_of, stores), slowly(shop, as_of, stores)
    assert {row["customer_key"] for row in rows} == set(slow)
    for row in rows:
        interval, low, high, is_pooled = slow[row["customer_key"]]
        on = people[row["customer_key"]]
        assert row["interval_days"] == pytest.approx(interval, rel=1e-7)
        assert (row["last_on"], row["purchase_days"], row["is_pooled"]) == (on[-1], len(on), is_pooled)
        until, since, due = ((row[name] - on[-1]).days for name in ("next_until", "next_from", "next_on"))
        assert due == pytest.approx(interval, abs=0.5001)
        assert 1 <= since <= due <= until <= LONGEST
        assert since <= max(1, math.ceil(interval * math.exp(low)))
        assert until >= min(LONGEST, math.floor(interval * math.exp(high)))
        assert since >= min(due, math.floor(interval * math.exp(low - 0.002)))
        assert until <= max(due, math.ceil(interval * math.exp(high + 0.002)))


@settings(max_examples=30, deadline=None)
@given(shop=shops(), as_of=days)
def test_what_comes_later_changes_nothing(ask: Ask, shop: list[dict[str, Any]], as_of: dt.date) -> None:
    def told(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        return sorted(tuple(row.values()) for row in ask(asked(as_of), rows))

    assert told(shop) == told([row for row in shop if row["ordered_on"] <= as_of])


def test_ten_years_ahead_is_the_furthest(ask: Ask) -> None:
    far = [
        order(1, 1, dt.date(1990, 1, 1)),
        order(2, 1, dt.date(2026, 1, 1)),
        order(3, 2, dt.date(2026, 1, 1)),
        order(4, 2, dt.date(2026, 1, 2)),
    ]
    for row in ask(asked(AS_OF), far):
        assert all(
            (row[name] - row["last_on"]).days <= LONGEST for name in ("next_from", "next_on", "next_until")
        )


def test_of_people_who_bought_once_there_is_nothing_to_tell(ask: Ask) -> None:
    assert ask(asked(AS_OF), [order(n, n, AS_OF - n * DAY) for n in range(1, 11)]) == []


def test_somebody_who_buys_every_day_is_due_tomorrow(ask: Ask) -> None:
    shop = [order(n, 1, AS_OF - n * DAY) for n in range(300)]
    (row,) = ask(asked(AS_OF), shop)
    assert (row["next_from"], row["next_on"], row["next_until"]) == (AS_OF + DAY,) * 3
    assert row["interval_days"] == 1.0


def forecasts(cut: dt.date, until: dt.date, as_of: dt.date) -> ir.Table:
    """As the protocol of knowledge/prediction.md says: pool of what ended before the cut, purchase days from
    the cut on with three or more so far, the last days dropped."""
    intervals = purchase_intervals(orders, as_of=as_of)
    pool = interval_pool(intervals.filter(intervals.ordered_on < cut))
    told = interval_forecasts(intervals.filter(intervals.past >= 2), pool)
    return told.filter(told.began_on >= cut, told.began_on <= until)


@pytest.mark.parametrize("cut", [dt.date(1997, 10, 1), dt.date(1997, 12, 1), dt.date(1998, 2, 1)])
def test_on_cdnow_it_misses_by_less_than_mean_and_median_and_the_window_covers(
    ask: Ask, real_data: Callable[[str], Path], cut: dt.date
) -> None:
    shop = transactions(real_data("cdnow"))
    end = dt.date(1998, 6, 30)
    found = ask(forecasts(cut, end - 60 * DAY, end), shop)
    people = purchase_days(shop, end, None)
    miss: dict[str, float] = {"interval": 0.0, "mean": 0.0, "median": 0.0}
    for row in found:
        on = [day for day in people[row["customer_key"]] if day <= row["began_on"]]
        assert row["mean_days"] == pytest.approx(sum(gaps_of(on)) / row["past"])
        miss["interval"] += abs(row["interval_days"] - row["gap_days"])
        miss["mean"] += abs(row["mean_days"] - row["gap_days"])
        miss["median"] += abs(median(gaps_of(on)) - row["gap_days"])
    assert len(found) > 300
    assert miss["interval"] < 0.9 * min(miss["mean"], miss["median"])
    inside = sum(row["from_days"] <= row["gap_days"] <= row["until_days"] for row in found)
    assert 0.76 <= inside / len(found) <= 0.84
