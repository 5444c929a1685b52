"""Predictions of the cast, written by hand, with the records of the models that they would come from."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.conf import settings

from recompra.predictions.models import ModelRecord
from recompra.warehouse.dialect import answer_schema
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES
from tests.twelve_orders import ANA, BRUNO, CARLA, DAVI

BINS = [
    {"predicted": 0.1, "observed": 0.12, "customers": 40},
    {"predicted": 0.6, "observed": 0.62, "customers": 50},
]


def row(key: int, today: dt.date, **known: Any) -> dict[str, Any]:
    """A row of `predictions`; what is not told is not shown."""
    blank: dict[str, Any] = dict.fromkeys(TABLES["predictions"].columns)
    return blank | {"customer_key": key, "as_of": today, "models_version": 1, "is_active": True} | known


def ana(today: dt.date) -> dict[str, Any]:
    """Ana in full: her risk is 0.6, raised by recency and lowered by frequency."""
    return row(
        ANA,
        today,
        churn_risk=0.6,
        churn_base=0.2,
        churn_recency=0.8,
        churn_ticket=0.01,
        churn_frequency=-0.6,
        churn_growth=-0.1,
        churn_mix=0.09546511,
        churn_source="model",
        spend_90=Decimal("300.40"),
        spend_90_low=Decimal("100.00"),
        spend_90_high=Decimal("700.00"),
        spend_180=Decimal("600.00"),
        spend_180_low=Decimal("250.00"),
        spend_180_high=Decimal("1300.00"),
        spend_365=Decimal("1200.00"),
        spend_365_low=Decimal("500.00"),
        spend_365_high=Decimal("2600.00"),
        interval_days=64.0,
        next_on=today + dt.timedelta(days=52),
        next_from=today + dt.timedelta(days=8),
        next_until=today + dt.timedelta(days=160),
        is_pooled=False,
    )


def publish(today: dt.date, *rows: dict[str, Any], **records: dict[str, Any]) -> None:
    """Write these rows (none given: those of the cast), and records that differ from a good one as told."""
    told = rows or (ana(today), row(BRUNO, today, is_active=False), row(CARLA, today), row(DAVI, today))
    content = pa.Table.from_pylist(list(told), schema=answer_schema(TABLES["predictions"]))
    engine(settings.WAREHOUSE_URL).replace("predictions", content)
    for name in ("value", "churn", "rhythm"):
        good: dict[str, Any] = {
            "name": name,
            "version": 1,
            "as_of": today,
            "horizon_days": 90,
            "active_days": 180,
            "accuracy": {"bins": BINS},
            "is_shown": True,
        }
        ModelRecord.objects.create(**good | records.get(name, {}))
