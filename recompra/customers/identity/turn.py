"""Asking that purchases of merged records follow them; `purchases` does it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from recompra.customers.models import Merge, MergeOrders


def ask() -> None:
    """Purchases will move. A turn that already waits serves this wish too: it reads the merges later."""
    if not MergeOrders.objects.filter(status=MergeOrders.Status.WAITING, cancel_requested=False).exists():
        try:
            with transaction.atomic():
                MergeOrders.objects.create(priority=5)
        except IntegrityError:
            pass  # another process asked in the same moment


def follow(customer_ids: Iterable[int]) -> None:
    """Purchases came in under the keys of these merged records (an import was under way): move them too."""
    if Merge.objects.filter(gone__in=list(customer_ids), undone_at=None).update(is_moving=True):
        ask()
