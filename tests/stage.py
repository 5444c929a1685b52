"""Sets the scene through the product's own ways in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from recompra.customers import refresh
from recompra.customers.models import Refresh
from recompra.warehouse.engine import LoadBatch, engine
from recompra.work.drain import drain
from tests import twelve_orders


def publish_twelve_orders(warehouse: str, as_of: dt.date, folder: Path) -> None:
    """Load the twelve orders and score everybody as of the day."""
    engine(warehouse).apply(LoadBatch(id=1, **twelve_orders.parquet(as_of, folder)))
    refresh.request("test")
    drain(Refresh)
