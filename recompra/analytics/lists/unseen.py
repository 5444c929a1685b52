"""The first products of a list that each customer does not have, made once for all who have the same of
them."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

REACH = 50
"""So far down a list is looked for what a person does not have. Who has more than forty of the first fifty
gets fewer than ten."""


def bit(nth: ir.IntegerValue) -> ir.IntegerValue:
    """Two to the power of a place: exact, as floats hold it up to the 52nd. Added up over the products of a
    list that a customer has, it says which ones."""
    return (ibis.literal(2) ** nth).cast("int64")


def unseen(customers: ir.Table, ranked: ir.Table, limit: int) -> ir.Table:
    """Each customer with the first products of a list that they lack.

    `customers`: `has` adds up the bits of what they have of the list, `owned` counts it; further columns
    stay. `ranked`: `nth` is the place, up to `REACH`. Columns: those of both, and `place` among what the
    customer lacks.
    """
    kinds = customers.select("has", "owned").distinct().cross_join(ranked)
    lacks = kinds.filter(kinds.nth <= kinds.owned + limit, (kinds.has & bit(kinds.nth)) == 0).drop("owned")
    window = ibis.window(group_by=lacks.has, order_by=[lacks.nth, lacks.product_key])
    listed = lacks.mutate(place=ibis.row_number().over(window) + 1)
    return customers.join(listed.filter(listed.place <= limit), "has")
