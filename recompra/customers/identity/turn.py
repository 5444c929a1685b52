"""Asking that purchases of merged records follow them; `purchases` does it."""

from __future__ import annotations

from collections.abc import Iterable

from recompra.customers.models import Merge, MergeOrders
from recompra.work.wishes import ask_once


def ask() -> None:
    """Purchases will move. A turn that already waits serves this wish too: it reads the merges later."""
    ask_once(MergeOrders, priority=5)


def follow(customer_ids: Iterable[int]) -> None:
    """Purchases came in under the keys of these merged records (an import was under way): move them too."""
    if Merge.objects.filter(gone__in=list(customer_ids), undone_at=None).update(is_moving=True):
        ask()
