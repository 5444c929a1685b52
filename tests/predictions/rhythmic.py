"""A shop with a past: three hundred people with rhythms of their own, of whom some stay away for good."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recompra.warehouse.contract import Engine
from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.load import LoadBatch
from recompra.warehouse.schema import TABLES

DAYS = 720
PEOPLE = 300
PRODUCTS = 7
Row = dict[str, Any]


def sales(until: dt.date, days: int = DAYS, people: int = PEOPLE) -> tuple[list[Row], list[Row]]:
    """Orders and lines of the days that end with `until`; always the same, up to the day they end."""
    orders: list[Row] = []
    items: list[Row] = []
    for key in range(1, people + 1):
        chance = random.Random(key)
        rhythm, price = chance.choice([9, 20, 35, 60]), Decimal(chance.choice([3990, 8000, 25000])) / 100
        day = chance.randrange(days - 30)
        while day <= days:
            _sell(orders, items, key, until - dt.timedelta(days=days - day), price, chance)
            if chance.random() < 0.12:
                break
            day += max(1, round(chance.expovariate(1 / rhythm)))
    return orders, items


def _sell(
    orders: list[Row], items: list[Row], key: int, on: dt.date, price: Decimal, chance: random.Random
) -> None:
    number, quantity = len(orders) + 1, Decimal(chance.choice([1, 1, 2]))
    shared = {
        "order_key": number,
        "customer_key": key,
        "store_key": 1,
        "kind": "sale",
        "is_cancelled": False,
        "ordered_at": dt.datetime.combine(on, dt.time(15)),
        "ordered_on": on,
        "batch": 1,
    }
    net = quantity * price
    money = {"net": net, "gross": net, "discount": Decimal(0), "freight": Decimal(0), "units": quantity}
    orders.append(shared | money | {"is_online": False})
    line = {"line": 1, "product_key": 1 + key % PRODUCTS, "quantity": quantity, "unit_price": price}
    items.append(shared | line | {"discount": Decimal(0), "net": net})


def fill(
    store: Engine,
    folder: Path,
    until: dt.date,
    *,
    only_to: dt.date | None = None,
    number: int = 1,
    days: int = DAYS,
    people: int = PEOPLE,
    products: int = PRODUCTS,
) -> None:
    """Bring the shop into a store, as the batch of this number; of the sales those up to `only_to`. Of more
    products than there are `products` nobody knows the name."""
    folder.mkdir(parents=True, exist_ok=True)
    orders, items = sales(until, days, people)
    known = [
        dict.fromkeys(TABLES["products"].columns)
        | {"product_key": n, "code": f"P{n}", "name": f"Produto {n}", "group_name": "AB"[n % 2], "batch": 1}
        for n in range(1, products + 1)
    ]
    files = {}
    for name, rows in {"orders": orders, "order_items": items, "products": known}.items():
        kept = [row for row in rows if only_to is None or row.get("ordered_on", only_to) <= only_to]
        files[name] = folder / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist(kept, schema=arrow_schema(TABLES[name].schema())), files[name])
    store.apply(LoadBatch.of(number, files))
