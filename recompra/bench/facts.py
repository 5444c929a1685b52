"""Synthetic facts for measuring the engine: quick to make, of a shop's shape, always the same."""

from __future__ import annotations

from pathlib import Path

import duckdb

from recompra.warehouse.load import LoadBatch

# In [0, 1), from one number. Of two numbers hash() combines the hashes by XOR, which leaves them correlated.
_UNIFORM = "((hash({0}) >> 12)::DOUBLE / 4503599627370496.0)"
_ORDERS = """
COPY (
    SELECT
        (hash(i, 1) >> 1)::BIGINT AS order_key,
        CASE WHEN i % 20 = 0 THEN NULL
             ELSE (hash(floor($customers * pow({customer}, 2))::BIGINT, 2) >> 1)::BIGINT END AS customer_key,
        1 + floor(200 * pow({store}, 2))::BIGINT AS store_key,
        CASE WHEN i % 40 = 7 THEN 'return' ELSE 'sale' END AS kind,
        i % 50 = 3 AS is_cancelled,
        i % 5 = 0 AS is_online,
        TIMESTAMP '2023-06-01' + INTERVAL (floor({moment} * 1095 * 86400)::BIGINT) SECOND AS ordered_at,
        (ordered_at - INTERVAL 3 HOUR)::DATE AS ordered_on,
        (CASE WHEN kind = 'return' THEN -1 ELSE 1 END
            * round(20 + 400 * pow({value}, 3), 2))::DECIMAL(18, 2) AS net,
        net AS gross, 0::DECIMAL(18, 2) AS discount, 0::DECIMAL(18, 2) AS freight,
        (1 + i % 4)::DECIMAL(18, 4) AS units,
        $batch::BIGINT AS batch
    FROM range($first, $last) AS orders(i)
) TO '{path}' (FORMAT parquet)
"""
_LINES = """
COPY (
    SELECT
        order_key, line, customer_key, store_key,
        1 + floor(20000 * pow({product}, 2))::BIGINT AS product_key,
        kind, is_cancelled, ordered_at, ordered_on,
        1::DECIMAL(18, 4) AS quantity,
        (net / units)::DECIMAL(18, 4) AS unit_price,
        0::DECIMAL(18, 2) AS discount,
        (net / units)::DECIMAL(18, 2) AS net,
        batch
    FROM (SELECT *, unnest(range(units::BIGINT)) AS line FROM read_parquet('{orders}'))
) TO '{path}' (FORMAT parquet)
"""


def make_batch(folder: Path, lines: int, *, batch: int = 1, first: int = 0) -> LoadBatch:
    """About `lines` order lines in `lines * 2 / 5` orders of a tenth as many customers, over three years.

    Order numbers start at `first`, so that a later batch can bring new orders or old ones again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    orders, items = folder / f"orders-{batch}.parquet", folder / f"items-{batch}.parquet"
    numbers = {
        "first": first,
        "last": first + lines * 2 // 5,
        "customers": max(lines // 10, 1),
        "batch": batch,
    }
    columns = {name: f"i * 8 + {seed}" for seed, name in enumerate(("customer", "store", "moment", "value"))}
    uniform = {name: _UNIFORM.format(seed) for name, seed in columns.items()}
    with duckdb.connect(config={"memory_limit": "512MB", "threads": 2}) as connection:
        connection.execute(_ORDERS.format(path=orders, **uniform), numbers)
        product = _UNIFORM.format("xor(order_key, line)")
        connection.execute(_LINES.format(path=items, orders=orders, product=product))
    return LoadBatch(batch, orders=orders, order_items=items)
