"""Whose time it is to be called: by hand, in plain Python, and the same as the signal on the page."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.due_calls import due_calls, is_within_reach
from recompra.customers.xray.remarketing import State, signal
from recompra.warehouse.dialect import answer_schema, arrow_schema, to_sql
from recompra.warehouse.schema import TABLES, predictions, scores

TODAY = dt.date(2026, 6, 1)
CENT = Decimal("0.01")


def score(
    who: int, waiting: int, mean: str | None, ltv: str = "300.00", known: int | None = None
) -> dict[str, Any]:
    return {
        "customer_key": who, "as_of": TODAY, "cuts_version": 1,
        "first_on": TODAY - dt.timedelta(days=waiting if known is None else known),
        "last_on": TODAY - dt.timedelta(days=waiting), "orders": 3, "purchase_days": 3,
        "ltv": Decimal(ltv),
        "aov": Decimal(ltv), "mean_interval_days": None if mean is None else Decimal(mean), "store_key": 1,
        "is_online": False, "recency_days": waiting, "frequency": 3, "monetary": Decimal(ltv),
        "recency_score": 3, "frequency_score": 3, "monetary_score": 3, "segment": "loyal",
    }  # fmt: skip


def predicted(who: int, **told: Any) -> dict[str, Any]:
    empty = dict.fromkeys(predictions.columns)
    return empty | {"customer_key": who, "as_of": TODAY, "models_version": 1, "is_active": True} | told


def answer(
    rows: list[dict[str, Any]], forecasts: list[dict[str, Any]], after: int = 1
) -> dict[int, dict[str, Any]]:
    connection = duckdb.connect()
    for name, content in (("scores", rows), ("predictions", forecasts)):
        table = pa.Table.from_pylist(content, schema=arrow_schema(TABLES[name].schema()))
        connection.register(name, table)
    expr = due_calls(scores, predictions, as_of=TODAY, after_days=after)
    found = connection.sql(to_sql(expr, "duckdb")).to_arrow_table().cast(answer_schema(expr)).to_pylist()
    return {row["customer_key"]: row for row in found}


def test_a_mean_of_fifteen_days_fires_on_day_sixteen() -> None:
    found = answer([score(1, 15, "15"), score(2, 16, "15"), score(3, 20, "15"), score(4, 99, None)], [])
    assert {who: row["over_days"] for who, row in found.items()} == {2: 1, 3: 5}
    assert set(answer([score(1, 15, "15"), score(2, 14, "15")], [], after=0)) == {1}


def test_the_stake_is_the_risk_times_the_predicted_spend() -> None:
    told = predicted(1, churn_risk=0.25, spend_365=Decimal("1000.00"), next_from=TODAY, next_until=TODAY)
    rows = [score(1, 40, "30"), score(2, 40, "30", "600.00", 730), score(3, 40, "30", "600.00", 100)]
    found = answer(rows, [told, predicted(2, churn_risk=0.25)])
    assert (found[1]["stake"], found[1]["is_forecast"], found[1]["next_from"]) == (
        Decimal("250.00"),
        True,
        TODAY,
    )
    # R$ 600.00 in two years are 300.00 a year; 10 of 30 days over are a third of it
    assert (found[2]["stake"], found[2]["is_forecast"], found[2]["next_from"]) == (
        Decimal("100.00"),
        False,
        None,
    )
    assert found[3]["stake"] == Decimal("200.00")  # known for less than a year: what it was


def test_who_is_long_gone_is_not_called_but_who_buys_seldom_is() -> None:
    found = answer([score(1, 180, "10"), score(2, 181, "10"), score(3, 400, "200"), score(4, 401, "200")], [])
    assert set(found) == {1, 3}


def test_active_is_what_the_shop_calls_so_where_it_was_predicted() -> None:
    rows = [score(1, 300, "10"), score(2, 100, "10"), score(3, 100, "60")]
    forecasts = [predicted(1, is_active=True), predicted(2, is_active=False), predicted(3, is_active=False)]
    assert set(answer(rows, forecasts)) == {1, 3}


def test_somebody_whose_orders_were_given_away_is_at_no_stake() -> None:
    assert answer([score(1, 40, "30", ltv="-5.00")], [])[1]["stake"] == Decimal("0.00")


@settings(max_examples=60, deadline=None)
@given(
    people=st.lists(
        st.tuples(
            st.integers(0, 500),
            st.none() | st.decimals("0.01", "300", places=2),
            st.decimals("0", "9999", places=2),
        ),
        max_size=8,
    ),
    after=st.integers(0, 30),
)
def test_it_is_the_signal_of_the_page_for_everybody_within_reach(
    people: list[tuple[int, Decimal | None, Decimal]], after: int
) -> None:
    rows = [
        score(who, waiting, None if mean is None else str(mean), str(ltv))
        for who, (waiting, mean, ltv) in enumerate(people, 1)
    ]
    found = answer(rows, [], after)
    for who, (waiting, mean, ltv) in enumerate(people, 1):
        told = signal(mean, TODAY - dt.timedelta(days=waiting), TODAY, after)
        usual = 0 if mean is None else int(mean.quantize(Decimal(1), ROUND_HALF_UP))
        assert (who in found) == (told.state == State.WRITE and is_within_reach(waiting, usual))
        if who in found and usual:
            yearly = Decimal(ltv * 365 / max(365, waiting)).quantize(CENT, ROUND_HALF_UP)
            share = Decimal(min(waiting - usual, usual)) / usual
            assert found[who]["stake"] == (yearly * share).quantize(CENT, ROUND_HALF_UP)
            assert found[who]["over_days"] == told.days


@pytest.mark.parametrize("mean", ["0.20", "0.49"])
def test_a_mean_that_rounds_to_no_day_divides_nothing(mean: str) -> None:
    found = answer([score(1, 3, mean)], [])
    assert (found[1]["usual_days"], found[1]["stake"]) == (0, Decimal("0.00"))
