"""How many works wait or run just now, for the mark in the rail."""

from functools import cache
from typing import Any

from django.db import connection

from recompra.work.claim import kinds
from recompra.work.models import Due


def running_works() -> int:
    """Live rows of every kind of work, asked for in one statement."""
    if not kinds():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(*_question(connection.vendor))
        return int(cursor.fetchone()[0])


@cache
def _question(_vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The statement and its values, put together once: it stands on every page."""
    live = [
        kind._base_manager.filter(status__in=Due.LIVE, started_at__isnull=False).order_by().values("pk")
        for kind in kinds()
    ]
    sql, values = live[0].union(*live[1:], all=True).query.sql_with_params()
    return f"SELECT count(*) FROM ({sql}) AS live", values  # noqa: S608 (the ORM's own words)
