"""The funnel of the shop's site: by hand, and against a slow count on random visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import ibis.expr.types as ir
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.funnel import STAGES, funnel
from recompra.warehouse.dialect import answer_schema, arrow_schema, to_sql
from recompra.warehouse.schema import TABLES, visits

Row = dict[str, Any]
Answer = Callable[[ir.Table, list[Row]], list[Row]]
DAY = dt.date(2026, 6, 1)


@pytest.fixture(scope="module")
def answer() -> Answer:
    connection = duckdb.connect()

    def found(expr: ir.Table, rows: list[Row]) -> list[Row]:
        table = pa.Table.from_pylist(rows, schema=arrow_schema(TABLES["visits"].schema()))
        connection.register("visits", table)
        answered = connection.sql(to_sql(expr, "duckdb")).to_arrow_table().cast(answer_schema(expr))
        return list(answered.to_pylist())

    return found


def visit(number: int, visitor: int, event: str, day: dt.date = DAY, **fields: Any) -> Row:
    return {
        "visit_key": number,
        "visitor_key": visitor,
        "customer_key": None,
        "event": event,
        "occurred_at": dt.datetime.combine(day, dt.time(12)),
        "occurred_on": day,
        "store_key": None,
        "source": None,
        "medium": None,
        "campaign": None,
        "batch": 1,
    } | fields


def seen(*events: tuple[int, str], **fields: Any) -> list[Row]:
    return [visit(number, visitor, event, **fields) for number, (visitor, event) in enumerate(events)]


def june(**asked: Any) -> ir.Table:
    return funnel(visits, since=DAY, until=dt.date(2026, 6, 30), **asked)


def test_four_look_two_choose_and_one_buys(answer: Answer) -> None:
    rows = seen(
        *((visitor, "page_view") for visitor in (1, 2, 3, 4, 1)),
        *((visitor, "view_item") for visitor in (1, 2, 3)),
        (1, "add_to_cart"),
        (2, "begin_checkout"),
        (1, "purchase"),
        (1, "scroll"),
    )
    assert answer(june(), rows) == [
        {
            "visitors": 4,
            "attraction": 4,
            "interest": 3,
            "decision": 2,
            "action": 1,
            "identified": 0,
            "interest_rate": Decimal("0.7500"),
            "decision_rate": Decimal("0.6667"),
            "action_rate": Decimal("0.5000"),
            "conversion": Decimal("0.2500"),
        }
    ]


def test_a_stage_without_data_is_passed_over(answer: Answer) -> None:
    found = answer(june(), seen((1, "session_start"), (2, "session_start"), (2, "purchase")))[0]
    assert (found["interest"], found["interest_rate"], found["decision_rate"]) == (0, None, None)
    assert found["action_rate"] == Decimal("0.5000")  # of those attracted, the nearest stage told


def test_without_the_first_stages_nothing_is_a_rate_of_nothing(answer: Answer) -> None:
    found = answer(june(), seen((1, "add_to_cart"), (2, "add_to_cart"), (1, "purchase")))[0]
    assert (found["decision_rate"], found["action_rate"]) == (None, Decimal("0.5000"))


def test_where_nobody_buys_on_the_site_there_is_no_conversion(answer: Answer) -> None:
    assert answer(june(), seen((1, "page_view")))[0]["conversion"] is None
    empty = answer(june(), [])[0]
    assert (empty["visitors"], empty["attraction"], empty["conversion"]) == (0, 0, None)


def test_only_the_days_asked_for_and_the_stores(answer: Answer) -> None:
    rows = [
        visit(1, 1, "page_view", DAY - dt.timedelta(1)),
        visit(2, 2, "page_view", DAY, store_key=2),
        visit(3, 3, "page_view", dt.date(2026, 6, 30)),
        visit(4, 4, "page_view", dt.date(2026, 7, 1)),
    ]
    assert answer(june(), rows)[0]["visitors"] == 2
    assert answer(june(store_keys=[2]), rows)[0]["visitors"] == 1
    assert answer(june(store_keys=[]), rows)[0]["visitors"] == 0


def test_by_source_a_visitor_counts_once_in_each(answer: Answer) -> None:
    rows = [
        visit(1, 1, "page_view", source="google", customer_key=7),
        visit(2, 1, "purchase", source="google"),
        visit(3, 1, "page_view", source="instagram"),
        visit(4, 2, "page_view", source="google"),
    ]
    found = {row["source"]: row for row in answer(june(by=("source",)), rows)}
    assert set(found) == {"google", "instagram"}
    assert (found["google"]["visitors"], found["google"]["identified"]) == (2, 1)
    assert (found["google"]["conversion"], found["instagram"]["conversion"]) == (Decimal("0.5000"), None)


def share(part: int, whole: int | None) -> Decimal | None:
    if not part or not whole:
        return None
    return (Decimal(part) / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def slowly(rows: list[Row]) -> Row:
    """The same in plain Python."""
    inside = [row for row in rows if DAY <= row["occurred_on"] <= dt.date(2026, 6, 30)]
    counts = {
        stage: len({row["visitor_key"] for row in inside if row["event"] in events})
        for stage, events in STAGES.items()
    }
    found: Row = {"visitors": len({row["visitor_key"] for row in inside}), **counts}
    found["identified"] = len({row["visitor_key"] for row in inside if row["customer_key"] is not None})
    before: int | None = None
    for stage, count in counts.items():
        if stage != "attraction":
            found[f"{stage}_rate"] = share(count, before)
        before = count or before
    found["conversion"] = share(counts["action"], found["visitors"])
    return found


NAMES = [name for stage in STAGES.values() for name in stage] + ["scroll", "PURCHASE", ""]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.builds(
            visit,
            st.integers(0, 2**62),
            st.integers(1, 12),
            st.sampled_from(NAMES),
            st.dates(DAY - dt.timedelta(3), DAY + dt.timedelta(40)),
            customer_key=st.sampled_from([None, 5, 6]),
        ),
        max_size=60,
    )
)
def test_any_visits_count_as_a_slow_reading_counts_them(answer: Answer, rows: list[Row]) -> None:
    assert answer(june(), rows) == [slowly(rows)]
