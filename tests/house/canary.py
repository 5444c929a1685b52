"""A row about somebody in every table that rooms declare, made from the models themselves: a table that comes
later is in it by itself."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from recompra.accounts.models import User
from recompra.customers.models import Customer
from recompra.theme.personal import Held, rooms

NAMES_OF_SYSTEMS = ("source", "system")
_numbers = itertools.count(7_000_000)


def every_held() -> list[Held]:
    """All that rooms declare, the tables that others refer to first."""
    return [one for _room, declared in list(rooms())[::-1] for one in reversed(getattr(declared, "HELD", ()))]


def plant(customer: Customer, marker: str, staff: User, *, kept: bool = True) -> dict[str, list[str]]:
    """Put one row about the customer into every declared table, or (not `kept`) into those whose rows go with
    the person; {table: the texts planted there}.

    Every free text bears the marker. The customer's own record is left as it is.
    """
    planted: dict[str, list[str]] = {}
    made: dict[type[models.Model], models.Model] = {Customer: customer}
    for held in every_held():
        if held.table is Customer or held.table in made or (held.kept and not kept):
            continue
        if (
            any(field.one_to_one for field in held.table._meta.concrete_fields)
            and held.of(customer.pk).exists()
        ):
            continue
        paths = {path.split("__")[0] for path in held.by.split()}
        row, texts = _row(held.table, paths, made, marker, staff)
        made[held.table] = row
        planted[held.model] = texts
    return planted


def _row(
    model: type[models.Model],
    paths: set[str],
    made: dict[type[models.Model], models.Model],
    marker: str,
    staff: User,
) -> tuple[models.Model, list[str]]:
    values: dict[str, Any] = {}
    texts: list[str] = []
    for field in model._meta.concrete_fields:
        if field.primary_key and not field.is_relation:
            continue
        if field.is_relation:
            values[field.name] = _target(field, paths, made, marker, staff)
        elif field.name in paths:
            values[field.name] = made[Customer].pk
        else:
            values[field.name] = _value(field, marker)
            if isinstance(values[field.name], str) and marker in values[field.name]:
                texts.append(values[field.name])
    row = model(**values)
    row.save_base(raw=True, force_insert=True)
    return row, texts


def _target(
    field: Any,
    paths: set[str],
    made: dict[type[models.Model], models.Model],
    marker: str,
    staff: User,
) -> models.Model | None:
    """Whom a foreign key leads to."""
    target = field.related_model
    if target is User:
        return staff
    if target is Customer and field.name not in paths:
        return None
    if target is Customer and len(paths) > 1 and field.name == sorted(paths)[-1]:
        return _somebody_else(made)
    if target in made:
        return made[target]
    if field.null:
        return None
    made[target], _texts = _row(target, set(), made, "-", staff)
    return made[target]


def _somebody_else(made: dict[type[models.Model], models.Model]) -> models.Model:
    """The other of two records, always the younger."""
    return Customer.objects.create(name="Outra Pessoa")


def _value(field: Any, marker: str) -> Any:
    number = next(_numbers)
    if field.choices:
        return next(value for value, _label in field.flatchoices if value != "")
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.GenericIPAddressField):
        return "203.0.113.0"
    if field.name in NAMES_OF_SYSTEMS:
        return f"system {number}"
    if isinstance(field, (models.CharField, models.TextField)):
        text = f"{marker}-{number}"
        return text[: field.max_length] if field.max_length else text
    if isinstance(field, models.JSONField):
        return [{"field": "name", "before": f"{marker}-{number}", "after": ""}]
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return dt.date(2020, 1, 2)
    if isinstance(field, models.DecimalField):
        return Decimal("1.50")
    if isinstance(field, models.BooleanField):
        return False
    return number % 30_000 if isinstance(field, models.SmallIntegerField) else number


def rows_bearing(marker: str) -> set[tuple[str, Any]]:
    """(table, primary key) of every row of every table of the house in which the marker stands anywhere:
    brute force over the whole database."""
    found: set[tuple[str, Any]] = set()
    for model in apps.get_models():
        for row in model._base_manager.all().values():
            if marker in repr(row):
                found.add((model._meta.label, row[model._meta.pk.attname]))
    return found
