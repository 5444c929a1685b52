"""What recommendations cost, in a process of its own: `python -m recompra.bench.recommend_run FOLDER`.

FOLDER holds `facts`; nothing is written to them. Answers JSON: customers, peak_mb, and `seconds` and `cpu` of
`taken` (what each customer took), `products` (figures and pairs), `personal` (ten products for everybody).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import ibis
import ibis.expr.types as ir

from recompra.analytics.own_products import personal_products
from recompra.analytics.product_figures import (
    product_figures,
    product_sales,
    repeat_intervals,
    typical_interval,
)
from recompra.analytics.product_pairs import group_pairs, product_pairs
from recompra.analytics.taken import taken
from recompra.bench.rfm_run import peak_mb
from recompra.predictions.listing import slices
from recompra.warehouse.contract import Desk
from recompra.warehouse.duck import DuckEngine
from recompra.warehouse.schema import order_items, products

Found = TypeVar("Found")


def recommend(desk: Desk) -> dict[str, Any]:
    """Everything, one step after the other, as of the last day of sales."""
    last: date = desk.rows(order_items.agg(last=order_items.ordered_on.max()))[0]["last"]
    had, of_taken = _timed(lambda: desk.hold(taken(order_items, as_of=last), "bench_taken"))
    figures, of_products = _timed(lambda: _products(desk, had, last))
    customers, of_personal = _timed(lambda: _personal(desk, had, figures, last))
    return {
        "customers": customers,
        "taken": of_taken,
        "products": of_products,
        "personal": of_personal,
        "peak_mb": peak_mb(),
    }


def _personal(desk: Desk, had: ir.Table, figures: ir.Table, last: date) -> int:
    """Ten products for everybody; how many customers that were."""
    count = 0
    for part in slices(desk, had):
        made = desk.hold(personal_products(part, figures, as_of=last), "bench_personal")
        count += desk.rows(made.agg(n=made.customer_key.nunique().cast("int64")))[0]["n"]
        desk.drop("bench_personal")
    return count


def _products(desk: Desk, had: ir.Table, last: date) -> ir.Table:
    known = _named(desk)
    figures = desk.hold(
        product_figures(
            had,
            product_sales(order_items, as_of=last),
            known,
            as_of=last,
            typical_interval=typical_interval(desk.rows(repeat_intervals(had))),
        ),
        "bench_figures",
    )
    desk.hold(product_pairs(order_items, figures, as_of=last), "bench_pairs")
    desk.hold(group_pairs(had, figures), "bench_groups")
    return figures


def _named(desk: Desk) -> ir.Table:
    """The products; in facts that were made before two of their columns, without what these say."""
    old = products.select("product_key", "name", "group_name", "launched_on")
    gone, stock = ibis.null("boolean"), ibis.null("decimal(18, 4)")
    return desk.hold(old.mutate(is_discontinued=gone, stock=stock), "bench_products")


def _timed(work: Callable[[], Found]) -> tuple[Found, dict[str, float]]:
    begun, before = time.perf_counter(), os.times()
    found = work()
    after = os.times()
    cpu = after.user + after.system - before.user - before.system
    return found, {"seconds": time.perf_counter() - begun, "cpu": cpu}


if __name__ == "__main__":
    engine = DuckEngine.at(f"duckdb:{Path(sys.argv[1]) / 'facts'}?memory_limit=1GB")
    with engine.desk() as at:
        print(json.dumps(recommend(at)))
    engine.close()
