"""What each file of this room answers: figures per customer, and the record of the model that made them.

A part is a function of a `Desk`: the command line asks it as of any day and writes nothing, the refresh asks
it for today and publishes. It decides from the orders it is given alone; rows after `as_of` change nothing.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import asdict, dataclass
from typing import Any

import ibis.expr.types as ir

NOT_ENOUGH = "not_enough_data"
"""The reason of a record whose part has nothing to say yet."""


@dataclass(frozen=True)
class Asked:
    """What is asked of every part.

    as_of: the last day whose orders count. horizon_days: over how many days “will not buy” is meant.
    active_days: how many days after the last purchase a customer still is active. store_keys: orders of these
    stores alone; None: of all.
    """

    as_of: dt.date
    horizon_days: int
    active_days: int
    store_keys: frozenset[int] | None = None


@dataclass(frozen=True)
class Record:
    """A fitted model as it is kept, shown and compared; every value can be written as JSON.

    name: btyd, value, churn, rhythm, recommendations. parameters: what reproduces the figures, floats in 12
    significant digits. data: customers, since, until and what else the fit saw. accuracy: None where no
    window of the past is complete, else {"cut", "until": ISO days, "customers": how many were looked at,
    "measures": [{"name", "value", "baselines": {name: value}}], "bins": [{"predicted", "observed",
    "customers"}]}.
    is_shown: whether people see its figures. reason: the code of why not, or of why a fallback answered; ""
    when all is well.
    """

    name: str
    parameters: dict[str, Any]
    data: dict[str, Any]
    accuracy: dict[str, Any] | None
    is_shown: bool
    reason: str = ""

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Part:
    """A part's answer. table: held at the desk, one row per customer, `customer_key` first. further: records
    of models that were fitted on the way (buy-till-you-die within value)."""

    table: ir.Table
    record: Record
    further: tuple[Record, ...] = ()


class NotEnoughData(Exception):
    """There is too little to answer with: raised by a part with the code of the reason, and said so."""

    def __init__(self, reason: str = NOT_ENOUGH) -> None:
        super().__init__(reason)
        self.reason = reason


def rounded(value: Any) -> Any:
    """Floats of a record in 12 significant digits, within lists and dictionaries too, so that the last bits
    of a processor make no new version. ValueError: a number that is none; what nobody knows is left out, or
    None."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a record holds finite numbers alone")
        return float(f"{value:.12g}")
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    return value
