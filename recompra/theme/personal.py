"""How a room declares what it holds about people: the contract of every `personal_data.py`.

The file offers
- `PERSONAL`, a tuple of `Declared`, and `NOT_PERSONAL`, the text, day, JSON and address columns that say
  nothing about a person: a house law compares both with the models, and what is in neither fails the build;
- `HELD`, a tuple of `Held`: every table with rows about one customer. Another law follows the foreign keys
  and finds the table that a room forgot;
- where a room has any, `export(customer_id)` and `erase(customer_id)`, which most write as
  `rows_about(HELD, customer_id)` and `forget(HELD, customer_id)`, and more where a table is not enough;
- where the room writes people's data into files: `busy(before)`, whether work that began before that moment
  may still hold them, and `clear()`, which deletes those that nobody needs and counts them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Row = dict[str, Any]


@dataclass(frozen=True)
class Declared:
    """Columns held for one purpose.

    columns: `app.Model.column`.
    purpose, basis, retention: what for, on which ground of the LGPD (Lei 13.709/2018, art. 7), and how long;
    translated, since the public reads them.
    """

    columns: tuple[str, ...]
    purpose: StrPromise | str
    basis: StrPromise | str
    retention: StrPromise | str


@dataclass(frozen=True)
class Held:
    """A table with rows about one customer.

    model: `app.Model`. title: what a dossier calls the table.
    by: the look-up that leads from a row to the customer ("customer", "note__customer"); several in one text.
    kept: empty when the rows go with the person; else why they stay (the article), after their columns in
    `blank` were emptied.
    """

    model: str
    title: StrPromise | str
    by: str = "customer"
    kept: StrPromise | str = ""
    blank: str = ""

    @property
    def table(self) -> type[models.Model]:
        return apps.get_model(self.model)

    def of(self, customer_id: int) -> models.QuerySet[models.Model]:
        """The rows about this customer."""
        wanted = Q()
        for path in self.by.split():
            wanted |= Q(**{path: customer_id})
        return self.table._base_manager.filter(wanted)


def columns(model: str, names: str) -> tuple[str, ...]:
    """`columns("customers.Customer", "name cpf")`: ("customers.Customer.name", "customers.Customer.cpf")."""
    return tuple(f"{model}.{name}" for name in names.split())


def rooms() -> Iterator[tuple[str, ModuleType]]:
    """(room, its `personal_data`), the upper floors first: erasing begins with what refers to the others."""
    for config in reversed(list(apps.get_app_configs())):
        path = f"{config.name}.personal_data"
        if config.name.startswith("recompra.") and find_spec(path):
            yield config.label, import_module(path)


def rows_about(held: tuple[Held, ...], customer_id: int) -> dict[str, list[Row]]:
    """{table: its rows about the customer}, as plain values that JSON can hold."""
    return {
        one.model: [
            {name: plain(value) for name, value in row.items()}
            for row in one.of(customer_id).order_by("pk").distinct().values()
        ]
        for one in held
    }


def forget(held: tuple[Held, ...], customer_id: int) -> dict[str, int]:
    """Delete the customer's rows, in the given order, or blank those that stay; how many per table.

    Called again it finds nothing, or blanks what is blank.
    """
    return {one.model: _forget(one, customer_id) for one in held}


def _forget(held: Held, customer_id: int) -> int:
    rows = held.table._base_manager.filter(pk__in=list(held.of(customer_id).values_list("pk", flat=True)))
    if not held.kept:
        return int(rows.delete()[1].get(held.table._meta.label, 0))
    fields = {name: _emptied(held.table._meta.get_field(name)) for name in held.blank.split()}
    return rows.update(**fields) if fields else rows.count()


def _emptied(field: Any) -> Any:
    """What stands in a column once nothing is to stand there."""
    if field.null:
        return None
    return field.get_default() if field.has_default() else ""


def plain(value: Any) -> Any:
    """A column's value as JSON can hold it: days and moments by ISO 8601, amounts as text."""
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value) if isinstance(value, (Decimal, UUID)) else value
