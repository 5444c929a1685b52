"""A rule gives the people that a plain reading gives, on DuckDB and PostgreSQL, for all stores or few."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from recompra.segments.rule.people import ALL, people_of
from recompra.segments.rule.read import read
from recompra.segments.rule.write import as_json
from recompra.warehouse.contract import Engine
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES
from tests.segments import oracle, shop
from tests.segments.strategies import Json, rules

ROWS = shop.rows()
scopes = st.sampled_from([None, {1}, {2, 3}, set[int]()])


@pytest.fixture(scope="module", params=["duckdb", pytest.param("postgresql", marks=pytest.mark.postgres)])
def facts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The shop of the random rules, in a store of either kind."""
    folder = tmp_path_factory.mktemp("rules")
    url = f"duckdb:{folder / 'facts'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_url")
        url = f"{server}/postgres?schema=rules_{secrets.token_hex(4)}"
    store = engine(url)
    shop.fill(store, folder / "parquet")
    yield store
    store.close()


def found(facts: Engine, rule: Json, stores: set[int] | None = None) -> set[int]:
    expr = people_of(read(rule), as_of=shop.AS_OF, stores=stores).select("customer_key")
    return {row["customer_key"] for row in facts.rows(expr)}


UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A rule that fails is small enough to read: making it smaller takes minutes."""


@pytest.mark.slow
@settings(max_examples=120, deadline=None, phases=UNSHRUNK)
@given(rule=rules, stores=scopes)
def test_a_random_rule_gives_the_people_of_a_plain_reading(
    facts: Engine, rule: Json, stores: set[int] | None
) -> None:
    assert found(facts, rule, stores) == oracle.people(rule, ROWS, shop.AS_OF, stores)


@pytest.mark.slow
@settings(max_examples=30, deadline=None, phases=UNSHRUNK)
@given(rule=rules, chosen=st.sets(st.sampled_from(shop.KEYS), min_size=1, max_size=8))
def test_a_few_people_are_found_alone_as_among_all(facts: Engine, rule: Json, chosen: set[int]) -> None:
    few = TABLES["people"].filter(lambda t: t.customer_key.isin(sorted(chosen))).select("customer_key")
    alone = people_of(read(rule), as_of=shop.AS_OF, facts=ALL.of_customers(few)).select("customer_key")
    assert {row["customer_key"] for row in facts.rows(alone)} == found(facts, rule) & chosen


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(rule=rules)
def test_a_rule_is_read_back_as_it_was_written(rule: Json) -> None:
    understood = read(rule)
    assert read(as_json(understood)) == understood
