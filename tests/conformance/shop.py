"""A shop of some hundred orders, full of what engines disagree about."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.load import LoadBatch
from recompra.warehouse.schema import TABLES
from tests.warehouse.facts import order

AS_OF = dt.date(2024, 2, 29)
START = dt.datetime.combine(dt.date(2022, 1, 1), dt.time())
PEOPLE = 60


def batch(folder: Path) -> LoadBatch:
    """Orders, lines, products and stores; always the same."""
    chance = random.Random(29)
    keys = [chance.getrandbits(63) for _ in range(PEOPLE)]
    orders, items = [], []
    for number in range(1, 601):
        customer = None if number % 17 == 0 else keys[int(PEOPLE * chance.random() ** 2)]
        kind = "return" if number % 19 == 0 else "sale"
        net = Decimal(chance.choice([1, 5, 999, 10_005, 33_335, chance.randrange(1, 99_999)])) / 100
        moment = dt.datetime.combine(dt.date(2022, 1, 1), dt.time()) + dt.timedelta(
            seconds=chance.randrange(800 * 86_400)
        )
        row = order(
            chance.getrandbits(63),
            customer,
            (moment - dt.timedelta(hours=3)).date(),
            ordered_at=moment,
            kind=kind,
            net=str(-net if kind == "return" else net),
            is_cancelled=number % 23 == 0,
            is_online=number % 3 == 0,
            store_key=chance.choice([1, 2, 2**60]),
        )
        orders.append(row)
        shared = {name: row[name] for name in TABLES["order_items"].columns if name in row}
        items += [
            shared
            | {
                "line": line,
                "product_key": chance.choice([1, 2, 3, None]),
                "quantity": Decimal(1),
                "unit_price": row["net"],
                "discount": Decimal(0),
            }
            for line in range(number % 4)
        ]
    nothing = dict.fromkeys(["group_name", "brand", "color", "launched_on", "attributes"])
    products = [
        {"product_key": key, "code": f"P{key}", "name": f"Açaí 'n° {key}'", "batch": 1} | nothing
        for key in (1, 2)
    ]
    rows = {"orders": orders, "order_items": items, "products": products}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in rows.items():
        schema = arrow_schema(TABLES[name].schema())
        pq.write_table(pa.Table.from_pylist(content, schema=schema), folder / f"{name}.parquet")
    return LoadBatch(1, **{name: folder / f"{name}.parquet" for name in rows})
