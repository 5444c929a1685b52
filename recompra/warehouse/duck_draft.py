"""Computing step by step on facts in DuckDB, and writing computed tables into a draft of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa

from recompra.warehouse.contract import Desk, Draft
from recompra.warehouse.dialect import answer_schema, held_schema, held_select, reads, to_sql, typed_select
from recompra.warehouse.duck_writer import literal
from recompra.warehouse.load import columns_of
from recompra.warehouse.upsert import order_of


def streamed(
    connection: duckdb.DuckDBPyConnection, sql: str, schema: pa.Schema, rows: int
) -> Iterator[pa.RecordBatch]:
    """The answer in pieces of so many rows, in the types of the schema."""
    for batch in connection.sql(sql).to_arrow_reader(rows):
        yield batch.cast(schema)


class DuckDesk(Desk):
    """On one connection, which sees one generation."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def run(self, expr: ibis.Expr) -> pa.Table:
        return self.connection.sql(to_sql(expr, "duckdb")).to_arrow_table().cast(answer_schema(expr))

    def batches(self, expr: ibis.Expr, rows: int = 50_000) -> Iterator[pa.RecordBatch]:
        return streamed(self.connection, to_sql(expr, "duckdb"), answer_schema(expr), rows)

    def hold(self, content: ibis.Table | pa.Table, name: str) -> ibis.Table:
        if isinstance(content, pa.Table):
            self.connection.register("content", content)
            self.connection.execute(f"CREATE TEMP TABLE {quoted(name)} AS FROM content")
            return ibis.table(held_schema(content.schema), name=name)
        self.connection.execute(f"CREATE TEMP TABLE {quoted(name)} AS {held_select(content, 'duckdb')}")
        return ibis.table(content.schema(), name=name)

    def drop(self, name: str) -> None:
        self.connection.execute(f"DROP TABLE {quoted(name)}")


class DuckDraft(DuckDesk, Draft):
    """Inside the one transaction of a writer's connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        self.is_changed = False

    def put(self, table: str, content: ibis.Table | pa.Table | Path) -> None:
        fresh = self._select(table, content)
        if isinstance(content, ibis.Table) and reads(content, table):
            self.connection.execute(f"CREATE TEMP TABLE fresh AS {fresh}")
            fresh = "SELECT * FROM fresh"
        self.connection.execute(f"DELETE FROM {table}")  # noqa: S608
        self.connection.execute(f"INSERT INTO {table} BY NAME {fresh} ORDER BY {order_of(table)}")
        self.connection.execute("DROP TABLE IF EXISTS temp.fresh")
        self.is_changed = True

    def add(self, table: str, content: ibis.Table | pa.Table | Path) -> None:
        fresh = self._select(table, content)
        self.connection.execute(f"INSERT INTO {table} BY NAME {fresh} ORDER BY {order_of(table)}")
        self.is_changed = True

    def add_in_order(self, table: str, pieces: Iterable[ibis.Table]) -> None:
        for piece in pieces:
            self.connection.execute(f"INSERT INTO {table} BY NAME {self._select(table, piece)}")
            self.is_changed = True

    def remove(self, table: str, gone: ibis.Table) -> None:
        same = " AND ".join(f'{table}."{name}" = gone."{name}"' for name in gone.columns)
        self.connection.execute(f"DELETE FROM {table} USING ({to_sql(gone, 'duckdb')}) AS gone WHERE {same}")  # noqa: S608
        self.is_changed = True

    def _select(self, table: str, content: ibis.Table | pa.Table | Path) -> str:
        """The rows as a SELECT of the table's columns in its types."""
        if isinstance(content, Path):
            return typed_select(table, f"read_parquet({literal(content)})", columns_of(content))
        if isinstance(content, pa.Table):
            self.connection.register("content", content)
            return typed_select(table, "content")
        return typed_select(table, f"({to_sql(content, 'duckdb')}) AS content")


def quoted(name: str) -> str:
    """A name as SQL writes one."""
    return '"' + name.replace('"', '""') + '"'
