"""A page of a metric that tells of single customers, without computing it for everybody.

The facts lie in the order of the keys. A page takes the next customers of the tables, as many as it has room
for, and computes the metric for these alone; where few of them have a row, eight times as many. A customer's
rows are never torn apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
from django.conf import settings

from recompra.analytics.catalog import Metric
from recompra.api.asking import Narrow, compute, tables_of_customers
from recompra.warehouse.engine import engine

WIDER = 8
FULL = 2
"""A page is full enough when it holds this part of its room."""
Rows = list[dict[str, Any]]


def page(metric: Metric, values: Mapping[str, Any], after: int, room: int) -> tuple[Rows, int | None]:
    """The rows of the customers whose keys come after this one, in the order of the keys, and the last key
    that the page covers; None: nobody comes after it. More rows than `room` only where one customer has them.
    """
    size = room
    while True:
        last = _last(metric, after, size)
        rows = _rows(metric, values, _between(after, last), room + 1)
        if len(rows) > room:
            return _whole(metric, values, rows)
        if last is None or len(rows) * FULL >= room:
            return rows, last
        size *= WIDER


def _last(metric: Metric, after: int, size: int) -> int | None:
    """The key so many customers further on; None when there are fewer."""
    parts = [
        table.filter(table.customer_key > after).select(key=table.customer_key).distinct()
        for table in tables_of_customers(metric)
    ]
    keys = ibis.union(*parts, distinct=True) if len(parts) > 1 else parts[0]
    first = keys.order_by("key").limit(size + 1)
    found = engine(settings.WAREHOUSE_URL).rows(first.agg(last=first.key.max(), n=first.count()))[0]
    if found["n"] <= size:
        return None
    before = first.filter(first.key < found["last"])
    return int(engine(settings.WAREHOUSE_URL).rows(before.agg(last=before.key.max()))[0]["last"])


def _between(after: int, last: int | None) -> Narrow:
    def narrowed(table: ir.Table) -> ir.Table:
        if "customer_key" not in table.columns:
            return table
        rest = table.filter(table.customer_key > after)
        return rest if last is None else rest.filter(rest.customer_key <= last)

    return narrowed


def _rows(metric: Metric, values: Mapping[str, Any], narrowed: Narrow, most: int | None) -> Rows:
    table = compute(metric, values, narrowed)
    others = [name for name in table.columns if name != "customer_key"]
    ordered = table.filter(table.customer_key.notnull()).order_by(["customer_key", *others])
    return engine(settings.WAREHOUSE_URL).rows(ordered if most is None else ordered.limit(most))


def _whole(metric: Metric, values: Mapping[str, Any], rows: Rows) -> tuple[Rows, int]:
    """Without the last customer, whose rows may go on; all the rows of that one where there is no other."""
    torn = rows[-1]["customer_key"]
    before = [row for row in rows if row["customer_key"] != torn]
    if before:
        return before, int(before[-1]["customer_key"])
    return _rows(metric, values, _between(torn - 1, torn), None), int(torn)
