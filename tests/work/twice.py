"""At least once means: a handler that runs a second time changes nothing. Any room proves its own so."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings

from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES
from recompra.work.drain import drain, finish
from recompra.work.models import LEASE_COLUMNS, Due, Tick, Worker


def assert_a_second_run_changes_nothing(row: Due) -> None:
    """Perform the row and all that it asks for, then again, as after a kill in the last moment; compare every
    row of both databases, apart from the leases' own columns."""
    assert finish(row).status == Due.Status.DONE
    drain(raising=True)
    before = everything()
    type(row)._base_manager.filter(pk=row.pk).update(status=Due.Status.WAITING, finished_at=None)
    assert finish(row).status == Due.Status.DONE
    drain(raising=True)
    after = everything()
    assert {name for name in before if before[name] != after[name]} == set()


def everything() -> dict[str, list[Any]]:
    """Every row of the relational database and of the warehouse, by table."""
    found: dict[str, list[Any]] = {}
    for model in apps.get_models():
        if model in (Tick, Worker) or not model._meta.managed:
            continue
        apart = LEASE_COLUMNS | {"due_at"} if issubclass(model, Due) else frozenset()
        columns = [field.attname for field in model._meta.concrete_fields if field.name not in apart]
        found[model._meta.label] = sorted(map(str, model._base_manager.values_list(*columns)))
    facts = engine(settings.WAREHOUSE_URL)
    if facts.version():
        for name, table in TABLES.items():
            found[f"facts.{name}"] = sorted(map(str, facts.rows(table)))
    return found
