"""Delete by key and insert, written once for both stores. Names come from the schema; no value is ever in
the SQL.

A batch's rows wait in a table or view, `source`. Rows that the store does not hold in this form yet (`batch`
apart) are `changes_<table>`, and only these are written: a second import of the same rows writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from recompra.warehouse.load import CLUSTERED_BY, KEYS, BrokenBatch, Counts
from recompra.warehouse.schema import TABLES

Execute = Callable[[str], list[tuple[Any, ...]]]


@dataclass
class Upsert:
    """One table of one batch. `row_id`: the store's own name of a row's place (rowid, ctid); `source`: where
    the batch's rows wait."""

    execute: Execute
    table: str
    batch: int
    row_id: str
    source: str
    kind: str = "TABLE"

    def gather(self) -> Counts:
        """Make `changes_<table>` and count what it means; raises BrokenBatch when a key comes twice."""
        rows = self._distinct_rows()
        if not self._meets():
            self.kind = "VIEW"  # what is all new goes in without a copy in between
            self.execute(
                f"CREATE TEMPORARY VIEW changes_{self.table} AS "  # noqa: S608
                f"SELECT *, NULL AS row_id FROM {self.source}"
            )
            return Counts(new=rows)
        self.execute(self._changes())
        written, changed = self.execute(
            f"SELECT count(*), count(row_id) FROM changes_{self.table}"  # noqa: S608
        )[0]
        return Counts(int(written) - int(changed), int(changed), rows - int(written))

    def write(self, counts: Counts) -> None:
        """Bring `changes_<table>` into the table."""
        if counts.changed:
            self.execute(
                f"DELETE FROM {self.table} WHERE {self.row_id} IN "  # noqa: S608
                f"(SELECT row_id FROM changes_{self.table} WHERE row_id IS NOT NULL)"
            )
        if counts.written:
            columns = ", ".join(f'"{name}"' for name in TABLES[self.table].columns)
            self.execute(
                f"INSERT INTO {self.table} ({columns}) "  # noqa: S608
                f"SELECT {columns} FROM changes_{self.table} ORDER BY {order_of(self.table)}"
            )

    def forget(self) -> None:
        """Drop `changes_<table>`."""
        self.execute(f"DROP {self.kind} changes_{self.table}")

    def _distinct_rows(self) -> int:
        keys = ", ".join(f'"{key}"' for key in KEYS[self.table])
        rows, distinct = self.execute(
            f"SELECT coalesce(sum(n), 0), count(*) FROM "  # noqa: S608
            f"(SELECT count(*) AS n FROM {self.source} GROUP BY {keys}) AS grouped"
        )[0]
        if int(rows) != int(distinct):
            twins = int(rows) - int(distinct)
            raise BrokenBatch(f"batch {self.batch}: {twins} rows of {self.table} have a key used twice")
        return int(rows)

    def _meets(self) -> bool:
        """Whether any row may be in the store already. Looks at one column; counts, because a limit would
        tempt PostgreSQL to search in a loop."""
        key = f'"{KEYS[self.table][0]}"'
        held = f"SELECT count(*) FROM {self.table} WHERE {key} IN (SELECT {key} FROM {self.source})"  # noqa: S608
        return bool(self.execute(held)[0][0])

    def _changes(self) -> str:
        """The places of the rows that can match are found first, from one column: the rest is read for them
        alone."""
        table, key = self.table, KEYS[self.table][0]
        columns = TABLES[table].columns
        near = f'SELECT {self.row_id} FROM {table} WHERE "{key}" IN (SELECT "{key}" FROM {self.source})'  # noqa: S608
        stored = f"(SELECT {self.row_id} AS row_id, * FROM {table} WHERE {self.row_id} IN ({near}))"  # noqa: S608
        same = " AND ".join(f'i."{name}" = o."{name}"' for name in KEYS[table])
        differs = " OR ".join(
            f'i."{name}" IS DISTINCT FROM o."{name}"' for name in columns if name != "batch"
        )
        given = ", ".join(f'i."{name}"' for name in columns)
        return (
            f"CREATE TEMPORARY TABLE changes_{table} AS SELECT {given}, o.row_id "  # noqa: S608
            f"FROM {self.source} AS i LEFT JOIN {stored} AS o ON {same} "
            f"WHERE o.row_id IS NULL OR {differs}"
        )


def order_of(table: str) -> str:
    """The columns by which a table is clustered, for ORDER BY."""
    return ", ".join(f'"{name}"' for name in CLUSTERED_BY[table])
