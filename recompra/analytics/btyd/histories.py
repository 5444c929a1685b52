"""What a buy-till-you-die model knows of customers: one row per distinct history, and how many have it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


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
        distinct, where = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
        count: Floats = np.zeros(len(distinct))
        np.add.at(count, where.reshape(-1), self.count)
        spend = None if self.first_spend is None else distinct[:, 3].copy()
        repeats, last, age = (distinct[:, place].copy() for place in range(3))
        return Histories(repeats, last, age, count, spend)

    def on_grid(self, step: float) -> Histories:
        """Times moved to the nearest multiple of a step of weeks, and equal rows made one: fewer rows for
        slow likelihoods."""
        last, age = (np.rint(column / step) * step for column in (self.last, self.age))
        return replace(self, last=last, age=age, first_spend=None).grouped()
