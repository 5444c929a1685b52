"""Random shops, small enough that everything collides: equal days, equal amounts, returns of nothing
bought."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.warehouse.facts import order

FIRST_DAY = dt.date(2024, 1, 1)


@st.composite
def an_order(draw: st.DrawFn) -> dict[str, Any]:
    day = FIRST_DAY + dt.timedelta(days=draw(st.sampled_from([0, 1, 2, 59, 300, 425, 426, 700, 790])))
    kind = draw(st.sampled_from(["sale", "sale", "sale", "return"]))
    amount = Decimal(draw(st.sampled_from([0, 1, 5, 999, 1000, 10_000, 33_333, 1_234_567]))) / 100
    return order(
        0,
        draw(st.sampled_from([None, 1, 2, 3, 4, 2**62 + 1, 2**63 - 1])),
        day,
        net=str(-amount if kind == "return" else amount),
        kind=kind,
        is_cancelled=draw(st.sampled_from([False, False, False, True])),
        is_online=draw(st.booleans()),
        store_key=draw(st.sampled_from([1, 2, 2**60])),
    )


@st.composite
def shops(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to forty orders with keys of their own."""
    found = draw(st.lists(an_order(), max_size=40))
    return [row | {"order_key": number} for number, row in enumerate(found, 1)]


days = st.integers(0, 900).map(lambda n: FIRST_DAY + dt.timedelta(days=n)) | st.just(dt.date(2024, 2, 29))
windows = st.sampled_from([None, 1, 30, 365])
