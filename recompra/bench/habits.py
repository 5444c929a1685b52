"""Shops whose customers take products by a known law: what a personal list can learn there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.load import LoadBatch
from recompra.warehouse.schema import TABLES

UNTIL = date(2026, 5, 31)
Numbers = npt.NDArray[np.int64]
Bought = list[tuple[int, int, int]]
"""(customer, day since the start, product)."""


def grocery(size: int, rng: np.random.Generator) -> Bought:
    """Staples: of 300 products each customer has about twelve, each used up after an own time that is the
    product's, give or take; they come about every ten days, take what is used up, and at times another."""
    days, goods = 365, 300
    lasts = rng.gamma(3.0, 12.0, goods) + 5
    liked = 1 / np.arange(1, goods + 1) ** 0.8
    liked /= liked.sum()
    found: Bought = []
    for who in range(size):
        own = rng.choice(goods, 4 + rng.poisson(8), replace=False, p=liked)
        each = lasts[own] * rng.lognormal(0.0, 0.3, len(own))
        empty = rng.random(len(own)) * each
        day = float(rng.random() * 30)
        while day < days:
            used = empty <= day + 3
            taken = own[used]
            empty = np.where(used, day + each * rng.lognormal(0.0, 0.25, len(own)), empty)
            other = rng.choice(goods, rng.poisson(0.7), p=liked)
            found += [(who, int(day), int(key)) for key in {*taken.tolist(), *other.tolist()}]
            day += rng.gamma(3.0, 10 / 3)
    return found


def fashion(size: int, rng: np.random.Generator) -> Bought:
    """Nobody takes the same thing twice: of 400 products, in lines of four that people go along (a dress,
    then its belt), each begins anywhere, mostly where others do, and about every sixty days takes the next of
    a line or another one."""
    days, goods = 730, 400
    liked = 1 / np.arange(1, goods + 1) ** 0.6
    liked = rng.permutation(liked / liked.sum())
    found: Bought = []
    for who in range(size):
        had: set[int] = set()
        day, last = float(rng.random() * days), -1
        while day < days:
            follows = last + 1 if last >= 0 and (last + 1) % 4 else -1
            goes_on = follows >= 0 and follows not in had and rng.random() < 0.35
            key = follows if goes_on else int(rng.choice(goods, p=liked))
            if key not in had:
                found.append((who, int(day), key))
                had.add(key)
                last = key
            day += rng.exponential(60.0) + 1
    return found


SHOPS: dict[str, tuple[Callable[[int, np.random.Generator], Bought], int]] = {
    "grocery": (grocery, 30),
    "fashion": (fashion, 90),
}
"""{kind: (how its customers buy, over how many days the lists are judged)}."""


def batch(kind: str, size: int, seed: int, folder: Path) -> LoadBatch:
    """The sales of a shop of so many customers, until `UNTIL`."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, sorted(SHOPS).index(kind)])
    bought = sorted(set(SHOPS[kind][0](size, rng)))
    last = max(day for _who, day, _key in bought)
    goods = sorted({key for _who, _day, key in bought})
    tables = {
        "order_items": [_line(who, last - day, key) for who, day, key in bought],
        "products": [_product(key) for key in goods],
    }
    files = {name: folder / f"{name}.parquet" for name in tables}
    for name, rows in tables.items():
        schema = arrow_schema(TABLES[name].schema())
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), files[name])
    return LoadBatch.of(1, files)


def _line(who: int, age: int, key: int) -> dict[str, object]:
    day = UNTIL - timedelta(days=age)
    return {
        "order_key": (who + 1) * 10_000 + age,
        "line": key + 1,
        "customer_key": who + 1,
        "store_key": 1,
        "product_key": key + 1,
        "kind": "sale",
        "is_cancelled": False,
        "ordered_at": datetime.combine(day, time(12)),
        "ordered_on": day,
        "quantity": Decimal(1),
        "unit_price": Decimal(10),
        "discount": Decimal(0),
        "net": Decimal(10),
        "batch": 1,
    }


def _product(key: int) -> dict[str, object]:
    nothing = dict.fromkeys(TABLES["products"].columns)
    group = f"Grupo {key // 12 + 1}"
    told = {"product_key": key + 1, "code": f"P{key + 1}", "name": f"Produto {key + 1}", "batch": 1}
    return nothing | told | {"group_name": group}
