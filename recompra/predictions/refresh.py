"""Everything that is predicted, fitted and published in one generation of the facts.

What a killed refresh wrote is thrown away with its draft, and the next one finds the same again: the figures
depend on the sales and the day alone. The records of the models are written last; until then the older ones
explain what pages show.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from recompra.customers.identity.unseen import people_items, people_orders
from recompra.predictions import records
from recompra.predictions.asking import asked, data_day
from recompra.predictions.assembly import predict, predictions_of
from recompra.predictions.goods import Lines
from recompra.predictions.models import ModelRecord, PredictionRefresh
from recompra.predictions.products import put_products
from recompra.warehouse.contract import Draft
from recompra.warehouse.engine import Engine, WriterBusy, engine
from recompra.warehouse.schema import order_items, predictions, products
from recompra.work.lease import Later, Lease

READING = gettext_noop("reading the sales")
PRODUCTS = gettext_noop("learning which products to recommend")
WRITING = gettext_noop("writing the predictions")
TURN_SECONDS = 2


@dataclass
class Outcome:
    """What one refresh found."""

    as_of: dt.date
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
        outcome = publish(facts, timezone.localdate(), lambda phase: lease.progress(0, 0, phase))
    except WriterBusy:
        raise Later(TURN_SECONDS) from None
    with lease.step():
        records.keep(outcome.new, outcome.names)
    row.as_of, row.people = outcome.as_of, outcome.people
    row.models_version, row.version = outcome.models_version, outcome.version
    row.save()


def publish(facts: Engine, today: dt.date, step: Callable[[str], None]) -> Outcome:
    """Predict as of the last day whose sales are here, and write it into the facts. The new records are given
    back, unwritten. Raises WriterBusy."""
    orders, items = people_orders(), people_items()
    outcome = Outcome(today)

    def work(draft: Draft) -> None:
        step(READING)
        outcome.as_of = data_day(draft, orders, today)
        question = asked(draft, orders, outcome.as_of)
        found = predict(draft, orders, items, question, step)
        step(PRODUCTS)
        found.records.append(put_products(draft, Lines(items, order_items, products), question))
        outcome.models_version, outcome.new = records.settled(found.records, question)
        outcome.names = [record.name for record in found.records]
        step(WRITING)
        draft.put("predictions", predictions_of(found, orders, question, outcome.models_version))
        outcome.people = draft.rows(predictions.agg(n=predictions.count()))[0]["n"]

    outcome.version = facts.revise(work)
    return outcome
