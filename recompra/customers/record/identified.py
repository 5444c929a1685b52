"""What other rooms do once a record tells who somebody is."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.apps import apps
from django.utils.module_loading import import_string

DOCUMENTS = frozenset(("cpf", "cnpj"))


def identified(customer_id: int) -> None:
    """Call the functions that rooms name as `identified` on their AppConfig, each `(customer_id) -> None`:
    when a record is made or given a document, inside the transaction that does it."""
    paths = [path for config in apps.get_app_configs() for path in getattr(config, "identified", ())]
    for path in paths:
        cast("Callable[[int], None]", import_string(path))(customer_id)
