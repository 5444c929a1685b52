"""Where the person leaves the row: each distinct person of the file becomes a customer, and the row keeps
their key.

Who it is: the id in that system, then CPF or CNPJ, then e-mail, then mobile number. E-mail and mobile do
not lead to
a customer who has another id in the same system or another CPF: families share a telephone.
What an import says fills and renews contact data, never blanks it; it may lower consent, never raise it.

The only file outside `customers` that may use its keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pyarrow as pa
from django.db import connection, transaction

from recompra.customers.keys import CustomerKey, keys_of, new_key
from recompra.ingest import keyed
from recompra.ingest.bulk import insert
from recompra.ingest.desk import Desk
from recompra.ingest.models import SeenPerson
from recompra.ingest.normalise import person_columns
from recompra.ingest.person import Said, read
from recompra.ingest.resolve import Resolved, resolve

LOOK_UP = 20_000
CHUNK = 2_000


def identify(desk: Desk) -> None:
    """Make `keys` (person, customer_key). Resumed, it goes on: whoever was seen needs no second look."""
    names = person_columns(desk)
    desk.run_sql("CREATE OR REPLACE TABLE keys (person UBIGINT, customer_key BIGINT)")
    desk.facts["people"] = {"distinct": 0, "new": 0, "changed": 0, "unidentified": 0}
    if not names:
        return
    keyed.prepare(desk)
    said = ", ".join(f"coalesce({name}, '')" for name in names)
    titles = ",".join(names)
    desk.run_sql(
        f"CREATE OR REPLACE TABLE faces AS SELECT *, keyed('{titles}' || chr(31) || concat_ws(chr(31), "  # noqa: S608
        f"{said})) AS fingerprint FROM people"
    )
    desk.run_sql("CREATE OR REPLACE TABLE known (fingerprint BIGINT, customer_key BIGINT)")
    total = desk.one("SELECT count(*) FROM faces")
    for fingerprints in _fingerprints(desk):
        _keep(desk, "known", list(_seen(desk.run.system, fingerprints).items()))
    _meet(desk, names, total)
    desk.run_sql("INSERT INTO keys SELECT person, customer_key FROM faces JOIN known USING (fingerprint)")
    desk.facts["people"]["distinct"] = desk.one(
        "SELECT count(DISTINCT customer_key) FROM keys WHERE customer_key IS NOT NULL"
    )
    if desk.facts["holds"] == "people":
        desk.run_sql(
            "INSERT INTO problems SELECT p.file, p.line, 'person_unidentified' FROM parsed AS p LEFT "
            "JOIN keys USING (person) "
            "WHERE p.code IS NULL AND customer_key IS NULL"
        )


def _fingerprints(desk: Desk) -> Iterator[list[int]]:
    rows = desk.db.cursor().execute("SELECT fingerprint FROM faces ORDER BY fingerprint")
    while chunk := rows.fetchmany(LOOK_UP):
        desk.lease.keep()
        yield [row[0] for row in chunk]


def _seen(system: str, fingerprints: list[int]) -> dict[int, int]:
    """{fingerprint: customer_key} of those this system spoke of before in these very words."""
    seen, key = SeenPerson._meta.db_table, CustomerKey._meta.db_table
    if connection.vendor == "postgresql":
        chosen, given = "= ANY(%s)", fingerprints
    else:
        chosen, given = "IN (SELECT value FROM json_each(%s))", json.dumps(fingerprints)  # type: ignore[assignment]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.fingerprint, k.key FROM {seen} AS s JOIN {key} AS k ON k.customer_id = s.customer_id "  # noqa: S608
            f"WHERE s.system = %s AND s.fingerprint {chosen}",
            [system, given],
        )
        return dict(cursor.fetchall())


def _keep(desk: Desk, table: str, pairs: Sequence[tuple[int, int | None]]) -> None:
    if not pairs:
        return
    arrow = pa.table(
        {"a": pa.array([a for a, _ in pairs], pa.int64()), "b": pa.array([b for _, b in pairs], pa.int64())}
    )
    desk.db.register("pairs", arrow)
    desk.run_sql(f"INSERT INTO {table} SELECT a, b FROM pairs")  # noqa: S608
    desk.db.unregister("pairs")


def _meet(desk: Desk, names: list[str], total: int) -> None:
    """Look at whoever was never seen in these words, in the order of the file, a chunk per transaction."""
    order = desk.facts.get("birth_order") or desk.facts.get("date_order") or "dmy"
    rows = desk.db.cursor().execute(
        f"SELECT fingerprint, {', '.join(names)} FROM faces WHERE fingerprint NOT IN (SELECT "  # noqa: S608
        "fingerprint FROM known) ORDER BY position"
    )
    done = desk.one("SELECT count(*) FROM known")
    while chunk := rows.fetchmany(CHUNK):
        said = [(row[0], read(dict(zip(names, row[1:], strict=True)), order)) for row in chunk]
        somebody = {fingerprint: words for fingerprint, words in said if words.is_somebody}
        desk.facts["people"]["unidentified"] += len(chunk) - len(somebody)
        _keep(desk, "known", _write(desk, somebody))
        done += len(chunk)
        desk.lease.progress(done, total, "identifying customers")


def _write(desk: Desk, said: dict[int, Said]) -> list[tuple[int, int | None]]:
    """Bring one chunk of people into the customers' records, or (dry run) only pretend to."""
    if desk.run.dry_run:
        with transaction.atomic():
            pairs = _resolve(desk, said)
            transaction.set_rollback(True)
        return pairs
    with desk.lease.step():
        return _resolve(desk, said)


def _resolve(desk: Desk, said: dict[int, Said]) -> list[tuple[int, int | None]]:
    found: Resolved = resolve(said, desk.run.system)
    made = {customer: new_key() for customer in found.new}
    insert(CustomerKey, ("customer_id", "key"), list(made.items()))
    old = keys_of(set(found.customers.values()) - made.keys())
    rows = [
        (desk.run.system, fingerprint, customer, desk.run.pk if customer in made else None)
        for fingerprint, customer in found.customers.items()
    ]
    insert(SeenPerson, ("system", "fingerprint", "customer_id", "created_by"), rows)
    desk.facts["people"]["new"] += len(made)
    desk.facts["people"]["changed"] += found.changed
    return [
        (fingerprint, made.get(customer) or old.get(customer))
        for fingerprint, customer in found.customers.items()
    ]
