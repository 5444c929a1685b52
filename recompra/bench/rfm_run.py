"""One measured thing of `recompra bench rfm`, in a process of its own: `python -m recompra.bench.rfm_run
WHAT FOLDER`.

Answers JSON: `seconds` and `cpu` (the best of five), `rows`, `sum` (of the output's hashes: equal outputs,
equal sums).
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from recompra.analytics.customer_summary import customer_summary, rfm_base
from recompra.analytics.rfm import FIXED_FREQUENCY, cuts_from, edges, rfm
from recompra.analytics.rfm_map import segment_of
from recompra.bench.facts import make_batch
from recompra.warehouse.duck import DuckEngine
from recompra.warehouse.schema import orders

AS_OF = dt.date(2026, 6, 1)
TIMES = 5
OUTPUT = (
    "customer_key", "recency_days", "frequency", "monetary",
    "recency_score", "frequency_score", "monetary_score", "segment",
)  # fmt: skip
_BASE = """
CREATE OR REPLACE TEMP TABLE hand_base AS
SELECT customer_key, (DATE '2026-06-01' - max(ordered_on) FILTER (sales > 0))::BIGINT AS recency_days,
       count(*) FILTER (sales > 0) AS frequency, sum(net)::DECIMAL(18, 2) AS monetary
FROM (SELECT customer_key, ordered_on, count(*) FILTER (kind = 'sale') AS sales, sum(net) AS net
      FROM orders
      WHERE customer_key IS NOT NULL AND NOT is_cancelled AND ordered_on <= DATE '2026-06-01'
      GROUP BY ALL)
GROUP BY customer_key
HAVING max(ordered_on) FILTER (sales > 0) IS NOT NULL
"""
_EDGES = """
SELECT max(v) FILTER (k = 2), max(v) FILTER (k = 3), max(v) FILTER (k = 4), max(v) FILTER (k = 5)
FROM (SELECT k, min(v) AS v
      FROM (SELECT v, 5 * (2 * sum(n) OVER (ORDER BY v) - n) AS share, sum(n) OVER () AS total
            FROM (SELECT {value} AS v, count(*) AS n FROM hand_base GROUP BY ALL)), range(2, 6) AS marks(k)
      WHERE share >= 2 * (k - 1) * total
      GROUP BY k)
"""
_SCORED = """
CREATE OR REPLACE TEMP TABLE hand_scored AS
SELECT *, ($segments)[(recency_score - 1) * 25 + (frequency_score - 1) * 5 + monetary_score] AS segment
FROM (SELECT *,
        1 + (recency_days <= -$r2)::INT + (recency_days <= -$r3)::INT
          + (recency_days <= -$r4)::INT + (recency_days <= -$r5)::INT AS recency_score,
        1 + (frequency >= $f2)::INT + (frequency >= $f3)::INT + (frequency >= $f4)::INT
          + (frequency >= $f5)::INT AS frequency_score,
        1 + (monetary >= $v2)::INT + (monetary >= $v3)::INT + (monetary >= $v4)::INT
          + (monetary >= $v5)::INT AS monetary_score
      FROM hand_base)
"""


def product(store: DuckEngine) -> Callable[[], dict[str, Any]]:
    """The product's own way: recency, frequency, value, the automatic cuts, scores and segments."""

    def once() -> dict[str, Any]:
        begun, cpu = time.perf_counter(), time.process_time()
        with store.hold(rfm_base(orders, as_of=AS_OF), "base") as base:
            cuts = cuts_from(store.rows(edges(base)))
            with store.hold(rfm(base, cuts), "scored") as scored:
                return _since(begun, cpu) | _hashes(store, scored.get_name())

    return once


