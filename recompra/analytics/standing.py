"""Which orders count in a metric, said once: not cancelled, in the period, in the stores, of the people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir


def standing(
    orders: ir.Table,
    *,
    until: dt.date,
    since: dt.date | None = None,
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> list[ir.BooleanValue]:
    """What to filter orders by: those that stand from `since` (None: ever) to `until`, both days included.

    `store_keys`: only orders of these stores; `among`: only of the customers in this table's `customer_key`.
    Orders without an identified customer are among nobody.
    """
    found = [~orders.is_cancelled, orders.ordered_on <= ibis.literal(until)]
    if since is not None:
        found.append(orders.ordered_on >= ibis.literal(since))
    if store_keys is not None:
        found.append(orders.store_key.isin(sorted(store_keys)))
    if among is not None:
        found.append(orders.customer_key.isin(among.customer_key))
    return found


def identified(
    orders: ir.Table,
    *,
    until: dt.date,
    since: dt.date | None = None,
    store_keys: Iterable[int] | None = None,
    among: ir.Table | None = None,
) -> list[ir.BooleanValue]:
    """As `standing`, and only of identified customers."""
    rules = standing(orders, until=until, since=since, store_keys=store_keys, among=among)
    return [orders.customer_key.notnull(), *rules]
