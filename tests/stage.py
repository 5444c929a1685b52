"""Sets the scene through the product's own ways in."""

from __future__ import annotations

import atexit
import datetime as dt
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from recompra.customers import refresh
from recompra.customers.models import Refresh
from recompra.warehouse.engine import LoadBatch, engine
from recompra.work.drain import drain
from tests import twelve_orders


def publish_twelve_orders(warehouse: str, as_of: dt.date, folder: Path) -> None:
    """Load the twelve orders and score everybody as of the day."""
    kind, _, place = warehouse.partition(":")
    if kind == "duckdb" and not Path(place).exists():  # loaded once, then copied: it is asked for by hundreds
        shutil.copytree(_loaded(as_of), place)
    else:
        engine(warehouse).apply(LoadBatch(id=1, **twelve_orders.parquet(as_of, folder)))
    refresh.request("test")
    drain(Refresh)


@cache
def _loaded(as_of: dt.date) -> Path:
    """Facts that hold the twelve orders and no scores yet."""
    made = Path(mkdtemp(prefix="recompra-twelve-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    facts = engine(f"duckdb:{made / 'facts'}")
    facts.apply(LoadBatch(id=1, **twelve_orders.parquet(as_of, made / "parquet")))
    facts.close()
    return made / "facts"
