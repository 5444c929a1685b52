"""What was published of one customer, read by key once per request, and the models behind it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import ibis
from django.conf import settings
from django.http import HttpRequest

from recompra.customers.once import once
from recompra.customers.xray.purchases import KEY, purchases_of
from recompra.predictions import records
from recompra.predictions.models import ModelRecord
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import predictions


@dataclass(frozen=True)
class Published:
    """One row of the warehouse's `predictions`; a figure that is not shown is None."""

    row: dict[str, Any]

    @property
    def as_of(self) -> dt.date:
        day: dt.date = self.row["as_of"]
        return day

    @property
    def is_active(self) -> bool:
        return bool(self.row["is_active"])

    def number(self, name: str) -> float | None:
        found: float | None = self.row[name]
        return found

    def money(self, name: str) -> Decimal | None:
        found: Decimal | None = self.row[name]
        return found

    def day(self, name: str) -> dt.date | None:
        found: dt.date | None = self.row[name]
        return found


def published(request: HttpRequest, customer_id: int) -> Published | None:
    """None while nothing was predicted, for who never bought, and where the key is torn."""
    return once(request, f"predictions of {customer_id}", lambda: _read(request, customer_id))


def models(request: HttpRequest) -> dict[str, ModelRecord]:
    """The models in force, by name."""
    return once(request, "prediction models", records.in_force)


def _read(request: HttpRequest, customer_id: int) -> Published | None:
    key = purchases_of(request, customer_id).key
    rows = engine(settings.WAREHOUSE_URL).rows(_own(), {KEY: key}) if key is not None else []
    return Published(rows[0]) if rows else None


@lru_cache(maxsize=1)
def _own() -> ibis.Table:
    return predictions.filter(predictions.customer_key == KEY)
