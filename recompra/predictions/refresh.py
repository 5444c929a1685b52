"""Everything that is predicted, fitted and published in one generation of the facts.

What a killed refresh computed is thrown away, and the next one finds the same again: the figures depend on
the sales and the day alone. The records of the models are written last; until then the older ones explain
what pages show.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from recompra.customers.identity.unseen import people_items, people_orders
from recompra.predictions import records, shelf
from recompra.predictions.asking import asked, data_day
from recompra.predictions.assembly import predict, predictions_of
from recompra.predictions.goods import Lines
from recompra.predictions.models import ModelRecord, PredictionRefresh
from recompra.predictions.products import put_products
from recompra.predictions.shelf import Shelf
from recompra.warehouse.engine import Engine, WriterBusy, engine
from recompra.warehouse.schema import order_items, products
from recompra.work.lease import Later, Lease

READING = gettext_noop("reading the sales")
PRODUCTS = gettext_noop("learning which products to recommend")
KEEPING = gettext_noop("putting the predictions together")
WRITING = gettext_noop("writing the predictions")
TURN_SECONDS, TURNS = 2, 60
"""How often it is tried to write, where another process does."""


@dataclass
class Outcome:
    """What one refresh found. `computed_on`: the generation of the facts that was read; `version`: the one
    that it left."""

    as_of: dt.date
    computed_on: str = ""
    models_version: int = 0
    people: int = 0
    version: str = ""
    new: list[ModelRecord] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def perform(row: PredictionRefresh, lease: Lease) -> None:
    """Fit the models on what was sold and write what they say of every customer."""
    if PredictionRefresh.objects.filter(status=PredictionRefresh.Status.RUNNING, pk__lt=row.pk).exists():
        raise Later(TURN_SECONDS)
    facts = engine(settings.WAREHOUSE_URL)
    if not facts.version():
        return
    try:
        with shelf.folder(f"{row.pk}-{lease.attempt}") as folder:
            outcome = publish(facts, timezone.localdate(), folder, lambda phase: lease.progress(0, 0, phase))
    except WriterBusy:
        raise Later(TURN_SECONDS) from None
    with lease.step():
        records.keep(outcome.new, outcome.names)
    row.as_of, row.people, row.computed_on = outcome.as_of, outcome.people, outcome.computed_on
    row.models_version, row.version = outcome.models_version, outcome.version
    row.save()


def publish(facts: Engine, today: dt.date, folder: Path, step: Callable[[str], None]) -> Outcome:
    """Predict as of the last day whose sales are here, and write it into the facts. The new records are given
    back, unwritten.

    Computed on one generation, while others may be written; what was found waits in `folder` and is published
    in a turn of its own, which is short. Raises WriterBusy where that turn does not come for long.
    """
    outcome = Outcome(today, computed_on=facts.version())
    with facts.desk() as desk:
        found = Shelf(desk, folder)
        _predict(found, outcome, step)
    left = TURNS
    while not outcome.version:
        step(WRITING)
        try:
            outcome.version = facts.revise(
                lambda draft: found.publish(draft, has_moved=facts.version() != outcome.computed_on)
            )
        except WriterBusy:
            left -= 1
            if not left:
                raise
            time.sleep(TURN_SECONDS)
    return outcome


def _predict(at: Shelf, outcome: Outcome, step: Callable[[str], None]) -> None:
    orders, items = people_orders(), people_items()
    step(READING)
    outcome.as_of = data_day(at, orders, outcome.as_of)
    question = asked(at, orders, outcome.as_of)
    found = predict(at, orders, items, question, step)
    step(PRODUCTS)
    found.records.append(put_products(at, Lines(items, order_items, products), question))
    outcome.models_version, outcome.new = records.settled(found.records, question)
    outcome.names = [record.name for record in found.records]
    step(KEEPING)
    outcome.people = at.put("predictions", predictions_of(found, orders, question, outcome.models_version))
