"""The only bridge between a person and the facts. Tearing a key forgets the person; totals stay."""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa
from django.db import models

from recompra.customers.many import all_of, columns

TOGETHER = 50_000
_OWNERS = {"key": pa.int64(), "customer_id": pa.int64()}


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


def all_owners() -> Iterator[pa.Table]:
    """`key` and `customer_id` of every key that leads to a person, TOGETHER rows at a time, in no order: for
    a list of most of them, which would look each one up."""
    last = CustomerKey.objects.aggregate(last=models.Max("pk"))["last"] or 0
    for first in range(0, last, TOGETHER):
        found = CustomerKey.objects.filter(pk__gt=first, pk__lte=first + TOGETHER)
        yield columns(found, _OWNERS)


def owners_of(keys: Sequence[int]) -> pa.Table:
    """`key` and `customer_id` of those of these keys that lead to a person; of some ten thousand at once."""
    return columns(CustomerKey.objects.filter(key__in=all_of(keys)), _OWNERS)


def keys_of(customer_ids: Iterable[int]) -> dict[int, int]:
    """{customer id: customer_key}. For a page's worth of people."""
    return dict(
        CustomerKey.objects.filter(customer_id__in=list(customer_ids)).values_list("customer_id", "key")
    )
