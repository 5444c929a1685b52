"""Records that pages do not show as people: merged into another one, or kept apart."""

from __future__ import annotations

import ibis.expr.types as ir
from django.db.models import Q

from recompra.customers.keys import keys_of
from recompra.customers.models import Customer
from recompra.warehouse.schema import order_items, orders

CHUNK = 900  # below the 999 variables of an old SQLite


def somebody(at: str = "") -> Q:
    """Condition on Customer: a person, and not part of another record. `at`: where the customer is."""
    return Q((f"{at}merged_into", None), (f"{at}apart", ""))


def merged_ids() -> frozenset[int]:
    """The records that were merged into another one."""
    return frozenset(Customer.objects.exclude(merged_into=None).values_list("pk", flat=True))


def apart_ids() -> frozenset[int]:
    """The records that are kept apart from people."""
    return frozenset(Customer.objects.exclude(apart="").values_list("pk", flat=True))


def people_orders() -> ir.Table:
    """The facts' `orders` without those of records that are nobody: what people are scored by. Sales to
    somebody who gave no name stay."""
    return _of_people(orders)


def people_items() -> ir.Table:
    """The facts' `order_items`, as `people_orders`."""
    return _of_people(order_items)


def _of_people(rows: ir.Table) -> ir.Table:
    ids = sorted(apart_ids())
    keys: list[int] = []
    for at in range(0, len(ids), CHUNK):
        keys += keys_of(ids[at : at + CHUNK]).values()
    return rows.filter(rows.customer_key.isnull() | rows.customer_key.notin(sorted(keys))) if keys else rows