def by_hand(store: DuckEngine) -> Callable[[], dict[str, Any]]:
    """The best SQL that we can write by hand for the same output on the same engine and connection."""
    segments = [segment_of(r, f, v) for r in range(1, 6) for f in range(1, 6) for v in range(1, 6)]
    cursor = store._cursor()

    def once() -> dict[str, Any]:
        begun, cpu = time.perf_counter(), time.process_time()
        cursor.execute(_BASE)
        r = cursor.execute(_EDGES.format(value="-recency_days")).fetchall()[0]
        f = cursor.execute(_EDGES.format(value="frequency")).fetchall()[0]
        few = "SELECT count(*) FILTER (frequency <= 1) * 5 > count(*) FROM hand_base"
        if cursor.execute(few).fetchall()[0][0]:
            f = FIXED_FREQUENCY
        v = cursor.execute(_EDGES.format(value="monetary")).fetchall()[0]
        axes = {"r": r, "f": [max(2, edge) for edge in f], "v": v}
        marks = {f"{axis}{k}": edge for axis, found in axes.items() for k, edge in enumerate(found, 2)}
        cursor.execute(_SCORED, marks | {"segments": segments})
        return _since(begun, cpu) | _hashes(store, "hand_scored")

    return once


def summary(store: DuckEngine) -> Callable[[], dict[str, Any]]:
    """The full summary of every customer."""

    def once() -> dict[str, Any]:
        begun = time.perf_counter()
        with store.hold(customer_summary(orders, as_of=AS_OF), "whole"):
            seconds = time.perf_counter() - begun
            money = store._cursor().execute("SELECT count(*), sum(ltv) FROM whole").fetchall()[0]
            return {"seconds": seconds, "rows": money[0], "sum": float(money[1])}

    return once


def publish(store: DuckEngine) -> Callable[[], dict[str, Any]]:
    """A small batch into a new generation, and a plain copy of the file (on the disk, too) just before."""
    folder = store.folder.path.parent / "more"
    number = store.check()["batches"]
    rows = store.check()["rows"]["orders"]

    def once() -> dict[str, Any]:
        nonlocal number
        number += 1
        batch = make_batch(folder, 5_000, batch=number, first=rows + number * 2_000)
        current = store.folder.current()
        if current is None:
            raise ValueError("there is nothing to copy")
        begun = time.perf_counter()
        copy = shutil.copyfile(current.path, folder / "copy")
        with copy.open("rb") as handle:
            os.fsync(handle.fileno())
        copied = time.perf_counter()
        store.apply(batch)
        done = time.perf_counter()
        return {"seconds": done - copied, "copy": copied - begun, "rows": 5_000, "sum": 0}

    return once


def scores(store: DuckEngine) -> Callable[[], dict[str, Any]]:
    """Product and hand by turns, so that a busy moment of the machine meets both."""
    ours, hand = product(store), by_hand(store)

    def once() -> dict[str, Any]:
        return {"ours": ours(), "hand": hand()}

    return once


def _since(begun: float, cpu: float) -> dict[str, float]:
    return {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}


def _best(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The smallest of every time; of what is not a time, the last."""
    if "ours" in found[0]:
        return {who: _best([one[who] for one in found]) for who in ("ours", "hand")}
    times = ("seconds", "cpu", "copy")
    return found[-1] | {name: min(one[name] for one in found) for name in times if name in found[0]}


def _hashes(store: DuckEngine, name: str) -> dict[str, Any]:
    whole = ", ".join(f"{column}::VARCHAR" for column in OUTPUT)
    found = store._cursor().execute(f"SELECT count(*), bit_xor(hash({whole})) FROM {name}").fetchall()[0]  # noqa: S608
    return {"rows": found[0], "sum": found[1]}


WHAT = {"product": product, "scores": scores, "summary": summary, "publish": publish}


def main() -> None:
    what, folder = sys.argv[1], Path(sys.argv[2])
    once = WHAT[what](DuckEngine.at(f"duckdb:{folder / 'facts'}"))
    found = [once() for _ in range(TIMES)]
    print(json.dumps(_best(found) | {"peak_mb": peak_mb()}))


def peak_mb() -> int:
    """This process's own peak; what wait4 says of a child may be its parent's, from before the exec."""
    status = Path("/proc/self/status").read_text()
    found: str = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(found.split()[1]) // 1024


if __name__ == "__main__":
    main()
