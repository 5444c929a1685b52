"""Delete by key and insert, written once for both stores. Names come from the schema; no value is ever in
the SQL.

A batch's table waits as `incoming_<table>`; rows that the store does not hold yet in this form (`batch`
apart) are gathered in `changes_<table>`, and only these are written. So a second import of the same rows
writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recompra.warehouse.load import CLUSTERED_BY, KEYS, BrokenBatch, Counts
from recompra.warehouse.schema import TABLES

Execute = Callable[[str], list[tuple[Any, ...]]]


def _columns(table: str, prefix: str = "") -> str:
    return ", ".join(f'{prefix}"{name}"' for name in TABLES[table].columns)


def _same_key(table: str, left: str, right: str) -> str:
    return " AND ".join(f'{left}."{key}" = {right}."{key}"' for key in KEYS[table])


def refuse_twins(execute: Execute, table: str, batch: int) -> int:
    """The number of incoming rows; raises BrokenBatch when a key stands twice among them."""
    keys = ", ".join(f'"{key}"' for key in KEYS[table])
    rows, distinct = execute(
        f"SELECT coalesce(sum(n), 0), count(*) FROM "  # noqa: S608
        f"(SELECT count(*) AS n FROM incoming_{table} GROUP BY {keys}) AS grouped"
    )[0]
    if int(rows) != int(distinct):
        raise BrokenBatch(f"batch {batch}: {int(rows) - int(distinct)} rows of {table} have a key used twice")
    return int(rows)


def gather_changes(execute: Execute, table: str, batch: int) -> Counts:
    """Make `changes_<table>` (with `is_new`) and count what it means."""
    rows = refuse_twins(execute, table, batch)
    differs = " OR ".join(
        f'i."{name}" IS DISTINCT FROM o."{name}"' for name in TABLES[table].columns if name != "batch"
    )
    key = KEYS[table][0]
    execute(
        f"CREATE TEMPORARY TABLE changes_{table} AS "  # noqa: S608
        f'SELECT {_columns(table, "i.")}, o."{key}" IS NULL AS is_new '
        f"FROM incoming_{table} AS i LEFT JOIN {table} AS o ON {_same_key(table, 'i', 'o')} "
        f'WHERE o."{key}" IS NULL OR {differs}'
    )
    new, written = execute(
        f"SELECT count(*) FILTER (WHERE is_new), count(*) FROM changes_{table}"  # noqa: S608
    )[0]
    return Counts(new=int(new), changed=int(written) - int(new), unchanged=rows - int(written))


def write_changes(execute: Execute, table: str, counts: Counts) -> None:
    """Bring `changes_<table>` into the table and forget it and the incoming rows."""
    if counts.changed:
        execute(
            f"DELETE FROM {table} USING changes_{table} "  # noqa: S608
            f"WHERE NOT changes_{table}.is_new AND {_same_key(table, table, f'changes_{table}')}"
        )
    if counts.written:
        order = ", ".join(f'"{name}"' for name in CLUSTERED_BY[table])
        execute(
            f"INSERT INTO {table} ({_columns(table)}) "  # noqa: S608
            f"SELECT {_columns(table)} FROM changes_{table} ORDER BY {order}"
        )
    execute(f"DROP TABLE changes_{table}")
