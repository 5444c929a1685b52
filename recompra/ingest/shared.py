"""One document, contact or id that a file gives to many people: a cashier's CPF, a marketplace's account."""

from __future__ import annotations

from collections.abc import Collection

from recompra.customers.identity.apart import keep_shared
from recompra.ingest.desk import Desk

MANY = 5
"""From so many clearly different first names on, it is nobody's own."""


def set_apart(desk: Desk, names: Collection[str]) -> None:
    """Keep the customers apart to whom the file gives MANY names or more. Reads `people_told` and `keys`.

    Names are different when their first three letters are: typing errors and short forms are not enough.
    """
    if "customer_name" not in names or desk.run.dry_run:
        return
    first = "left(regexp_replace(strip_accents(lower(customer_name)), '[^a-z]', '', 'g'), 3)"
    rows = desk.run_sql(
        "WITH many AS (SELECT customer_key FROM keys GROUP BY customer_key "  # noqa: S608
        f"HAVING count(*) >= {MANY} AND customer_key IS NOT NULL) "
        "SELECT customer_key FROM people_told JOIN keys USING (person) JOIN many USING (customer_key) "
        f"WHERE customer_name IS NOT NULL GROUP BY customer_key HAVING count(DISTINCT {first}) >= {MANY}"
    )
    if rows:
        with desk.lease.step():
            keep_shared([row[0] for row in rows])
