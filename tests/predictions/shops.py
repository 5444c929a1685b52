"""Small shops whose customers live by a known law, for tests of what is predicted."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from recompra.warehouse.contract import Desk
from recompra.warehouse.duck import DuckEngine
from tests.warehouse.facts import batch, order

DAY = dt.timedelta(days=1)
Row = dict[str, Any]
Drawn = Callable[[random.Random], float]


def lively(
    until: dt.date,
    customers: int = 500,
    days: int = 720,
    seed: int = 7,
    busy: Callable[[dt.date], float] | None = None,
) -> list[Row]:
    """Poisson purchases at an own rate (gamma, a purchase in 40 days) until an own drop-out (exponential,
    after 240 days on the mean). `busy`: the share of the planned purchases of a day that are made."""
    chance, rows = random.Random(seed), []
    for who in range(1, customers + 1):
        rate, ends = chance.gammavariate(1.2, 1 / 48), chance.expovariate(1 / 240)
        first = chance.uniform(0, days)
        at, mean = first, chance.lognormvariate(4.5, 0.5)
        while at < min(days, first + ends):
            day = until - (days - 1 - int(at)) * DAY
            if at == first or busy is None or chance.random() < busy(day):
                net = f"{max(1.0, chance.gauss(mean, mean / 3)):.2f}"
                rows.append(order(len(rows) + 1, who, day, net=net, units=chance.randint(1, 4)))
            at += chance.expovariate(rate)
    return rows


@contextmanager
def desk(folder: Path, rows: list[Row]) -> Iterator[Desk]:
    """A desk on a store of these orders alone."""
    store = DuckEngine.at(f"duckdb:{folder / 'facts'}")
    store.apply(batch(folder / "parquet", 1, rows))
    with store.desk() as held:
        yield held
    store.close()
