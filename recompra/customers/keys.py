"""The only bridge between a person and the facts. Tearing a key forgets the person; totals stay."""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterable, Iterator

from django.db import models


class CustomerKey(models.Model):
    """person (customer id) <-> customer_key, a random positive 63-bit integer that means nothing."""

    customer = models.OneToOneField("customers.Customer", on_delete=models.CASCADE, related_name="+")
    key = models.BigIntegerField(unique=True)

    class Meta:
        app_label = "customers"

    def __str__(self) -> str:
        return f"key of customer {self.customer_id}"


def new_keys(count: int) -> list[int]:
    """Random positive 63-bit integers, from one draw. Among 10 million keys a clash has odds of about 1 in
    180,000; the unique constraint refuses it."""
    drawn = secrets.token_bytes(8 * count)
    return [value >> 1 or 1 for (value,) in struct.iter_unpack("=Q", drawn)]


def key_of(customer_id: int) -> int | None:
    """The key of one customer; None when it was torn."""
    return CustomerKey.objects.filter(customer_id=customer_id).values_list("key", flat=True).first()


def owners_between(after: int, last: int) -> dict[int, int]:
    """{customer_key: customer id} of the keys that still lead to a person, `after` < key <= `last`: one walk
    along the index, for reading beside facts that come in the order of their keys."""
    found = CustomerKey.objects.filter(key__gt=after, key__lte=last)
    return dict(found.values_list("key", "customer_id"))


def all_owners() -> Iterator[tuple[int, int]]:
    """(customer_key, customer id) of every key that leads to a person, in no order: for a list of most of
    them, which would look each one up."""
    return CustomerKey.objects.order_by().values_list("key", "customer_id").iterator(chunk_size=10_000)


def keys_of(customer_ids: Iterable[int]) -> dict[int, int]:
    """{customer id: customer_key}. For a page's worth of people."""
    return dict(
        CustomerKey.objects.filter(customer_id__in=list(customer_ids)).values_list("customer_id", "key")
    )
