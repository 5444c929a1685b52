"""How customers answer the shop's e-mails: by hand, and against a slow count on random events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import duckdb
import ibis.expr.types as ir
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.engagement import engagement
from recompra.warehouse.dialect import answer_schema, arrow_schema, to_sql
from recompra.warehouse.schema import TABLES, events
from tests.twelve_orders import ANA, BRUNO

Row = dict[str, Any]
Answer = Callable[[ir.Table, list[Row]], dict[int, Row]]
AS_OF = dt.date(2026, 6, 1)


@pytest.fixture(scope="module")
def answer() -> Answer:
    connection = duckdb.connect()

    def found(expr: ir.Table, rows: list[Row]) -> dict[int, Row]:
        table = pa.Table.from_pylist(rows, schema=arrow_schema(TABLES["events"].schema()))
        connection.register("events", table)
        answered = connection.sql(to_sql(expr, "duckdb")).to_arrow_table().cast(answer_schema(expr))
        return {row.pop("customer_key"): row for row in answered.to_pylist()}

    return found


def event(number: int, customer: int | None, name: str, days_ago: int) -> Row:
    day = AS_OF - dt.timedelta(days_ago)
    return {
        "event_key": number,
        "customer_key": customer,
        "event": f"email_{name}",
        "channel": "email",
        "occurred_at": dt.datetime.combine(day, dt.time(12)),
        "occurred_on": day,
        "campaign": None,
        "batch": 1,
    }


def test_ana_opens_and_bruno_leaves(answer: Answer) -> None:
    told = [
        (ANA, "sent", 89),
        (ANA, "opened", 89),
        (ANA, "opened", 90),  # the day that is not in the 90 any more
        (ANA, "sent", 10),
        (ANA, "clicked", 10),
        (ANA, "opened", -1),  # tomorrow
        (BRUNO, "sent", 200),
        (BRUNO, "complained", 199),
        (None, "opened", 1),
    ]
    found = answer(
        engagement(events, as_of=AS_OF), [event(number, *each) for number, each in enumerate(told)]
    )
    assert found == {
        ANA: {
            "last_sent_on": AS_OF - dt.timedelta(10),
            "last_opened_on": AS_OF - dt.timedelta(89),
            "last_clicked_on": AS_OF - dt.timedelta(10),
            "bounced_on": None,
            "unsubscribed_on": None,
            "messages": 2,
            "opens": 1,
            "clicks": 1,
        },
        BRUNO: {
            "last_sent_on": AS_OF - dt.timedelta(200),
            "last_opened_on": None,
            "last_clicked_on": None,
            "bounced_on": None,
            "unsubscribed_on": AS_OF - dt.timedelta(199),
            "messages": 0,
            "opens": 0,
            "clicks": 0,
        },
    }


LAST = {
    "last_sent_on": ("email_sent", "email_delivered"),
    "last_opened_on": ("email_opened",),
    "last_clicked_on": ("email_clicked",),
    "bounced_on": ("email_bounced",),
    "unsubscribed_on": ("email_unsubscribed", "email_complained"),
}
LATELY = {"messages": "email_sent", "opens": "email_opened", "clicks": "email_clicked"}


def slowly(rows: list[Row], days: int) -> dict[int, Row]:
    """The same in plain Python."""
    due = [row for row in rows if row["customer_key"] is not None and row["occurred_on"] <= AS_OF]
    found: dict[int, Row] = {}
    for customer in {row["customer_key"] for row in due}:
        own = [row for row in due if row["customer_key"] == customer]
        lately = [row for row in own if (AS_OF - row["occurred_on"]).days < days]
        found[customer] = {
            name: max((row["occurred_on"] for row in own if row["event"] in meant), default=None)
            for name, meant in LAST.items()
        } | {name: sum(row["event"] == meant for row in lately) for name, meant in LATELY.items()}
    return found


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.builds(
            event,
            st.integers(0, 2**62),
            st.sampled_from([None, ANA, BRUNO]),
            st.sampled_from(
                ["sent", "delivered", "opened", "clicked", "bounced", "unsubscribed", "complained"]
            ),
            st.integers(-3, 120),
        ),
        max_size=40,
    ),
    days=st.integers(1, 100),
)
def test_any_events_count_as_a_slow_reading_counts_them(answer: Answer, rows: list[Row], days: int) -> None:
    assert answer(engagement(events, as_of=AS_OF, days=days), rows) == slowly(rows, days)
