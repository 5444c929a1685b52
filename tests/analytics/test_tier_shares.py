"""How the members of the loyalty programmes are spread: by hand and in plain Python."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.tier_shares import tier_shares
from recompra.warehouse.dialect import answer_schema, arrow_schema, to_sql
from recompra.warehouse.schema import people
from tests.analytics.slow_figures import mean, ratio

Member = tuple[str | None, str | None, Decimal | None, int | None]
DAY = dt.date(2024, 1, 1)
SCHEMA = arrow_schema(people.schema())


def answer(expr: ibis.Expr, members: list[Member]) -> list[dict[str, Any]]:
    nothing = {field.name: False if field.type == pa.bool_() else None for field in SCHEMA}
    nothing |= {"registered_on": DAY, "completeness": 0}
    rows = [
        nothing
        | {"customer_key": key, "loyalty_program": program, "loyalty_tier": tier, "ltv": ltv}
        | {"first_on": None if ltv is None else DAY, "store_key": store}
        for key, (program, tier, ltv, store) in enumerate(members)
    ]
    with duckdb.connect() as connection:
        connection.register("people", pa.Table.from_pylist(rows, schema=SCHEMA))
        found = connection.sql(to_sql(expr, "duckdb")).to_arrow_table().cast(answer_schema(expr))
        answered: list[dict[str, Any]] = found.to_pylist()
        return answered


def test_three_members_by_hand() -> None:
    members: list[Member] = [
        ("Clube", "Ouro", Decimal("740.00"), 1),
        ("Clube", "Prata", Decimal("49.90"), 2),
        ("Clube", "Prata", None, None),
        (None, None, Decimal("900.00"), 1),
    ]
    assert [tuple(row.values()) for row in answer(tier_shares(people), members)] == [
        ("Clube", "Ouro", 1, Decimal("0.3333"), 1, Decimal("740.00"), Decimal("740.00")),
        ("Clube", "Prata", 2, Decimal("0.6667"), 1, Decimal("49.90"), Decimal("49.90")),
    ]


def test_a_store_sees_its_own_and_those_who_prefer_none_yet() -> None:
    members: list[Member] = [("Clube", "Ouro", Decimal(1), store) for store in (1, 2, None)]
    (row,) = answer(tier_shares(people, store_keys=[1]), members)
    assert row["members"] == 2


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "Clube", "Águia"]),
            st.sampled_from([None, "Ouro", "Prata"]),
            st.sampled_from([None, Decimal("0.01"), Decimal("-5"), Decimal("100.05")]),
            st.sampled_from([None, 1, 2]),
        ),
        max_size=20,
    )
)
def test_it_agrees_with_plain_python(members: list[Member]) -> None:
    groups: dict[tuple[str, str | None], list[Decimal | None]] = defaultdict(list)
    for program, tier, ltv, _store in members:
        if program:
            groups[program, tier].append(ltv)
    sizes = {
        name: sum(len(rows) for (program, _t), rows in groups.items() if program == name)
        for name, _t in groups
    }
    expected = {}
    for (program, tier), values in groups.items():
        spent = [value for value in values if value is not None]
        total = sum(spent, Decimal(0))
        share = ratio(len(values), sizes[program])
        expected[program, tier] = (len(values), share, len(spent), total, mean(total, len(spent)))
    found = {tuple(row.values())[:2]: tuple(row.values())[2:] for row in answer(tier_shares(people), members)}
    assert found == expected
