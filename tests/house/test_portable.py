"""Metrics keep to what every engine does alike. The banned list and its reasons: docs/decisions/0001."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import recompra.analytics

FILES = sorted(Path(recompra.analytics.__path__[0]).glob("*.py"))
BANNED = {
    "approx_nunique": "every engine gives another number",
    "approx_median": "every engine gives another number",
    "approx_quantile": "every engine gives another number",
    "asof_join": "not on Spark",
    "mode": "not on ClickHouse and Spark",
    "median": "of decimals not on ClickHouse",
    "percent_rank": "not on ClickHouse",
    "group_concat": "its order differs",
    "map": "map literals fail on PostgreSQL",
    "round": "ClickHouse rounds halves to even: use portable.half_up",
    "ntile": "parts equal rows",
    "first": "of unordered rows is any of them",
    "last": "of unordered rows is any of them",
    "arbitrary": "is any of them",
    "argmax": "breaks ties as each engine likes",
    "argmin": "breaks ties as each engine likes",
    "execute": "a metric never executes",
    "connect": "a metric never connects",
    "sql": "a metric is an expression, not text",
    "now": "a metric is as of a day that is given",
    "today": "a metric is as of a day that is given",
}


def calls(file: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_banned_operation(file: Path) -> None:
    found = [
        f"{file.name}:{call.lineno} {call.func.attr}: {BANNED[call.func.attr]}"
        for call in calls(file)
        if isinstance(call.func, ast.Attribute) and call.func.attr in BANNED
    ]
    assert not found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_division_outside_the_exact_one(file: Path) -> None:
    """Quotients differ: DuckDB's are floats, PostgreSQL's exact, Spark fails on zero. portable.half_up is
    neither."""
    divisions = [
        f"{file.name}:{node.lineno}"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv)
    ]
    assert not divisions or file.name == "portable.py"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_money_is_never_a_float(file: Path) -> None:
    floats = [
        f"{file.name}:{node.lineno}"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and (isinstance(node.value, float) or node.value == "float64")
    ]
    assert not floats


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_days_are_counted_between_dates(file: Path) -> None:
    """`timestamp.delta` has three different answers: a delta's sides are dates (ordered_on, last_on,
    as_of)."""
    for call in calls(file):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "delta":
            assert "_at" not in ast.unparse(call), f"{file.name}:{call.lineno}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_metric_imports_ibis_and_the_standard_library_alone(file: Path) -> None:
    tree = ast.parse(file.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {
        name
        for name in names
        if name.split(".")[0] not in {*sys.stdlib_module_names, "ibis"}
        and not name.startswith("recompra.analytics")
    }
    assert not foreign
