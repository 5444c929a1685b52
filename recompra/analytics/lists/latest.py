"""What a person bought last: from it is looked for what goes with it."""

from __future__ import annotations

import ibis.expr.types as ir

from recompra.analytics.lists.rows import nth

LATEST = 10
"""Of so many products that the person bought last is looked for what goes with them."""


def latest(have: ir.Table, count: int) -> ir.Table:
    """The products that each customer took last: customer_key, product_key."""
    ranked = nth(have, ("-last_on", "-weight_90", "product_key"), "customer_key")
    return ranked.filter(ranked.nth < count).select("customer_key", "product_key")
