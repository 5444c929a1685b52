"""Where the person leaves the row: each distinct person of the file becomes a customer, and the row keeps
their key.

Who it is: the id in that system, then CPF or CNPJ, then e-mail, then mobile number. E-mail and mobile do
not lead to a customer who has another id in the same system or another CPF: families share a telephone.
What an import says fills and renews contact data, never blanks it; it may lower consent, never raise it.

The only file outside `customers` that may use its keys.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

import duckdb
import pyarrow as pa
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.customers.keys import CustomerKey, keys_of, new_keys
from recompra.customers.models import Change
from recompra.customers.record import changes
from recompra.customers.record.changes import Noted
from recompra.customers.record.identified import DOCUMENTS
from recompra.ingest import forgotten, keyed, newcomers, shared
from recompra.ingest.bulk import highest, insert, loading, look_up, ready, walk
from recompra.ingest.columns import IDENTITY
from recompra.ingest.desk import Desk
from recompra.ingest.distinct import person_columns
from recompra.ingest.models import ImportRun, SeenPerson
from recompra.ingest.newcomers import Usual
from recompra.ingest.person import Said, read
from recompra.ingest.resolve import resolve
from recompra.ingest.stream import is_streamed
from recompra.ingest.usual import COLUMNS, usual
from recompra.privacy.consents import ledger as consents
from recompra.privacy.erasure.kept_blocks import put_again
from recompra.privacy.erasure.suppression import Told

LOOK_UP = 20_000
WALK = 4
"""Walking by costs about this many times less than a look-up."""
WINDOW = 24_000
"""People read by the engine at a time: planning that statement takes as long as reading some thousands."""
MANY = WINDOW
"""From so many new people on, reading the file once more for their order costs less than waiting for the
rows."""
CHUNK = 8_000
"""People per transaction: at some 40 microseconds each, nobody waits long for a turn to write."""


def identify(desk: Desk) -> None:
    """Make `keys` (person, customer_key). Resumed, it goes on: whoever was seen needs no second look."""
    names = person_columns(desk)
    desk.run_sql("CREATE OR REPLACE TABLE keys (person UBIGINT, customer_key BIGINT)")
    desk.facts["people"] = {"distinct": 0, "new": 0, "changed": 0, "unidentified": 0, "erased": 0}
    desk.run_sql("CREATE OR REPLACE TABLE forgotten (fingerprint BIGINT)")
    if not names:
        return
    keyed.prepare(desk)
    said = ", ".join(f"coalesce({name}, '')" for name in names)
    identifying = ", ".join(name for name in IDENTITY if name in names)
    titles = ",".join(names)
    desk.run_sql(
        "CREATE OR REPLACE TABLE faces AS SELECT person, "  # noqa: S608
        f"keyed('{titles}' || chr(31) || concat_ws(chr(31), {said})) AS fingerprint FROM people_told "
        f"WHERE person IS NOT NULL AND coalesce({identifying}) IS NOT NULL"
    )
    desk.run_sql("CREATE OR REPLACE TABLE known (fingerprint BIGINT, customer_key BIGINT)")
    with loading():
        _recall(desk)
        _meet(desk, names)
    desk.run_sql("INSERT INTO keys SELECT person, customer_key FROM faces JOIN known USING (fingerprint)")
    shared.set_apart(desk, names)
    desk.run_sql("DROP TABLE people_told")
    desk.facts["people"]["distinct"] = desk.one(
        "SELECT count(DISTINCT customer_key) FROM keys WHERE customer_key IS NOT NULL"
    )
    desk.facts["people"]["erased"] = desk.one("SELECT count(DISTINCT fingerprint) FROM forgotten")
    if desk.facts["holds"] in ("people", "loyalty"):
        desk.run_sql(
            "INSERT INTO problems SELECT p.file, p.line, 'person_unidentified' FROM parsed AS p LEFT "
            "JOIN keys USING (person) "
            "WHERE p.code IS NULL AND customer_key IS NULL AND person NOT IN "
            "(SELECT person FROM faces SEMI JOIN forgotten USING (fingerprint))"
        )


def keys_of_customers(ids: Collection[int]) -> dict[int, int]:
    """{customer id: customer_key} of those whose key was not torn."""
    return keys_of(ids)


def customers_of(keys: Collection[int]) -> dict[int, int]:
    """{customer_key: id of the record that is left of it} of the keys that still lead to a person."""
    found = CustomerKey.objects.filter(key__in=keys)
    rows = found.values_list("key", "customer_id", "customer__merged_into_id")
    return {key: merged or customer for key, customer, merged in rows}


def _recall(desk: Desk) -> None:
    """Fill `known` with whoever this system spoke of before in these very words: by look-ups, or by one walk
    through everybody when the file holds a good part of them."""
    wanted = desk.one("SELECT count(*) FROM faces")
    if highest(SeenPerson) > WALK * wanted:
        for fingerprints in _fingerprints(desk):
            _keep(desk, _seen(desk.run.system, fingerprints))
        return
    _bring(desk, "seen", walk(SeenPerson, "fingerprint, customer_id", "system = %s AND", desk.run.system))
    _bring(desk, "owners", walk(CustomerKey, "key, customer_id"))
    desk.run_sql(
        "INSERT INTO known SELECT s.a, o.a FROM seen AS s JOIN owners AS o USING (b) "
        "WHERE s.a IN (SELECT fingerprint FROM faces)"
    )
    desk.run_sql("DROP TABLE seen")
    desk.run_sql("DROP TABLE owners")


def _bring(desk: Desk, table: str, chunks: Iterator[list[tuple[int, ...]]]) -> None:
    desk.run_sql(f"CREATE OR REPLACE TABLE {table} (a BIGINT, b BIGINT)")
    for chunk in chunks:
        _insert_pairs(desk, table, chunk)


def _fingerprints(desk: Desk) -> Iterator[list[int]]:
    """In batches, each in ascending order: so the index is read in its own."""
    rows = desk.db.cursor().execute("SELECT DISTINCT fingerprint FROM faces ORDER BY fingerprint")
    while chunk := rows.fetchmany(LOOK_UP):
        desk.lease.keep()
        yield [row[0] for row in chunk]


def _seen(system: str, fingerprints: list[int]) -> list[tuple[int, int]]:
    """(fingerprint, customer_key) of those this system spoke of before in these very words."""
    seen, key = SeenPerson._meta.db_table, CustomerKey._meta.db_table
    return look_up(
        f"SELECT s.fingerprint, k.key FROM {seen} AS s JOIN {key} AS k ON k.customer_id = s.customer_id "  # noqa: S608
        "WHERE s.system = %s AND s.fingerprint {chosen}",
        fingerprints,
        system,
    )


def _keep(desk: Desk, pairs: Sequence[tuple[int, int]]) -> None:
    _insert_pairs(desk, "known", pairs)


def _insert_pairs(desk: Desk, table: str, pairs: Sequence[tuple[int, ...]]) -> None:
    if not pairs:
        return
    first, second = ([pair[at] for pair in pairs] for at in (0, 1))
    arrow = pa.table({"a": pa.array(first, pa.int64()), "b": pa.array(second, pa.int64())})
    desk.db.register("pairs", arrow)
    desk.run_sql(f"INSERT INTO {table} SELECT a, b FROM pairs")  # noqa: S608
    desk.db.unregister("pairs")


@dataclass
class Chunk:
    """Some people of the file: those said in usual ways, and the others by fingerprint. `order`: of all their
    fingerprints in the file."""

    order: list[int]
    usual: list[Usual]
    odd: dict[int, Said]


def _meet(desk: Desk, names: list[str]) -> None:
    """Look at whoever was never seen in these words, in the order of the file, a chunk per transaction."""
    desk.run_sql(
        "CREATE OR REPLACE TABLE people AS "  # noqa: S608
        "WITH unknown AS (FROM faces ANTI JOIN known USING (fingerprint)), "
        f"said AS (SELECT person, max(place) AS last FROM ({_places(desk)}) SEMI JOIN unknown USING (person) "
        "GROUP BY person) "
        "SELECT row_number() OVER (ORDER BY last) AS position, fingerprint, "
        f"{', '.join(names)} FROM unknown JOIN people_told USING (person) JOIN said USING (person)"
    )
    desk.run_sql(
        "CREATE OR REPLACE TABLE strangers AS SELECT max(position) AS position, fingerprint FROM people "
        "GROUP BY fingerprint ORDER BY position"
    )
    desk.run_sql("DROP TABLE IF EXISTS named")
    total, left = desk.one("SELECT count(*) FROM faces"), desk.one("SELECT count(*) FROM strangers")
    for chunk in _strangers(desk, names):
        _keep(desk, _write(desk, chunk))
        left -= len(chunk.order)
        desk.facts["people"]["unidentified"] += len(chunk.order) - len(chunk.usual) - len(chunk.odd)
        desk.lease.progress(total - left, total, "identifying customers")


def _places(desk: Desk) -> str:
    """SQL: which person each row names, and its place in the file. Of many people of a stream that is looked
    for once more, while the rows are being read apart: they are not waited for."""
    strangers = desk.one("SELECT count(*) FROM faces ANTI JOIN known USING (fingerprint)")
    if strangers < MANY or desk.apart is None or not is_streamed(desk):
        desk.rejoin()
        return "SELECT person, place FROM parsed"
    desk.run_sql(f"CREATE OR REPLACE TABLE named AS SELECT {desk.facts['person']} AS person FROM rows AS r")  # noqa: S608
    return "SELECT person, rowid AS place FROM named"


def _strangers(desk: Desk, names: list[str]) -> Iterator[Chunk]:
    """CHUNK people at a time; the next ones are read while those before them are written."""
    reader = Reader(names, desk.facts.get("birth_order") or desk.facts.get("date_order") or "dmy")
    strangers = desk.db.cursor().execute("SELECT position, fingerprint FROM strangers ORDER BY position")
    ahead: Future[Chunk] | None = None
    while window := strangers.fetchmany(WINDOW):
        cursor = desk.db.cursor()
        for at in range(0, len(window), CHUNK):
            following = desk.start(cursor, partial(reader.read, cursor, window, at))
            if ahead:
                yield ahead.result()
            ahead = following
    if ahead:
        yield ahead.result()


Places = list[tuple[int, int]]
"""(position, fingerprint) of strangers."""


class Reader:
    """Reads strangers: the usual rows as the engine does, the others by the exact way."""

    def __init__(self, names: list[str], order: str) -> None:
        between = "WHERE position BETWEEN $first AND $last"
        source = (
            f"(SELECT p.* FROM (FROM people {between}) AS p "  # noqa: S608
            f"SEMI JOIN (FROM strangers {between}) AS s USING (position))"
        )
        self.names, self.order = names, order
        self.reading = f"CREATE TEMP TABLE said AS {usual(names, order, source)}"
        self.usual = (
            f"SELECT fingerprint, {', '.join(f'u_{name}' for name in COLUMNS)} FROM said WHERE is_usual"  # noqa: S608
        )
        self.others = f"SELECT fingerprint, {', '.join(names)} FROM said WHERE NOT is_usual"  # noqa: S608

    def read(self, cursor: duckdb.DuckDBPyConnection, window: Places, at: int) -> Chunk:
        """The chunk at this place of a window, all of which the engine reads with its first chunk."""
        if at == 0:
            cursor.execute(self.reading, {"first": window[0][0], "last": window[-1][0]})
        part = window[at : at + CHUNK]
        between = f"AND position BETWEEN {part[0][0]} AND {part[-1][0]}"
        found = cursor.execute(f"{self.usual} {between}").fetchall()
        others = cursor.execute(f"{self.others} {between}").fetchall()
        if at + CHUNK >= len(window):
            cursor.execute("DROP TABLE said")
        exact = {row[0]: read(dict(zip(self.names, row[1:], strict=True)), self.order) for row in others}
        return Chunk(
            [fingerprint for _position, fingerprint in part],
            [row for row in found if newcomers.is_somebody(row)],
            {fingerprint: said for fingerprint, said in exact.items() if said.is_somebody},
        )


def _write(desk: Desk, chunk: Chunk) -> list[tuple[int, int]]:
    """Bring one chunk of people into the customers' records, or (dry run) only pretend to."""
    if desk.run.dry_run:
        with transaction.atomic():
            pairs = _settle(desk, chunk)
            transaction.set_rollback(True)
        return pairs
    with desk.lease.step():
        return _settle(desk, chunk)


