"""The files that come: too few, too many, too large, too late. Each gets a sensible answer or an honest "not
enough data" through the whole refresh and on every page, and nobody ever reads NaN."""

from __future__ import annotations

import datetime as dt
import json
import math
import random
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import User
from recompra.customers import refresh
from recompra.customers.models import Refresh
from recompra.predictions import wishes
from recompra.predictions.models import ModelRecord, PredictionRefresh
from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.engine import engine
from recompra.warehouse.load import LoadBatch
from recompra.warehouse.schema import TABLES, predictions, product_figures, scores
from recompra.work.drain import drain
from tests.calls import stage as calls
from tests.cast import Cast
from tests.twelve_orders import ANA, BRUNO

DAY = dt.timedelta(days=1)
Visit = tuple[int, int, str, str]
"""(customer, days ago, quantity, what it came to)."""


def lively(customers: int = 45, days: int = 400, seed: int = 3) -> list[Visit]:
    """Who comes about every three weeks, until half of them stop."""
    chance, found = random.Random(seed), []
    for who in range(customers):
        ago = chance.randrange(60, days)
        while ago >= 0:
            found.append((ANA + who, ago, "1", f"{chance.uniform(20, 200):.2f}"))
            if chance.random() < 0.05:
                break
            ago -= round(chance.expovariate(1 / 21)) + 1
    return found


def busy_in_december(today: dt.date) -> list[Visit]:
    """A year of which half is sold in five weeks."""
    rows = lively(60)
    end = (today - dt.date(today.year - 1, 12, 24)).days % 365
    return rows + [(who, end + n % 35, qty, net) for n, (who, _ago, qty, net) in enumerate(rows)]


FILES: dict[str, Callable[[dt.date], list[Visit]]] = {
    "ten customers": lambda today: lively(10),
    "all one-timers": lambda today: [(ANA + n, n * 3, "1", "99.90") for n in range(90)],
    "a giant wholesale customer": lambda today: [
        *lively(), *((BRUNO, n, "10000", "2500000.00") for n in range(0, 390, 2))
    ],
    "a year with a Christmas": busy_in_december,
    "petrol": lambda today: [(who, ago, "89638", "537828.00") for who, ago, _qty, _net in lively()],
    "nothing and less": lambda today: [
        (who, ago, "1", ("0.00", "-5.00", "40.00")[n % 3]) for n, (who, ago, *_paid) in enumerate(lively())
    ],
    "a file that starts yesterday": lambda today: [(ANA + n % 70, 1, "2", "10.00") for n in range(140)],
    "clocks in the future": lambda today: [
        *lively(), (ANA, -400, "1", "10.00"), (BRUNO, -26_000, "1", "10.00"), (ANA, 42_000, "1", "10.00")
    ],
}  # fmt: skip
"""No product of these files has a group."""


def sold(visits: list[Visit], today: dt.date, folder: Path) -> None:
    """Bring them in, a line each, and score everybody."""
    orders, items = [], []
    for number, (who, ago, quantity, net) in enumerate(visits, 1):
        on = today - ago * DAY
        shared = {
            "order_key": number, "customer_key": who, "store_key": 1, "kind": "sale", "is_cancelled": False,
            "ordered_at": dt.datetime.combine(on, dt.time(15)), "ordered_on": on, "batch": 1,
            "net": Decimal(net), "discount": Decimal(0),
        }  # fmt: skip
        units = Decimal(quantity)
        orders.append(
            shared | {"gross": Decimal(net), "freight": Decimal(0), "units": units, "is_online": False}
        )
        items.append(
            shared | {"line": 1, "product_key": 1 + who % 5, "quantity": units, "unit_price": Decimal(1)}
        )
    nothing = dict.fromkeys(TABLES["products"].columns)
    known = [
        nothing | {"product_key": key, "code": f"P{key}", "name": f"Produto {key}", "batch": 1}
        for key in range(1, 6)
    ]
    files = {}
    for name, rows in (("orders", orders), ("order_items", items), ("products", known)):
        files[name] = folder / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema(TABLES[name].schema())), files[name])
    engine(settings.WAREHOUSE_URL).apply(LoadBatch.of(1, files))
    refresh.request("test")
    drain(Refresh, raising=True)


@pytest.mark.once
@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_goes_through_the_whole_refresh_and_every_page(
    cast: Cast, today: dt.date, tmp_path: Path, client_for: Callable[[User], Client], name: str
) -> None:
    sold(FILES[name](today), today, tmp_path)
    wishes.ask("person")
    drain(PredictionRefresh, raising=True)
    assert PredictionRefresh.objects.get().status == PredictionRefresh.Status.DONE
    for table in (predictions, product_figures, scores):
        for row in engine(settings.WAREHOUSE_URL).rows(table):
            assert all(math.isfinite(one) for one in row.values() if isinstance(one, float | Decimal))
    for record in ModelRecord.objects.all():
        json.dumps([record.parameters, record.data, record.accuracy], allow_nan=False)
        assert record.is_shown or record.reason
    calls.fill()
    client = client_for(cast.otavio)
    for url in pages(cast):
        answer = client.get(url)
        assert answer.status_code == 200, url
        told = re.sub(r"<[^>]+>", " ", answer.content.decode())
        assert not re.search(r"\b(nan|none|-?inf|infinity)\b", told, re.IGNORECASE), url


def pages(cast: Cast) -> list[str]:
    """Where anybody reads of predictions."""
    people = (cast.ana, cast.bruno)
    cards = ("risk_card", "value_card", "moment_lines", "hits_card")
    views = ["customers:detail", *(f"predictions:{card}" for card in cards)]
    own = [reverse(view, args=[person.public_id]) for person in people for view in views]
    models = [reverse("dashboards:model", args=[record.name]) for record in ModelRecord.objects.all()]
    lists = ("dashboards:accuracy", "dashboards:models", "calls:list")
    return own + models + [reverse(name) for name in lists]
