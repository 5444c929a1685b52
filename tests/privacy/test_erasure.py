"""Carla asks to be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from recompra.accounts.models import AccessLog
from recompra.customers.keys import CustomerKey
from recompra.customers.models import ContactPoint, Customer, Standing
from recompra.privacy import suppression
from recompra.privacy.erase import request_erasure
from recompra.privacy.models import ErasedIdentifier, Erasure, LegalHold
from recompra.theme.refused import Refused
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import orders, scores
from recompra.work.drain import drain

if TYPE_CHECKING:
    from tests.cast import Cast


def erased(customer: Customer, by: object = None) -> Erasure:
    """The person is forgotten; the finished work."""
    row = request_erasure(customer, by=by)  # type: ignore[arg-type]
    drain(Erasure, raising=True)
    row.refresh_from_db()
    return row


@pytest.mark.django_db(transaction=True)
def test_who_is_erased_is_nowhere(shop: Cast) -> None:
    carla = shop.carla.pk
    row = erased(shop.carla, shop.denise)
    assert (row.status, row.step) == (Erasure.Status.DONE, Erasure.Step.PROVED), row.error
    assert not Customer.objects.filter(pk=carla).exists()
    assert not ContactPoint.objects.filter(customer_id=carla).exists()
    assert not CustomerKey.objects.filter(customer_id=carla).exists()
    assert not Standing.objects.filter(customer_id=carla).exists()
    assert row.receipt["deleted"]["customers.Customer"] == 1
    assert row.receipt["deleted"]["customers.ContactPoint"] == 2
