"""Shops of several kinds whose future is known: who bought after the day that a prediction was made as of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from recompra.demo.purchases import LAW, Law, lives, orders
from recompra.demo.season import Floats, Season
from recompra.warehouse.load import LoadBatch

DAYS = 4 * 365
UNTIL = date(2026, 5, 31)
Bought = tuple[Floats, Floats]
"""(customer, day since the start), of each purchase."""
_FILE = """
COPY (
    SELECT row_number() OVER (ORDER BY customer, day)::BIGINT AS order_key, customer::BIGINT AS customer_key,
        1::BIGINT AS store_key, 'sale' AS kind, false AS is_cancelled, false AS is_online,
        $start::DATE + day::INTEGER AS ordered_on, ordered_on + INTERVAL 15 HOUR AS ordered_at,
        net::DECIMAL(18, 2) AS net, net::DECIMAL(18, 2) AS gross, 0::DECIMAL(18, 2) AS discount,
        0::DECIMAL(18, 2) AS freight, units::DECIMAL(18, 4) AS units, 1::BIGINT AS batch
    FROM bought
) TO '{path}' (FORMAT parquet)
"""


def by_law(law: Law, size: int, rng: np.random.Generator) -> Bought:
    """The demonstration shop's process: Pareto/NBD on the calendar of Brazilian retail."""
    season = Season(UNTIL - timedelta(days=DAYS - 1), UNTIL)
    bought = orders(lives(size, season, law, rng), season, law, rng)
    known = bought.customer >= 0
    return bought.customer[known].astype(np.float64), bought.day[known]


def regular(size: int, rng: np.random.Generator) -> Bought:
    """A grocery: intervals of two weeks on the mean, much more regular than chance, until an own end."""
    mean = 3 + rng.gamma(2.5, 5.0, size)
    first = np.where(rng.random(size) < 0.5, rng.random(size) * 40, rng.random(size) * DAYS)
    end = np.minimum(DAYS, first + rng.exponential(1 / rng.gamma(1.5, 1 / 600, size)))
    steps = rng.gamma(4.0, mean[:, None] / 4.0, (size, 500))
    at = np.column_stack([first, first[:, None] + np.cumsum(steps, axis=1)])
    who, place = np.nonzero(at < end[:, None])
    return who.astype(np.float64), at[who, place]


def seldom_twice(size: int, rng: np.random.Generator) -> Bought:
    """A marketplace: six in a hundred ever come back."""
    first = DAYS * np.sqrt(rng.random(size))
    again = np.flatnonzero(rng.random(size) < 0.06)
    later = first[again] + rng.exponential(120.0, len(again))
    kept = later < DAYS
    who = np.concatenate([np.arange(size), again[kept]])
    return who.astype(np.float64), np.concatenate([first, later[kept]])


SLOW = replace(LAW, rate_shape=0.5, rate_mean=1 / 200, dropout_shape=0.7, dropout_mean=1 / 600)
SHOPS: dict[str, tuple[Callable[[int, np.random.Generator], Bought], int]] = {
    "retail": (lambda size, rng: by_law(LAW, size, rng), 90),
    "slow": (lambda size, rng: by_law(SLOW, size, rng), 120),
    "grocery": (regular, 30),
    "seldom": (seldom_twice, 90),
}
"""{kind: (how its customers buy, over how many days their loss is meant)}."""


def batch(kind: str, size: int, seed: int, folder: Path) -> LoadBatch:
    """The sales of a shop of so many customers, all of its days."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, sorted(SHOPS).index(kind)])
    who, day = SHOPS[kind][0](size, rng)
    usual = rng.lognormal(4.5, 0.6, size)[who.astype(np.int64)]
    table = pa.table(
        {
            "customer": who.astype(np.int64),
            "day": np.floor(day).astype(np.int64),
            "net": np.round(usual * rng.lognormal(0, 0.4, len(who)), 2),
            "units": 1 + rng.poisson(1.0, len(who)),
        }
    )
    path = folder / f"{kind}.parquet"
    with duckdb.connect() as connection:
        connection.register("bought", table)
        connection.execute(_FILE.format(path=path), {"start": UNTIL - timedelta(days=DAYS - 1)})
    return LoadBatch(1, orders=path)
