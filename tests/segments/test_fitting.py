"""Many rules at once hold the people that each holds by itself, on both engines."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.segments.rule.people import ALL, people_of
from recompra.segments.rule.read import read
from recompra.segments.rule.tree import Rule
from recompra.segments.upkeep.fitting import BITS, fitting
from recompra.warehouse.contract import Draft, Engine
from recompra.warehouse.engine import engine
from tests.segments import shop
from tests.segments.strategies import Json, rules
from tests.segments.test_rule_people import UNSHRUNK


@pytest.fixture(scope="module", params=["duckdb", pytest.param("postgresql", marks=pytest.mark.postgres)])
def facts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The shop of the random rules, in a store of either kind."""
    folder = tmp_path_factory.mktemp("fitting")
    url = f"duckdb:{folder / 'facts'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_url")
        url = f"{server}/postgres?schema=fitting_{secrets.token_hex(4)}"
    store = engine(url)
    shop.fill(store, folder / "parquet")
    yield store
    store.close()


def together(engine: Engine, asked: list[Rule]) -> list[set[int]]:
    found: list[set[int]] = [set() for _rule in asked]

    def look(draft: Draft) -> None:
        for row in draft.rows(fitting(draft, asked, shop.AS_OF, ALL)):
            for place, keys in enumerate(found):
                if row[f"fits_{place // BITS}"] >> place % BITS & 1:
                    keys.add(row["customer_key"])

    engine.revise(look)
    return found


def alone(engine: Engine, rule: Rule) -> set[int]:
    keys = people_of(rule, as_of=shop.AS_OF).select("customer_key")
    return {row["customer_key"] for row in engine.rows(keys)}


@settings(max_examples=12, deadline=None, phases=UNSHRUNK)
@given(given_rules=st.lists(rules, min_size=1, max_size=8))
def test_random_rules_together_hold_whom_each_holds_alone(facts: Engine, given_rules: list[Json]) -> None:
    asked = [read(rule) for rule in given_rules]
    assert together(facts, asked) == [alone(facts, rule) for rule in asked]


AMOUNTS = (("at_least", 0), ("at_least", 2), ("at_most", 0), ("at_most", 3), ("is", 0), ("between", [0, 2]))


def test_every_measure_with_every_comparison_and_more_rules_than_one_word_holds(facts: Engine) -> None:
    periods = [{}, {"period": {"last_days": 90}}]
    rules = [
        {"did": did, "measure": measure, "op": op, "value": value, **period}
        for did in ("bought", "returned")
        for measure in ("orders", "units", "value", "days")
        for op, value in (*AMOUNTS, ("never", None))
        for period in periods
    ]
    asked = [
        read({"version": 1, "rules": [{k: v for k, v in rule.items() if v is not None}]}) for rule in rules
    ]
    assert len(asked) > BITS
    assert together(facts, asked) == [alone(facts, rule) for rule in asked]
