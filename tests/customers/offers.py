"""A shop of some thousand lines with groups, prices and returns; and what is computed of its products."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recompra.analytics.next_pairs import next_pairs
from recompra.analytics.product_figures import (
    product_figures,
    product_sales,
    repeat_intervals,
    typical_interval,
)
from recompra.analytics.product_pairs import group_pairs, product_pairs
from recompra.analytics.taken import taken
from recompra.warehouse.contract import Draft, Engine
from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.load import LoadBatch
from recompra.warehouse.schema import TABLES, order_items, products
from tests.warehouse.facts import order

AS_OF = dt.date(2026, 3, 31)
PEOPLE, GOODS = 40, 60
GROUPS = ("Cabelos", "Casa", "Corpo", "Rosto", "Bebês", "Cozinha", None)
NEW_FROM, NEW_DAYS = 50, 60  # the last products came two months ago


def batch(folder: Path, seed: int, orders: int = 900) -> LoadBatch:
    """Two years of sales to forty people (the keys 1 to 40); a tenth comes back."""
    chance = random.Random(seed)
    heads, items = [], []
    for key in range(1, orders + 1):
        day = AS_OF - dt.timedelta(days=int(730 * chance.random() ** 1.5))
        customer = chance.choice([None, *[int(PEOPLE * chance.random() ** 2) + 1] * 9])
        kind = "return" if chance.random() < 0.1 else "sale"
        head = order(key, customer, day, kind=kind, is_cancelled=chance.random() < 0.03)
        heads.append(head)
        shared = {name: head[name] for name in TABLES["order_items"].columns if name in head}
        for line in range(chance.randint(1, 5)):
            product = _taken(chance, customer or 0, (AS_OF - day).days)
            quantity = Decimal(-1 if kind == "return" else chance.choice([1, 1, 2, 89_638]))
            price = Decimal(990 + product * 37 % 5_000) / 100
            items.append(
                shared
                | {
                    "line": line,
                    "product_key": chance.choice([product] * 20 + [None, GOODS + 5]),
                    "quantity": quantity,
                    "unit_price": price,
                    "discount": Decimal(0),
                    "net": price * quantity,
                }
            )
    rows = {"orders": heads, "order_items": items, "products": [_product(key) for key in range(1, GOODS + 1)]}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in rows.items():
        schema = arrow_schema(TABLES[name].schema())
        pq.write_table(pa.Table.from_pylist(content, schema=schema), folder / f"{name}.parquet")
    return LoadBatch.of(1, {name: folder / f"{name}.parquet" for name in rows})


def _taken(chance: random.Random, customer: int, age: int) -> int:
    """What somebody takes: of the groups all but two, of the new ones only lately."""
    while True:
        product = int(GOODS * chance.random() ** 1.5) + 1
        if product >= NEW_FROM and age > NEW_DAYS:
            continue
        if product % len(GROUPS) not in (customer % len(GROUPS), (customer + 1) % len(GROUPS)):
            return product


def _product(key: int) -> dict[str, Any]:
    nothing = dict.fromkeys(["color", "launched_on", "attributes"])
    return nothing | {
        "product_key": key,
        "code": f"P{key}",
        "name": f"Produto {key}",
        "group_name": GROUPS[key % len(GROUPS)],
        "brand": "Serra" if key % 3 else None,
        "is_discontinued": True if key % 13 == 0 else None,
        "stock": Decimal(0) if key % 17 == 0 else None,
        "batch": 1,
    }


def look_at(facts: Engine, as_of: dt.date = AS_OF) -> None:
    """Compute what is known of the products, as a refresh does."""

    def work(draft: Draft) -> None:
        had = draft.hold(taken(order_items, as_of=as_of), "had")
        sold = draft.hold(product_sales(order_items, as_of=as_of), "sold")
        again = typical_interval(draft.rows(repeat_intervals(had)))
        draft.put(
            "product_figures",
            product_figures(had, sold, products, as_of=as_of, typical_interval=again, popular_days=365),
        )
        figures = TABLES["product_figures"]
        draft.put("product_pairs", product_pairs(order_items, figures, as_of=as_of))
        draft.put("group_pairs", group_pairs(had, figures))
        draft.put("next_pairs", next_pairs(had, figures, as_of=as_of))

    facts.revise(work)