def _settle(desk: Desk, chunk: Chunk) -> list[tuple[int, int]]:
    """(fingerprint, customer_key) of everybody in the chunk."""
    run, counts = desk.run, desk.facts["people"]
    usual_ones, odd = _without_erased(desk, chunk)
    new, others = newcomers.sort_out(usual_ones, odd, run.system)
    others = {seen: others[seen] for seen in chunk.order if seen in others}
    customers = dict(zip((row[0] for row in new), newcomers.write(new, run.system), strict=True))
    found = resolve(others, run.system)
    made = [*customers.values(), *found.new]
    keys = dict(zip(made, new_keys(len(made)), strict=True))
    insert(CustomerKey, ("customer_id", "key"), list(keys.items()))
    customers |= found.customers
    insert(
        SeenPerson,
        ("system", "fingerprint", "customer_id", "created_by"),
        [(run.system, seen, pk, run.pk if pk in keys else None) for seen, pk in sorted(customers.items())],
    )
    keys |= keys_of(set(found.customers.values()) - keys.keys())
    consents.declare_new(made, source=run.system, evidence=_told(run))
    consents.lower_many(found.refused, source=run.system, evidence=_told(run))
    put_again(_documents(found.noted))
    _log(run, found.noted)
    counts["new"] += len(made)
    counts["changed"] += found.changed
    return [(seen, keys[pk]) for seen, pk in customers.items() if pk in keys]


