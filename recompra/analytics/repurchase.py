"""How many customers came back: the one figure that must rise."""

from collections.abc import Iterable

import ibis.expr.types as ir


def repurchase(scores: ir.Table, *, store_keys: Iterable[int] | None = None) -> ir.Table:
    """One row: `customers` with a purchase, and `returned`, those who bought on two days or more.

    `store_keys` keeps the customers whose preferred store is one of these.
    """
    chosen = scores if store_keys is None else scores.filter(scores.store_key.isin(sorted(store_keys)))
    return chosen.aggregate(
        customers=chosen.count().cast("int64"),
        returned=chosen.count(where=chosen.purchase_days >= 2).cast("int64"),
    )
