"""An empty store of either kind."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from recompra.warehouse.contract import Engine
from recompra.warehouse.duck import DuckEngine
from recompra.warehouse.engine import engine


@pytest.fixture
def duck(tmp_path: Path) -> DuckEngine:
    return DuckEngine.at(f"duckdb:{tmp_path / 'facts'}")


@pytest.fixture(params=["duckdb", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty store; the test runs once for each kind."""
    if request.param == "duckdb":
        url = f"duckdb:{tmp_path / 'facts'}"
    else:
        server = request.getfixturevalue("postgres_url")
        url = f"{server}/postgres?schema=facts_{secrets.token_hex(4)}&archive={tmp_path / 'archive'}"
    found = engine(url)
    yield found
    found.close()
