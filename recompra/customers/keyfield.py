"""A text column that is compared byte by byte, so that a prefix is a range of its index on every database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    TextColumn = models.CharField[str, str]
else:
    TextColumn = models.CharField


class KeyField(TextColumn):
    """PostgreSQL sorts text by the rules of a language, in which a blank may weigh nothing; here it must not.
    SQLite compares bytes anyway."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def prefix_range(prefix: str) -> tuple[str, str]:
    """(first, after): a text starts with `prefix` (not empty) when it is >= first and < after."""
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)
