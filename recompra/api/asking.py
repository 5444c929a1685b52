"""What a metric may be asked through the API, read from its own signature: a new metric is in it by itself.

A table is one of the warehouse's, or another metric's answer, which is then asked its parameters too. Stores
come from the key and from `store`; cuts are those in force; one customer is named by the public id.
"""

from __future__ import annotations

import datetime as dt
import inspect
import logging
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal
from uuid import UUID

import ibis.expr.types as ir
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from recompra.analytics.catalog import Metric, metrics
from recompra.analytics.rfm import Cuts, cuts_from
from recompra.warehouse.schema import TABLES

logger = logging.getLogger(__name__)

ALIASES = {"items": "order_items"}
ANSWERS = {"summary": "customer_summary", "figures": "period_figures"}
TODAY = ("as_of", "until")
WHOLE_SHOP = ("sales_totals", "identified_sales")
"""They count the sales of nobody, too; every other metric leaves out what records that are nobody bought."""
Narrow = Callable[[ir.Table], ir.Table]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
NEVER_TOLD = frozenset(("order_key", "visitor_key", "visit_key", "event_key"))


@dataclass(frozen=True)
class Question:
    """A metric that can be asked.

    parameters: {name: (type, pydantic default)}. columns: those told, with their types. by_customer: a row
    tells of one person. by_store: it can count some stores alone. by_cuts: with the cuts in force. of_one:
    about one customer who is named. by_segment: the table that may be the people of one segment ("": none).
    """

    metric: Metric
    parameters: Mapping[str, tuple[Any, Any]]
    columns: Mapping[str, type]
    by_customer: bool
    by_store: bool
    by_cuts: bool
    of_one: bool
    by_segment: str


class CannotBeAsked(Exception):
    """Why a metric is not in the API."""


@lru_cache(maxsize=1)
def questions() -> dict[str, Question]:
    """Every metric that can be asked, by name. One that fails while it is put together is left out and
    logged: a metric's fault must not close the pages, which stand in the same address book."""
    found = {}
    for metric in metrics():
        if metric.is_step:
            continue
        try:
            found[metric.name] = question(metric)
        except CannotBeAsked:
            continue
        except Exception:
            logger.exception("the metric %s is left out of the API", metric.name)
    return found


def question(metric: Metric) -> Question:
    """How to ask this metric. Raises CannotBeAsked for what an address cannot say."""
    asked: dict[str, tuple[Any, Any]] = {}
    names = _names(metric)
    for name, (kind, default) in names.items():
        if name in ("store_keys", "cuts", "customer_key", "among"):
            continue
        if (said := _said(name, kind, default)) is not None:
            asked[name] = said
        elif default is inspect.Parameter.empty:
            raise CannotBeAsked(name)
    if "store_keys" in names:
        asked["store"] = (
            list[Number],
            Field([], description="Only these stores; none: all that the key sees."),
        )
    of_one = "customer_key" in names
    if of_one:
        asked["customer"] = (UUID, Field(description="Public id of the customer."))
    by_segment = "among" if "among" in names else "people" if "people" in metric.tables else ""
    if by_segment:
        asked["segment"] = (_or_absent(UUID), Field(None, description="Only people of this segment."))
    schema = compute(metric, _samples(names)).schema()
    columns = {
        name: _plain_type(str(kind))
        for name, kind in schema.items()
        if name not in {"customer_key", *NEVER_TOLD}
    }
    return Question(
        metric,
        asked,
        columns,
        by_customer="customer_key" in schema,
        by_store="store_keys" in names,
        by_cuts="cuts" in names,
        of_one=of_one,
        by_segment=by_segment,
    )


def compute(metric: Metric, values: Mapping[str, Any], narrowed: Narrow = lambda table: table) -> ir.Table:
    """The metric with those of the values that it or its tables take. A value named as a table is read in its
    place; `narrowed` makes of each table the part to read."""
    taken = inspect.signature(metric.compute).parameters
    given = {name: value for name, value in values.items() if name in taken}
    for name in metric.tables:
        if name in ANSWERS:
            given[name] = compute(_named(ANSWERS[name]), values, narrowed)
        else:
            given[name] = narrowed(given.get(name, _table(name)))
    return metric.compute(**given)


