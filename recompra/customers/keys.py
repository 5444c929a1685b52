"""The only bridge between a person and the facts. Tearing a key forgets the person; totals stay."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import models


class CustomerKey(models.Model):
    """person (customer id) <-> customer_key, a random positive 63-bit integer that means nothing."""

    customer = models.OneToOneField("customers.Customer", on_delete=models.CASCADE, related_name="+")
    key = models.BigIntegerField(unique=True)

    class Meta:
        app_label = "customers"

    def __str__(self) -> str:
        return f"key of customer {self.customer_id}"


def new_key() -> int:
    """A random positive 63-bit integer. Among 10 million keys a clash has odds of about 1 in 180,000; the
    unique constraint refuses it."""
    return secrets.randbits(63) or 1


def key_of(customer_id: int) -> int | None:
    """The key of one customer; None when it was torn."""
    return CustomerKey.objects.filter(customer_id=customer_id).values_list("key", flat=True).first()


def customers_of(keys: Iterable[int]) -> dict[int, int]:
    """{customer_key: customer id} of those keys that still lead to a person. For a page's worth of keys."""
    return dict(CustomerKey.objects.filter(key__in=list(keys)).values_list("key", "customer_id"))


def keys_of(customer_ids: Iterable[int]) -> dict[int, int]:
    """{customer id: customer_key}. For a page's worth of people."""
    return dict(
        CustomerKey.objects.filter(customer_id__in=list(customer_ids)).values_list("customer_id", "key")
    )
