"""The words of many new names, brought into the search's index together.

SQLite's trigger (see the migration `name_words`) writes the index anew for every row, which costs more than
everything else of a new customer. Whoever inserts thousands in a transaction lets it rest meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

TRIGGER = "customers_name_words_insert"


@contextmanager
def indexed_together(ids: Sequence[int]) -> Iterator[None]:
    """For inserting customers with these ids, a range without gaps on SQLite. Inside a transaction, which
    undoes all of it when the block fails."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = %s", [TRIGGER])
        [(trigger,)] = cursor.fetchall()
        cursor.execute(f"DROP TRIGGER {TRIGGER}")
        yield
        cursor.execute(
            "INSERT INTO customers_name_words(rowid, name_key) SELECT id, name_key FROM customers_customer "
            "WHERE id BETWEEN %s AND %s",
            [ids[0], ids[-1]],
        )
        cursor.execute(trigger)
