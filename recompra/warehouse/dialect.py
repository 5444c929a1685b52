"""From an Ibis expression to the SQL of an engine, and from its Arrow answer to the declared types."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

import ibis
import ibis.backends.sql.compilers  # mends sqlglot's dialects in place: must come before sqlglot's first use
import ibis.expr.datatypes as dt
import pyarrow as pa
import sqlglot.expressions as sge
from ibis.expr.operations import UnboundTable

from recompra.warehouse.schema import TABLES

_SIMPLE = {
    dt.Boolean: pa.bool_(),
    dt.Int8: pa.int8(),
    dt.Int16: pa.int16(),
    dt.Int32: pa.int32(),
    dt.Int64: pa.int64(),
    dt.Float32: pa.float32(),
    dt.Float64: pa.float64(),
    dt.String: pa.string(),
    dt.Date: pa.date32(),
}


@lru_cache(maxsize=512)
def _compiled(node: Any, dialect: str) -> str:
    return str(ibis.to_sql(node.to_expr(), dialect=dialect, pretty=False))


_STAND_IN = 7_318_402_659_174_026_000  # an int64 that stands in no expression of ours


@lru_cache(maxsize=128)
def _compiled_for_numbers(node: Any, params: tuple[Any, ...], dialect: str) -> str:
    """The SELECT with a number of its own in the place of each parameter."""
    stand_ins = {param: _STAND_IN + place for place, param in enumerate(params)}
    return str(ibis.to_sql(node.to_expr(), dialect=dialect, params=stand_ins, pretty=False))


def to_sql(expr: ibis.Expr, dialect: str, params: dict[Any, Any] | None = None) -> str:
    """The expression as one SELECT. Values stand in it as literals quoted by the compiler, never by us.

    Whole numbers given as `params` cost no new compilation: an expression is compiled once for all of them.
    """
    if not params:
        return _compiled(expr.op(), dialect)
    if not all(type(value) is int for value in params.values()):
        return str(ibis.to_sql(expr, dialect=dialect, params=params, pretty=False))
    sql = _compiled_for_numbers(expr.op(), tuple(params), dialect)
    for place, value in enumerate(params.values()):
        sql = sql.replace(str(_STAND_IN + place), str(value))
    return sql


def held_select(expr: ibis.Expr, dialect: str) -> str:
    """As `to_sql`, for a table that is held: its whole numbers in the type that the expression gives them.
    The engines add them up into wider ones (DuckDB HUGEINT, PostgreSQL numeric), slower to read and to join.
    """
    schema = expr.as_table().schema()
    if not any(isinstance(kind, dt.Int64) for kind in schema.types):
        return to_sql(expr, dialect)
    told = [
        f"CAST({name} AS BIGINT) AS {name}" if isinstance(kind, dt.Int64) else name
        for name, kind in ((sge.to_identifier(one, quoted=True).sql(), kind) for one, kind in schema.items())
    ]
    return f"SELECT {', '.join(told)} FROM ({to_sql(expr, dialect)}) AS held"  # noqa: S608 (names quoted)


def arrow_type(of: dt.DataType) -> pa.DataType:
    """The Arrow type in which every engine's answer of this type is given."""
    if isinstance(of, dt.Decimal):
        return pa.decimal128(of.precision or 38, of.scale or 0)
    if isinstance(of, dt.Timestamp):
        return pa.timestamp("us", tz=of.timezone)
    return _SIMPLE[type(of)]


def arrow_schema(of: ibis.Schema) -> pa.Schema:
    """The Arrow schema of a table or of an expression's answer."""
    return pa.schema([pa.field(name, arrow_type(kind), kind.nullable) for name, kind in of.items()])


def answer_schema(expr: ibis.Expr) -> pa.Schema:
    """As `arrow_schema`, and every column may be null: engines do not promise that one is not."""
    fields = [pa.field(name, arrow_type(kind)) for name, kind in expr.as_table().schema().items()]
    return pa.schema(fields)


def reads(expr: ibis.Expr, table: str) -> bool:
    """Whether an expression reads the declared table of this name."""
    return any(node.name == table for node in expr.op().find(UnboundTable))


def held_schema(of: pa.Schema) -> ibis.Schema:
    """How an expression reads an Arrow table of plain columns."""
    plain = {kind: name for name, kind in _SIMPLE.items()}
    return ibis.schema({field.name: plain[field.type]() for field in of})


def create_table(name: str, dialect: str) -> str:
    """The CREATE TABLE of one declared table. No key and no constraint but NOT NULL: clustering is faster."""
    return _created(name, TABLES[name].schema(), dialect)


@lru_cache(maxsize=128)
def _created(name: str, schema: ibis.Schema, dialect: str) -> str:
    columns = schema.to_sqlglot_column_defs(dialect)
    made = sge.Create(
        this=sge.Schema(this=sge.to_identifier(name, quoted=True), expressions=columns),
        kind="TABLE",
        exists=True,
    )
    return str(made.sql(dialect=dialect))


def remake_table(name: str, held: Collection[str], dialect: str) -> list[str]:
    """The statements that give a stored table the declared columns that it lacks, empty; none where it has
    all. Made anew, because an answer reads the columns in their declared order."""
    if set(TABLES[name].columns) <= set(held):
        return []
    return [
        f'ALTER TABLE "{name}" RENAME TO before_columns',
        create_table(name, dialect),
        f'INSERT INTO "{name}" {typed_select(name, "before_columns", held)}',
        "DROP TABLE before_columns",
    ]


def typed_select(name: str, source: str, held: Collection[str] | None = None) -> str:
    """SELECT of a declared table's columns from `source`, each cast to its declared type; null for one that
    is not among `held`, the columns of the source (None: it has them all). For both our dialects."""
    columns = []
    for definition in TABLES[name].schema().to_sqlglot_column_defs("postgres"):
        column, kind = definition.this.sql(dialect="postgres"), definition.kind.sql(dialect="postgres")
        value = column if held is None or definition.name in held else "NULL"
        columns.append(f"CAST({value} AS {kind}) AS {column}")
    return f"SELECT {', '.join(columns)} FROM {source}"  # noqa: S608 (names from our own schema)
