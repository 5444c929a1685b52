"""The figures of one customer in a period, counted from the customer's own orders.

They are those of `analytics.period_figures`, which counts them for everybody; a test holds one to the other.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from recompra.customers.xray.period import Period
from recompra.customers.xray.purchases import Order, counted

CENT, SHARE = Decimal("0.01"), Decimal("0.0001")


@dataclass(frozen=True)
class Figures:
    """Money in R$; shares from 0 to 1; None where there is nothing to divide by."""

    orders_seen: tuple[Order, ...]

    @classmethod
    def of(cls, orders: Iterable[Order], period: Period | None) -> Figures:
        """Of the orders that count, in a period and its store; `period` None: nothing to look at."""
        if period is None:
            return cls(())
        return cls(
            tuple(
                order
                for order in counted(orders)
                if period.holds(order.on) and period.store in (None, order.store)
            )
        )

    @cached_property
    def _sales(self) -> list[Order]:
        return [order for order in self.orders_seen if order.is_sale]

    @cached_property
    def _days(self) -> list[dt.date]:
        return sorted({order.on for order in self._sales})

    @property
    def spent(self) -> Decimal:
        """Net of everything, returns off."""
        return sum((order.net for order in self.orders_seen), Decimal(0))

    @property
    def orders(self) -> int:
        return len(self._sales)

    @property
    def sold(self) -> Decimal:
        return sum((order.net for order in self._sales), Decimal(0))

    @property
    def aov(self) -> Decimal | None:
        return _quotient(self.sold, self.orders, CENT)

    @property
    def items_per_order(self) -> Decimal | None:
        return _quotient(sum((order.units for order in self._sales), Decimal(0)), self.orders, CENT)

    @property
    def discount(self) -> Decimal:
        return sum((order.discount for order in self._sales), Decimal(0))

    @property
    def discount_share(self) -> Decimal | None:
        return _quotient(self.discount, sum((order.gross for order in self._sales), Decimal(0)), SHARE)

    @property
    def returns(self) -> int:
        return len(self.orders_seen) - self.orders

    @property
    def returned(self) -> Decimal:
        """What came back, as a positive amount."""
        return self.sold - self.spent

    @property
    def returned_share(self) -> Decimal | None:
        return _quotient(self.returned, self.sold, SHARE)

    @property
    def purchase_days(self) -> int:
        return len(self._days)

    @property
    def first_on(self) -> dt.date | None:
        return self._days[0] if self._days else None

    @property
    def last_on(self) -> dt.date | None:
        return self._days[-1] if self._days else None

    @property
    def mean_interval_days(self) -> Decimal | None:
        if len(self._days) < 2:
            return None
        return _quotient(Decimal((self._days[-1] - self._days[0]).days), len(self._days) - 1, CENT)

    @property
    def preferred_store(self) -> tuple[int, int] | None:
        """The store of most purchase days, then of the latest, then of the lowest key; and how many days."""
        days: dict[int, set[dt.date]] = defaultdict(set)
        for order in self._sales:
            days[order.store].add(order.on)
        if not days:
            return None
        best = min(days, key=lambda store: (-len(days[store]), -max(days[store]).toordinal(), store))
        return best, len(days[best])

    @property
    def online_share(self) -> Decimal | None:
        """How many of the orders came in by the online shop."""
        return _quotient(Decimal(sum(order.is_online for order in self._sales)), self.orders, SHARE)


def _quotient(above: Decimal, below: Decimal | int, step: Decimal) -> Decimal | None:
    return (above / below).quantize(step, ROUND_HALF_UP) if below else None