def _documents(noted: list[tuple[int, int, list[Noted]]]) -> dict[int, Told]:
    """{customer id: the documents} that known records were given."""
    given = {
        pk: {one["field"]: one["after"] for one in fields if one["field"] in DOCUMENTS and one["after"]}
        for pk, _version, fields in noted
    }
    return {
        pk: Told(cpf=documents.get("cpf", ""), cnpj=documents.get("cnpj", ""))
        for pk, documents in given.items()
        if documents
    }


def _told(run: ImportRun) -> str:
    """The import as the history of a record names it."""
    return _("import #%(number)s") % {"number": run.pk}


def _log(run: ImportRun, noted: list[tuple[int, int, list[Noted]]]) -> None:
    """Into the change log of each known record what this import changed in it."""
    reason, now = _told(run), ready(timezone.now())
    insert(
        Change,
        ("customer_id", "version", "fields", "names", "at", "by_id", "origin", "reason"),
        [
            (pk, version, json.dumps(fields), changes.names(fields), now, run.user_id, "import", reason)
            for pk, version, fields in noted
        ],
    )


def _without_erased(desk: Desk, chunk: Chunk) -> tuple[list[Usual], dict[int, Said]]:
    """The chunk's people but for those who were erased, who are only counted. Looked for inside the
    transaction that writes the others, so that nobody comes back while they are being erased."""
    erased = forgotten.among(chunk.usual, chunk.odd, desk.run.system)
    if not erased:
        return chunk.usual, chunk.odd
    desk.db.executemany("INSERT INTO forgotten VALUES (?)", [[fingerprint] for fingerprint in erased])
    odd = {seen: said for seen, said in chunk.odd.items() if seen not in erased}
    return [row for row in chunk.usual if row[0] not in erased], odd
