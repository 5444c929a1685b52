"""A text column that is compared byte by byte, so that a prefix is a range of its index on every database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


class KeyField(models.CharField[str, str]):
    """PostgreSQL sorts text by the rules of a language, in which a blank may weigh nothing; here it must not.
    SQLite compares bytes anyway."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def prefix_range(prefix: str) -> tuple[str, str]:
    """(first, after): every text that starts with `prefix`, which must not be empty, is >= first and < after."""
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)
