"""The RFM report as a question about a day: one row per customer, the same for page and command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
from django.conf import settings

from recompra.analytics.customer_summary import customer_summary, rfm_base
from recompra.analytics.rfm import Cuts, cuts_from, edges, rfm
from recompra.customers import cuts as shop_cuts
from recompra.customers.identity.unseen import people_orders
from recompra.customers.models import RfmCuts
from recompra.warehouse.engine import Engine, engine

COLUMNS = (
    "customer_key", "first_on", "last_on", "orders", "purchase_days", "ltv", "aov", "mean_interval_days",
    "recency_days", "frequency", "monetary", "recency_score", "frequency_score", "monetary_score", "segment",
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """As of which day, with purchases of how many days up to it (None: all), in which stores (None: all)."""

    as_of: date
    window_days: int | None = None
    stores: frozenset[int] | None = None


@dataclass(frozen=True)
class Answer:
    """`rows` streams dictionaries with COLUMNS, the biggest spenders first; money is Decimal R$.

    `cuts_version` is None when the cuts were made from the data of this very question.
    """

    cuts: Cuts
    cuts_version: int | None
    customers: int
    rows: Iterator[dict[str, Any]]


@contextmanager
def answer(question: Question) -> Iterator[Answer]:
    """Ask the warehouse. Read the rows inside the `with`: the facts are held still meanwhile."""
    facts = engine(settings.WAREHOUSE_URL)
    day, window, stores = question.as_of, question.window_days, question.stores
    few = rfm_base(people_orders(), as_of=day, window_days=window, store_keys=stores)
    with facts.hold(few, "rfm_report_base") as base:
        stored = cuts_of_the_day(question)
        cuts = shop_cuts.edges_of(stored) if stored else cuts_from(facts.rows(edges(base)))
        customers = facts.rows(base.aggregate(customers=base.count()))[0]["customers"]
        summary = customer_summary(people_orders(), as_of=day, window_days=window, store_keys=stores)
        table = rfm(summary, cuts).select(*COLUMNS)
        yield Answer(cuts, stored.version if stored else None, customers, _stream(facts, table))


def cuts_of_the_day(question: Question) -> RfmCuts | None:
    """The cuts in force on the day asked about, if they were made for the same window."""
    latest = RfmCuts.objects.filter(as_of__lte=question.as_of).order_by("-version").first()
    return latest if latest and latest.window_days == question.window_days else None


def _stream(facts: Engine, table: ir.Table) -> Iterator[dict[str, Any]]:
    for batch in facts.batches(table.order_by(table.ltv.desc(), table.customer_key)):
        yield from batch.to_pylist()