def tables_of_customers(metric: Metric) -> list[ir.Table]:
    """The warehouse's tables by which the metric tells customers apart."""
    found: list[ir.Table] = []
    for name in metric.tables:
        if name in ANSWERS:
            found += tables_of_customers(_named(ANSWERS[name]))
        elif "customer_key" in (table := _table(name)).columns:
            found.append(table)
    return found


def _table(name: str) -> ir.Table:
    table = TABLES.get(ALIASES.get(name, name))
    if table is None:
        raise CannotBeAsked(name)
    return table


def _named(name: str) -> Metric:
    return next(metric for metric in metrics() if metric.name == name)


def _names(metric: Metric) -> dict[str, tuple[Any, Any]]:
    """{parameter: (type, default)} of the metric and of those whose answers it reads; tables left out."""
    found: dict[str, tuple[Any, Any]] = {}
    for table in metric.tables:
        if table in ANSWERS:
            found |= _names(_named(ANSWERS[table]))
    try:
        hints = typing.get_type_hints(metric.compute, include_extras=True)
    except NameError as unknown:
        raise CannotBeAsked(str(unknown)) from unknown
    for name, one in inspect.signature(metric.compute).parameters.items():
        if name not in metric.tables and (name == "among" or not _is_table(hints[name])):
            found[name] = (hints[name], one.default)
    return found


def _is_table(kind: Any) -> bool:
    return kind is ir.Table or ir.Table in typing.get_args(kind)


def _said(name: str, kind: Any, default: Any) -> tuple[Any, Any] | None:
    """The parameter as an address can say it; None when it cannot."""
    if typing.get_origin(kind) is Annotated:
        return Literal.__getitem__(kind.__metadata__[0]), Field(default)
    options = typing.get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
    plain = [one for one in options if one is not type(None)]
    if len(plain) != 1:
        return None
    one, absent = plain[0], inspect.Parameter.empty
    if one == Iterable[int]:
        return list[Number], Field([])
    if one is dt.date:
        text = "A day; today when absent." if default is absent and name in TODAY else "A day."
        optional = default is not absent or name in TODAY
        return (
            (_or_absent(one), Field(None, description=text)) if optional else (one, Field(description=text))
        )
    value = {} if default is absent else {"default": default}
    kind = _or_absent(one) if len(options) > 1 else one
    if one is int:
        return kind, Field(ge=1, le=36_500, **value)
    if one is bool or typing.get_origin(one) is Literal:
        return kind, Field(**value)
    if one is str:
        return kind, Field(max_length=80, pattern=r"^[\w .:-]*$", **value)
    return None


def _or_absent(kind: Any) -> Any:
    """This type or left out: an address cannot say null."""
    hidden: Any = SkipJsonSchema
    return kind | hidden[None]


def _samples(names: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    """Values with which the columns of the answer can be seen; nothing is computed."""
    day = dt.date(2026, 1, 31)
    samples: dict[str, Any] = {}
    for name, (kind, default) in names.items():
        if kind is dt.date:
            samples[name] = day
        elif kind is Cuts:
            samples[name] = cuts_from([])
        elif name == "customer_key":
            samples[name] = 1
        elif default is inspect.Parameter.empty:
            samples[name] = _sample(kind)
    return samples


def _sample(kind: Any) -> Any:
    options = typing.get_args(kind)
    if typing.get_origin(kind) is Literal:
        return options[0]
    if type(None) in options:
        return None
    return 1 if kind is int else kind()


def _plain_type(kind: str) -> type:
    name = kind.removeprefix("!").partition("(")[0]
    types_ = {
        "string": str, "boolean": bool, "date": dt.date, "timestamp": dt.datetime, "decimal": Decimal,
        "float64": float, "float32": float,
    }  # fmt: skip
    if name in types_:
        return types_[name]
    if name.startswith(("int", "uint")):
        return int
    raise CannotBeAsked(kind)
