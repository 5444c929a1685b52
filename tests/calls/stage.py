"""Fills the list by the worker's own way."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.conf import settings

from recompra.calls import wishes
from recompra.calls.models import Call, CallRefresh
from recompra.customers import refresh
from recompra.customers.models import Customer, Refresh
from recompra.warehouse.engine import LoadBatch, engine
from recompra.work.drain import drain
from tests.warehouse.facts import batch, order


def fill() -> CallRefresh:
    """The list as of now."""
    wishes.ask("load")
    drain(CallRefresh, raising=True)
    done = CallRefresh.objects.latest("pk")
    assert done.status == CallRefresh.Status.DONE, done.error
    return done


def sell(key: int, customer_key: int, day: dt.date, folder: Path, *, store: int = 1) -> None:
    """One more sale in the facts, with everybody's scores made anew."""
    more: LoadBatch = batch(folder, key, [order(key, customer_key, day, store_key=store)])
    engine(settings.WAREHOUSE_URL).apply(more)
    refresh.request("test")
    drain(Refresh, raising=True)


def call_of(customer: Customer) -> Call:
    return Call.objects.filter(customer=customer).latest("pk")
