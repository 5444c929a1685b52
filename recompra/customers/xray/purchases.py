"""What one customer bought, read from the facts by the customer's key: two plain look-ups, each made at most
once per request. What is counted from them is counted from this customer's own rows alone."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

import ibis
from django.conf import settings
from django.http import HttpRequest

from recompra.customers.keys import key_of
from recompra.customers.once import once
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import order_items, orders, products

KEY = ibis.param("int64")  # one parameter for all, so that every look-up is compiled once


@dataclass(frozen=True, slots=True)
class Order:
    """One order, as in the warehouse's `orders`; `at` is aware. Money in R$, negative for a return."""

    key: int
    at: dt.datetime
    on: dt.date
    store: int
    kind: str
    is_cancelled: bool
    is_online: bool
    net: Decimal
    gross: Decimal
    discount: Decimal
    units: Decimal

    @property
    def is_sale(self) -> bool:
        return self.kind == "sale"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order: `product` is "" where the shop did not say."""

    order: int
    product_key: int | None
    product: str
    quantity: Decimal
    net: Decimal


class Purchases:
    """The purchases of one customer; none for who has not bought, or whose key is torn."""

    def __init__(self, customer_id: int) -> None:
        self._customer = customer_id

    @cached_property
    def key(self) -> int | None:
        """None as well while nothing was ever published."""
        return key_of(self._customer) if engine(settings.WAREHOUSE_URL).version() else None

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """All of them, newest first, cancelled ones and returns too."""
        found = (
            Order(
                key=row["order_key"],
                at=row["ordered_at"].replace(tzinfo=dt.UTC),
                on=row["ordered_on"],
                store=row["store_key"],
                kind=row["kind"],
                is_cancelled=row["is_cancelled"],
                is_online=row["is_online"],
                net=row["net"],
                gross=row["gross"],
                discount=row["discount"],
                units=row["units"],
            )
            for row in self._ask(_orders())
        )
        return tuple(sorted(found, key=lambda order: (order.at, order.key), reverse=True))

    @cached_property
    def lines(self) -> dict[int, list[Line]]:
        """{order key: its lines in their order}."""
        found: dict[int, list[Line]] = defaultdict(list)
        rows = self._ask(_lines()) if self.orders else []
        for row in sorted(rows, key=lambda row: row["line"]):
            line = Line(
                row["order_key"], row["product_key"], row["product"] or "", row["quantity"], row["net"]
            )
            found[line.order].append(line)
        return found

    def _ask(self, expr: ibis.Table) -> list[dict[str, Any]]:
        if self.key is None:
            return []
        return engine(settings.WAREHOUSE_URL).rows(expr, {KEY: self.key})


def purchases_of(request: HttpRequest, customer_id: int) -> Purchases:
    """Read once per request, however many parts of the page ask."""
    return once(request, f"purchases of {customer_id}", lambda: Purchases(customer_id))


def counted(found: Iterable[Order]) -> list[Order]:
    """Those that count: not cancelled."""
    return [order for order in found if not order.is_cancelled]


@lru_cache(maxsize=1)
def _orders() -> ibis.Table:
    """No limit, which would have the engine read them twice, and no order: that costs a third of the look-up
    and nothing here."""
    own = orders.filter(orders.customer_key == KEY)
    return own.select(
        "order_key", "ordered_at", "ordered_on", "store_key", "kind", "is_cancelled", "is_online",
        "net", "gross", "discount", "units",
    )  # fmt: skip


@lru_cache(maxsize=1)
def _lines() -> ibis.Table:
    own = order_items.filter(order_items.customer_key == KEY)
    named = own.left_join(products, own.product_key == products.product_key)
    return named.select(
        own.order_key, own.line, own.product_key, own.quantity, own.net, product=products.name
    )
