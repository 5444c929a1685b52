"""Small batches for the warehouse's tests."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.load import LoadBatch
from recompra.warehouse.schema import TABLES


def order(
    key: int, customer: int | None = 1, day: dt.date = dt.date(2026, 5, 1), **fields: Any
) -> dict[str, Any]:
    """One row of `orders`: a sale of R$ 100.00 in store 1, if not said otherwise."""
    net = Decimal(fields.pop("net", "100.00"))
    return {
        "order_key": key,
        "customer_key": customer,
        "store_key": 1,
        "kind": "sale",
        "is_cancelled": False,
        "is_online": False,
        "ordered_at": dt.datetime.combine(day, dt.time(12)),
        "ordered_on": day,
        "net": net,
        "gross": net,
        "discount": Decimal(0),
        "freight": Decimal(0),
        "units": Decimal(1),
        "batch": 1,
    } | fields


def batch(folder: Path, number: int, orders: list[dict[str, Any]]) -> LoadBatch:
    """A batch of orders alone."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"orders-{number}.parquet"
    rows = [row | {"batch": number} for row in orders]
    pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema(TABLES["orders"].schema())), path)
    return LoadBatch(number, orders=path)
