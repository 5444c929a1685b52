"""A shop of fifty people for random rules: every column sometimes unknown, equal days and instants, edges."""

from __future__ import annotations

import datetime as dt
import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recompra.segments.ages import EDGES
from recompra.segments.fields import MARITAL_STATUS
from recompra.warehouse.contract import Engine
from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.load import LoadBatch
from recompra.warehouse.schema import TABLES

AS_OF = dt.date(2024, 2, 29)
KEYS = tuple(range(101, 151))
STORES = (1, 2, 3)
GROUPS, BRANDS, COLORS = ("Casa", "Vestuário", None), ("Serra", "Aurora", "L'Été"), ("azul", None)
FABRICS = ("lã", 'algodão "puro"', None)
SEGMENTS = ("champions", "at_risk", "new")
Row = dict[str, Any]


def rows() -> dict[str, list[Row]]:
    """The rows of every table that a rule may read; always the same."""
    chance = random.Random(4)
    products = [_product(number, chance) for number in range(1, 9)]
    orders, items = _orders(chance)
    people = [_person(key, orders, chance) for key in KEYS]
    return {"orders": orders, "order_items": items, "products": products, "people": people}


def fill(store: Engine, folder: Path) -> None:
    """Bring the shop into a store."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, content in rows().items():
        table = pa.Table.from_pylist(content, schema=arrow_schema(TABLES[name].schema()))
        if name == "people":
            store.replace("people", table)
        else:
            files[name] = folder / f"{name}.parquet"
            pq.write_table(table, files[name])
    store.apply(LoadBatch.of(1, files))


def _product(number: int, chance: random.Random) -> Row:
    fabric = chance.choice(FABRICS)
    return {
        "product_key": number,
        "code": f"P{number}",
        "name": f"Produto {number}",
        "group_name": chance.choice(GROUPS),
        "brand": chance.choice(BRANDS),
        "color": chance.choice(COLORS),
        "launched_on": None,
        "attributes": json.dumps({"tecido": fabric}, ensure_ascii=False) if fabric else None,
        "batch": 1,
    }


def _orders(chance: random.Random) -> tuple[list[Row], list[Row]]:
    orders: list[Row] = []
    items: list[Row] = []
    for number in range(1, 401):
        day = AS_OF - dt.timedelta(
            days=chance.choice([-3, 0, 1, 29, 30, 31, 89, 90, 120, 180, 181, 365, 400])
        )
        sign = -1 if number % 11 == 0 else 1
        head = {
            "order_key": number,
            "customer_key": None if number % 29 == 0 else chance.choice(KEYS[:40]),
            "store_key": chance.choice(STORES),
            "kind": "return" if sign < 0 else "sale",
            "is_cancelled": number % 13 == 0,
            "is_online": chance.random() < 0.4,
            "ordered_at": dt.datetime.combine(day, dt.time(chance.choice([9, 15]))),
            "ordered_on": day,
            "batch": 1,
        }
        lines = [_line(head, line, sign, chance) for line in range(1, chance.choice([1, 2, 4]))]
        items += lines
        net = sum((line["net"] for line in lines), Decimal(0))
        money = {"net": net, "gross": net, "discount": Decimal(0), "freight": Decimal(0)}
        orders.append(head | money | {"units": sum((line["quantity"] for line in lines), Decimal(0))})
    return orders, items


def _line(head: Row, line: int, sign: int, chance: random.Random) -> Row:
    shared = {name: head[name] for name in TABLES["order_items"].columns if name in head}
    quantity, price = Decimal(chance.choice([1, 2, 3])), Decimal(chance.choice([50, 99, 12345])) / 100
    return shared | {
        "line": line,
        "product_key": chance.choice([1, 2, 3, 4, 5, 6, 7, 8, None]),
        "quantity": sign * quantity,
        "unit_price": price,
        "discount": Decimal(0),
        "net": sign * quantity * price,
    }


def _person(key: int, orders: list[Row], chance: random.Random) -> Row:
    own = [one for one in orders if one["customer_key"] == key and not one["is_cancelled"]]
    sales = [one for one in own if one["kind"] == "sale" and one["ordered_on"] <= AS_OF]
    person: Row = dict.fromkeys(TABLES["people"].columns)
    person |= {
        name: chance.random() < 0.5 for name, kind in TABLES["people"].schema().items() if kind.is_boolean()
    }
    person |= {
        "customer_key": key,
        "registered_on": AS_OF - dt.timedelta(days=chance.choice([0, 10, 400])),
        "birth_day": chance.choice([None, 101, 228, 229, 229, 301, 1231]),
        "age_band": chance.choice([None, *EDGES]),
        "sex": chance.choice([None, "F", "M"]),
        "marital_status": chance.choice([None, *MARITAL_STATUS]),
        "state": chance.choice([None, "PR", "SP"]),
        "completeness": chance.choice([0, 55, 99, 100]),
        "loyalty_program": chance.choice([None, "Clube Serra"]),
        "loyalty_tier": chance.choice([None, "Ouro", "Prata"]),
        "contacted_on": chance.choice([None, AS_OF, AS_OF - dt.timedelta(days=31)]),
        "is_online": None,
    }
    if sales:
        first, last = (fold(one["ordered_on"] for one in sales) for fold in (min, max))
        person |= {
            "first_on": first,
            "last_on": last,
            "orders": len(sales),
            "purchase_days": len({one["ordered_on"] for one in sales}),
            "ltv": sum((one["net"] for one in own), Decimal(0)),
            "aov": chance.choice([Decimal("10.00"), Decimal("99.99")]),
            "mean_interval_days": chance.choice([None, Decimal("15.00"), Decimal("30.01")]),
            "store_key": chance.choice([None, *STORES]),
            "is_online": any(one["is_online"] for one in sales),
            "recency_days": (AS_OF - last).days,
            "frequency": 1,
            "monetary": Decimal("1.00"),
            "recency_score": chance.randint(1, 5),
            "frequency_score": chance.randint(1, 5),
            "monetary_score": chance.randint(1, 5),
            "segment": chance.choice(SEGMENTS),
        }
        person |= _forecast(last, random.Random(key))
    return person


def _forecast(last: dt.date, chance: random.Random) -> Row:
    """What is likely of somebody, or nothing: chances on an edge, a time that is coming, here or over."""
    if chance.random() < 0.3:
        return {}
    on = last + dt.timedelta(days=chance.choice([1, 15, 30, 180]))
    return {
        "churn_risk": chance.choice([None, 0.0, 0.01, 0.155, 0.55, 0.996, 1.0]),
        **{
            f"spend_{days}": chance.choice([None, Decimal("0.00"), Decimal("100.00")])
            for days in (90, 180, 365)
        },
        "next_on": on,
        "next_from": on - dt.timedelta(days=chance.choice([0, 10])),
        "next_until": on + dt.timedelta(days=chance.choice([0, 1, 200])),
    }
