"""The CDNOW sample as orders of one store (Fader and Hardie's 1/10 sample of the master data)."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path
from typing import Any

from tests.warehouse.facts import order

END = dt.date(1998, 6, 30)


def transactions(folder: Path) -> list[dict[str, Any]]:
    """All 6,919, in the order of the file."""
    lines = gzip.decompress((folder / "CDNOW_sample.txt.gz").read_bytes()).decode().splitlines()
    rows = [line.split() for line in lines if line.strip()]
    return [
        order(number, int(row[1]), dt.datetime.strptime(row[2], "%Y%m%d").date(), net=row[4])  # noqa: DTZ007
        for number, row in enumerate(rows, 1)
    ]
