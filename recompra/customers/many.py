"""Many rows of the register at once: numbers as the one value of a statement, and answers as columns (Arrow).

A million rows fetched one by one are a million tuples and some ten million objects of Python, which take most
of the time of a long list. Here the database writes the rows as the lines of a CSV (RFC 4180), which Arrow
reads into columns.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.csv as csv
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Aggregate, Func, QuerySet, TextField
from django.db.models.expressions import Combinable, F, RawSQL


def one_value(wanted: Sequence[int] | Sequence[str]) -> tuple[str, Any]:
    """What stands behind a column of a statement that is one of these, and the one value for it."""
    if connection.vendor == "postgresql":
        return "= ANY(%s)", list(wanted)
    return "IN (SELECT value FROM json_each(%s))", json.dumps(list(wanted), ensure_ascii=False)


def all_of(numbers: Sequence[int]) -> RawSQL:
    """So many numbers as the one value of a query: `filter(pk__in=all_of(numbers))`."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(numbers)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(numbers))])


class _Quoted(Func):
    template = """'"' || replace(coalesce(%(expressions)s, ''), '"', '""') || '"'"""
    output_field = TextField()


class _Bare(Func):
    template = "coalesce(CAST(%(expressions)s AS text), '')"
    output_field = TextField()


class _Line(Func):
    template = "%(expressions)s"
    arg_joiner = " || ',' || "
    output_field = TextField()


class _Lines(Aggregate):
    template = "%(function)s(%(expressions)s, '\n')"
    function = "group_concat"
    output_field = TextField()

    def as_postgresql(self, *given: Any, **more: Any) -> tuple[str, Any]:
        return self.as_sql(*given, function="string_agg", **more)


def columns(rows: QuerySet[Any], kinds: Mapping[str, pa.DataType]) -> pa.Table:
    """These columns of every row, in no order: fields and annotations by name, that hold texts, numbers or
    days. A text that is not there is "". For some ten thousand rows at once."""
    line = _Line(*(_cell(name, kind) for name, kind in kinds.items()))
    try:
        text = rows.order_by().aggregate(lines=_Lines(line))["lines"]
    except EmptyResultSet:
        text = None
    if not text:
        return pa.schema(list(kinds.items())).empty_table()
    data = pa.py_buffer(text.encode())
    return csv.read_csv(
        pa.BufferReader(data),
        read_options=csv.ReadOptions(column_names=list(kinds), use_threads=False, block_size=data.size + 1),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=dict(kinds), strings_can_be_null=False),
    )


def _cell(name: str, kind: pa.DataType) -> Combinable:
    return _Quoted(F(name)) if pa.types.is_string(kind) else _Bare(F(name))
