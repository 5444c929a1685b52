"""What predictions cost, in a process of its own: `python -m recompra.bench.predict_run FOLDER`.

FOLDER holds `facts`; nothing is written to them. Answers JSON: customers; per part (`value`:
buy-till-you-die and spend, `churn`: risk) `seconds`, `cpu`, `is_shown` and `reason`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import django

from recompra.bench.rfm_run import peak_mb
from recompra.warehouse.contract import Desk
from recompra.warehouse.duck import DuckEngine
from recompra.warehouse.schema import order_items, orders

HORIZON, ACTIVE = 90, 180


def predict(store: DuckEngine) -> dict[str, Any]:
    """Summary, fit and score of every customer as of the last day of sales, one part after the other."""
    from recompra.predictions.churn import churn
    from recompra.predictions.part import Asked
    from recompra.predictions.value import value

    with store.desk() as desk:
        last: date = desk.rows(orders.agg(last=orders.ordered_on.max()))[0]["last"]
        asked = Asked(last, HORIZON, ACTIVE)
        parts: dict[str, Callable[[Desk], Any]] = {
            "value": lambda at: value(at, orders, asked),
            "churn": lambda at: churn(at, orders, order_items, asked),
        }
        found: dict[str, Any] = {}
        for name, compute in parts.items():
            begun, before = time.perf_counter(), os.times()
            part = compute(desk)
            after = os.times()
            found[name] = {
                "seconds": time.perf_counter() - begun,
                "cpu": after.user + after.system - before.user - before.system,
                "is_shown": part.record.is_shown,
                "reason": part.record.reason,
            }
            found["customers"] = desk.rows(part.table.agg(n=part.table.count()))[0]["n"]
    return found | {"peak_mb": peak_mb()}


if __name__ == "__main__":
    django.setup()
    engine = DuckEngine.at(f"duckdb:{Path(sys.argv[1]) / 'facts'}?memory_limit=1GB")
    print(json.dumps(predict(engine)))
    engine.close()
