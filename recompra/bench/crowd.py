"""A crowd of registered people with planted duplicates and relatives, as an import writes newcomers."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import transaction

from recompra.customers.identifiers import name_key, phone
from recompra.demo.people import people
from recompra.demo.shop import CHUNK
from recompra.demo.twins import twins
from recompra.ingest import newcomers

UNTIL = date(2025, 12, 31)
SYSTEM = "bench"
Truth = list[tuple[str, str, str, bool]]
"""(id of one, id of the other, kind, whether it is one person), ids as the shop's system has them."""


def settle(count: int, seed: int) -> Truth:
    """Register about `count` people, twins and relatives included, and tell who is who."""
    truth: Truth = []
    for number, first in enumerate(range(0, count, CHUNK), 1):
        size = min(CHUNK, count - first)
        folk = people(first, size, seed=seed, until=UNTIL, rng=np.random.default_rng([seed, number]))
        more, told = twins(folk, first, seed=seed)
        everybody = pa.concat_tables([folk, more.drop_columns(["of"])]).to_pylist()
        with transaction.atomic():
            newcomers.write([_usual(row) for row in everybody], SYSTEM)
        truth += [tuple(row.values()) for row in told.to_pylist()]
    return truth


def _usual(row: dict[str, Any]) -> newcomers.Usual:
    reached = phone(row["phone"]) if row["phone"] else None
    return (
        0, row["customer"], row["email"],
        *(reached[:3] if reached else (None, None, None)), None, None, None,
        row["name"], name_key(row["name"]), row["cpf"], None, "",
        row["born"].isoformat() if row["born"] else None,
        row["sex"] or "", row["marital"] or "", "", "", row["city"], row["state"],
        {"sim": True, "não": False}.get(row["accepts"]),
    )  # fmt: skip
