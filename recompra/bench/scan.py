"""The engine's raw scan of a CSV file, the reference of the import: every column read as text and touched.

Run as `python -m recompra.bench.scan FILE`; answers the seconds (wall, CPU) of the best of three as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb


def scan(path: Path) -> tuple[int, int]:
    """(rows, characters) of the file, with the reader that the product uses and no rule of ours."""
    with duckdb.connect(config={"memory_limit": "512MB", "threads": 2}) as connection:
        rows = connection.read_csv(str(path), all_varchar=True, sep=";", header=True)
        lengths = (f'coalesce(sum(length("{name}")), 0)' for name in rows.columns)
        [(count, characters)] = rows.aggregate(f"count(*), {' + '.join(lengths)}").fetchall()
    return int(count), int(characters)


def main(path: Path) -> dict[str, float]:
    times, cpus = [], []
    for _run in range(3):
        begun, spent = time.perf_counter(), time.process_time()
        rows, characters = scan(path)
        times.append(time.perf_counter() - begun)
        cpus.append(time.process_time() - spent)
    return {"seconds": min(times), "cpu": min(cpus), "rows": rows, "characters": characters}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
