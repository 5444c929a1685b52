"""The law: every column that could tell of a person is declared, with purpose, ground and retention."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

import pytest
from django.apps import apps
from django.db import models

from recompra.theme.personal import Declared
from recompra.work.models import Due

TELLING = (
    models.CharField,
    models.TextField,
    models.DateField,
    models.JSONField,
    models.GenericIPAddressField,
    models.UUIDField,
    models.BinaryField,
    models.FileField,
)
SHARED = {field.name for field in Due._meta.local_concrete_fields}


def rooms() -> Iterator[str]:
    for config in apps.get_app_configs():
        if config.name.startswith("recompra.") and find_spec(f"{config.name}.personal_data"):
            yield config.name


def declared() -> tuple[list[Declared], frozenset[str]]:
    personal: list[Declared] = []
    harmless: set[str] = set()
    for room in rooms():
        found = import_module(f"{room}.personal_data")
        personal += getattr(found, "PERSONAL", ())
        harmless |= found.NOT_PERSONAL
    return personal, frozenset(harmless)


def telling_columns() -> Iterator[str]:
    """What must be declared: moments (a day with its time) need no declaration, but may have one."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.is_relation or not isinstance(field, TELLING) or isinstance(field, models.DateTimeField):
                continue
            from_due = issubclass(model, Due) and field.name in SHARED
            yield f"work.Due.{field.name}" if from_due else f"{model._meta.label}.{field.name}"


def every_column() -> Iterator[str]:
    """What may be declared."""
    yield from (f"work.Due.{name}" for name in SHARED)
    for model in apps.get_models():
        yield from (f"{model._meta.label}.{field.name}" for field in model._meta.concrete_fields)


def test_every_telling_column_is_declared_once() -> None:
    personal, harmless = declared()
    listed = [column for one in personal for column in one.columns] + sorted(harmless)
    assert set(telling_columns()) - set(listed) == set(), "not declared"
    assert set(listed) - set(every_column()) == set(), "no longer there"
    assert len(listed) == len(set(listed)), "declared twice"


@pytest.mark.parametrize("one", declared()[0] if apps.ready else [], ids=lambda one: one.columns[0])
def test_every_declaration_says_what_for_on_which_ground_and_how_long(one: Declared) -> None:
    assert one.purpose
    assert one.basis.startswith("art. 7")
    assert one.retention


def test_every_room_with_tables_has_declared() -> None:
    with_tables = {
        config.name
        for config in apps.get_app_configs()
        if config.name.startswith("recompra.") and any(config.get_models())
    }
    assert with_tables <= set(rooms())
