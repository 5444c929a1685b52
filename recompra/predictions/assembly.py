"""All the parts one after the other, and their answers side by side as the warehouse keeps them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
from django.utils.translation import gettext_noop

from recompra.predictions.churn import churn
from recompra.predictions.part import Asked, NotEnoughData, Part, Record
from recompra.predictions.rhythm import rhythm
from recompra.predictions.value import value
from recompra.warehouse.contract import Desk
from recompra.warehouse.schema import TABLES

VALUE = gettext_noop("learning who still buys and how much")
CHURN = gettext_noop("learning who is about to be lost")
RHYTHM = gettext_noop("learning each customer's rhythm")
LARGEST = 9_999_999_999_999.0
"""R$: beyond it a forecast is an arithmetic accident, and cents have no place in a float."""
_OF_ACTIVE = frozenset(name for name in TABLES["predictions"].columns if name.startswith("churn_"))


@dataclass
class Predicted:
    """What the parts answered so far. A part that had too little to go by is a record without a table."""

    parts: dict[str, Part] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Too little data within is noted as the record of that name; a bug goes through."""
        try:
            yield
        except NotEnoughData as less:
            self.records.append(Record(name, {}, {}, None, is_shown=False, reason=less.reason))

    def take(self, part: Part) -> Part:
        self.parts[part.record.name] = part
        self.records += [part.record, *part.further]
        return part

    def shown(self, name: str) -> ir.Table | None:
        """The figures of a part that people may see."""
        part = self.parts.get(name)
        return part.table if part is not None and part.record.is_shown else None


def predict(
    desk: Desk,
    orders: ir.Table,
    items: ir.Table,
    asked: Asked,
    step: Callable[[str], None] = lambda phase: None,
) -> Predicted:
    """Ask every part. `orders` and `items`: of people. `step` is told what comes next, and may raise."""
    found = Predicted()
    step(VALUE)
    with found.part("value"):
        found.take(value(desk, orders, asked))
    step(CHURN)
    with found.part("churn"):
        found.take(churn(desk, orders, items, asked))
    step(RHYTHM)
    with found.part("rhythm"):
        found.take(rhythm(desk, orders, asked))
    return found


def predictions_of(found: Predicted, orders: ir.Table, asked: Asked, models_version: int) -> ir.Table:
    """The warehouse's `predictions`: everybody who bought until that day, null where nothing is shown."""
    table = _customers(orders, asked)
    for name in ("value", "churn", "rhythm"):
        if (part := found.shown(name)) is not None:
            own = part.drop("is_active") if "is_active" in part.columns else part
            table = table.left_join(own, "customer_key").drop("customer_key_right")
    columns = {name: _column(table, name, kind) for name, kind in TABLES["predictions"].schema().items()}
    return table.select(
        **columns
        | {
            "as_of": ibis.literal(asked.as_of),
            "models_version": ibis.literal(models_version).cast("int64"),
        }
    )


def _customers(orders: ir.Table, asked: Asked) -> ir.Table:
    """customer_key, is_active: of who bought at least once."""
    sales = orders.filter(
        orders.customer_key.notnull(),
        ~orders.is_cancelled,
        orders.kind == "sale",
        orders.ordered_on <= ibis.literal(asked.as_of),
    )
    first = ibis.literal(asked.as_of - dt.timedelta(days=asked.active_days))
    return sales.group_by("customer_key").agg(is_active=sales.ordered_on.max() >= first)


def _column(table: ir.Table, name: str, kind: ibis.DataType) -> ir.Value:
    if name not in table.columns:
        return ibis.null(kind.copy(nullable=True))
    column = table[name]
    if kind.is_decimal() and column.type().is_floating():
        column = ibis.least(column, ibis.literal(LARGEST)).cast(kind)
    return ibis.ifelse(table.is_active, column, ibis.null(column.type())) if name in _OF_ACTIVE else column
