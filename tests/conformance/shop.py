"""A shop of some hundred orders, full of what engines disagree about."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recompra.analytics.funnel import STAGES
from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.load import LoadBatch
from recompra.warehouse.schema import TABLES
from tests.warehouse.facts import order

AS_OF = dt.date(2024, 2, 29)
START = dt.datetime.combine(dt.date(2022, 1, 1), dt.time())
PEOPLE = 60


def visits(keys: list[int]) -> list[dict[str, Any]]:
    """What some browsers did on the site; a third of them are nobody we know."""
    chance = random.Random(30)
    names = [name for stage in STAGES.values() for name in stage] + ["scroll", "user_engagement"]
    browsers = [chance.getrandbits(63) for _ in range(40)]
    found = []
    for _number in range(400):
        place = int(40 * chance.random() ** 2)
        moment = START + dt.timedelta(seconds=chance.randrange(800 * 86_400))
        found.append(
            {
                "visit_key": chance.getrandbits(63),
                "visitor_key": browsers[place],
                "customer_key": keys[place] if place % 3 else None,
                "event": chance.choice(names),
                "occurred_at": moment,
                "occurred_on": (moment - dt.timedelta(hours=3)).date(),
                "store_key": chance.choice([None, 2]),
                "source": chance.choice([None, "google", "instagram"]),
                "medium": chance.choice([None, "cpc", "organic"]),
                "campaign": chance.choice([None, "Dia das Mães"]),
                "batch": 1,
            }
        )
    return found


def events(keys: list[int]) -> list[dict[str, Any]]:
    """What some customers did with the shop's e-mails."""
    chance = random.Random(31)
    names = ["sent", "delivered", "opened", "clicked", "bounced", "unsubscribed", "complained"]
    found = []
    for _number in range(400):
        moment = START + dt.timedelta(seconds=chance.randrange(800 * 86_400))
        found.append(
            {
                "event_key": chance.getrandbits(63),
                "customer_key": chance.choice([*keys[:30], None]),
                "event": f"email_{chance.choice(names)}",
                "channel": "email",
                "occurred_at": moment,
                "occurred_on": (moment - dt.timedelta(hours=3)).date(),
                "campaign": chance.choice([None, "Outono"]),
                "batch": 1,
            }
        )
    return found


def batch(folder: Path) -> LoadBatch:
    """Orders, lines, products and stores; always the same."""
    chance = random.Random(29)
    keys = [chance.getrandbits(63) for _ in range(PEOPLE)]
    orders, items = [], []
    basket = random.Random(32)
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
        is_new = row["ordered_on"] > AS_OF - dt.timedelta(days=60)
        first = 9 if is_new and number % 2 else basket.choice([1, 1, 2, 4])
        items += [
            shared
            | {
                "line": line,
                "product_key": None
                if basket.random() < 0.1
                else first + (line if basket.random() < 0.8 else 3),
                "quantity": Decimal(1),
                "unit_price": row["net"],
                "discount": Decimal(0),
            }
            for line in range(number % 4)
        ]
    nothing = dict.fromkeys(["group_name", "brand", "color", "launched_on", "attributes"])
    groups = {1: "Açaí", 2: "Açaí", 3: "Banho", 4: "Banho"}
    products = [
        {"product_key": key, "code": f"P{key}", "name": f"Açaí 'n° {key}'", "batch": 1}
        | nothing
        | {"group_name": groups.get(key), "is_discontinued": key == 5 or None}
        for key in (1, 2, 3, 4, 5, 6, 7, 9, 10)
    ]
    rows = {"orders": orders, "order_items": items, "products": products}
    rows |= {"visits": visits(keys), "events": events(keys)}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in rows.items():
        schema = arrow_schema(TABLES[name].schema())
        pq.write_table(pa.Table.from_pylist(content, schema=schema), folder / f"{name}.parquet")
    return LoadBatch(1, **{name: folder / f"{name}.parquet" for name in rows})


def people() -> pa.Table:
    """Who may be shown: the same sixty, in two programmes with tiers or none, some without a purchase."""
    chance = random.Random(29)
    schema = arrow_schema(TABLES["people"].schema())
    rows = []
    for number, key in enumerate(chance.getrandbits(63) for _ in range(PEOPLE)):
        bought = number % 5 > 0
        given = {
            "customer_key": key,
            "registered_on": START.date(),
            "loyalty_program": (None, "Clube Serra", "Águia")[number % 3],
            "loyalty_tier": (None, "Ouro", "Prata")[number % 4 % 3] if number % 3 else None,
            "first_on": START.date() if bought else None,
            "ltv": Decimal(number * 1001) / 100 if bought else None,
            "store_key": (1, 2, 2**60)[number % 3] if bought else None,
            "completeness": number,
        }
        flags = {field.name: number % 2 == 0 for field in schema if field.type == pa.bool_()}
        rows.append(dict.fromkeys(schema.names) | flags | given)
    return pa.Table.from_pylist(rows, schema=schema)
