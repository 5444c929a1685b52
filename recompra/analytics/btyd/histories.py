"""What a buy-till-you-die model knows of customers: one row per distinct history, and how many have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Histories:
    """Distinct histories, and how many customers have each. All arrays are float64 and equally long.

    `repeats`: purchase days after the first (x); `last`: weeks from the first to the last of them (t_x, 0
    without repeats); `age`: weeks from the first to the day of asking (T); `count`: customers;
    `first_spend`: what the first purchase came to, for the covariate. ValueError: a number that is none.
    """

    repeats: Floats
    last: Floats
    age: Floats
    count: Floats
    first_spend: Floats | None = None

    def __post_init__(self) -> None:
        columns = (self.repeats, self.last, self.age, self.count)
        if len({len(column) for column in columns}) != 1:
            raise ValueError("the columns of histories must be equally long")
        if not all(np.isfinite(column).all() and (column >= 0).all() for column in columns):
            raise ValueError("histories are made of finite numbers, none of them negative")
        if (self.last > self.age).any():
            raise ValueError("a last purchase after the day of asking")

    def __len__(self) -> int:
        return len(self.repeats)

    @property
    def customers(self) -> float:
        return float(self.count.sum())

    def grouped(self) -> Histories:
        """The same customers with equal rows made one, in one fixed order whatever the order given."""
        columns = [self.repeats, self.last, self.age]
        if self.first_spend is not None:
            columns.append(self.first_spend)
        distinct, count = distinct_rows(columns, self.count)
        spend = None if self.first_spend is None else distinct[3]
        return Histories(distinct[0], distinct[1], distinct[2], count, spend)

    def on_grid(self, step: float) -> Histories:
        """Times moved to the nearest multiple of a step of weeks, and equal rows made one: fewer rows for
        slow likelihoods."""
        last, age = (np.rint(column / step) * step for column in (self.last, self.age))
        return replace(self, last=last, age=age, first_spend=None).grouped()


def distinct_rows(columns: Sequence[Floats], count: Floats) -> tuple[list[Floats], Floats]:
    """The distinct rows of some columns in ascending order, and the sum of `count` over each."""
    beyond, same = _beside(columns)
    if beyond.all():
        return [column.copy() for column in columns], count.copy()
    if not (beyond | same).all():
        order = np.lexsort(columns[::-1])
        columns, count = [column[order] for column in columns], count[order]
        _beyond, same = _beside(columns)
    new = np.append(True, ~same)
    return [column[new] for column in columns], np.add.reduceat(count, np.flatnonzero(new))


def _beside(columns: Sequence[Floats]) -> tuple[Bools, Bools]:
    """Of each row but the first whether it is beyond the one before, and whether it is the same."""
    rows = max(len(columns[0]) - 1, 0)
    beyond, same = np.zeros(rows, dtype=bool), np.ones(rows, dtype=bool)
    for column in columns:
        beyond |= same & (column[1:] > column[:-1])
        same &= column[1:] == column[:-1]
    return beyond, same
