"""Who is in the shop's loyalty programmes: rows of people with a programme, a tier and when they joined.

The people go the way of every import (`identify`): known ones are found, others become customers. What a row
says of the programme renews what was known and blanks nothing; who left stays on record with the day.
Numbers of cards and points are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from recompra.customers.models import Membership
from recompra.ingest.columns import plain
from recompra.ingest.dates import day_text, read_days
from recompra.ingest.desk import Desk
from recompra.ingest.distinct import cell, gather
from recompra.ingest.identify import customers_of
from recompra.ingest.models import ImportRun
from recompra.ingest.normalise import empty, parse_plain, table_of
from recompra.ingest.words import LEFT

COLUMNS = ("program", "tier", "joined_on", "left_on", "is_member")
DAYS = ("joined_on", "left_on")
LONGEST = {"program": 80, "tier": 60}
CHUNK = 5_000
KEPT = ("tier", "joined_on", "left_on")


@dataclass(frozen=True)
class Told:
    """What the file says of one member in the end; None: nothing. `has_left` may be true without a day."""

    program: str
    tier: str | None
    joined_on: date | None
    left_on: date | None
    has_left: bool | None


def normalise(desk: Desk) -> None:
    """Make `parsed`, `problems` and the view `memberships` (one per good row) from `rows`."""
    empty(desk)
    said = gather(desk)
    have = set(desk.columns("rows"))
    cells = {name: cell(desk, name) if name in have else "NULL::VARCHAR" for name in COLUMNS}
    parse_plain(desk, said, "".join(f"{text} AS {name}, " for name, text in cells.items()))
    days = " UNION ".join(f"SELECT {day_text(name)} AS text FROM parsed" for name in DAYS)  # noqa: S608
    texts = desk.run_sql(f"SELECT text FROM ({days}) WHERE text IS NOT NULL ORDER BY text")  # noqa: S608
    desk.facts["date_order"] = read_days(desk, "memberships", [text for (text,) in texts])
    _names(desk)
    missing = "program IS NULL" if "program" in have else "tier IS NULL AND joined_on IS NULL"
    wrong = " ".join(
        f"WHEN {name} IS NOT NULL AND {name[0]}.day IS NULL THEN 'date_invalid' "
        f"WHEN NOT coalesce({name[0]}.is_due, true) THEN 'date_out_of_range'"
        for name in DAYS
    )
    joined = " ".join(
        f"LEFT JOIN days_memberships AS {name[0]} ON {name[0]}.text = {day_text(f'p.{name}')}"
        for name in DAYS
    )
    desk.run_sql(
        "CREATE OR REPLACE TABLE judged AS SELECT p.file, p.line, CASE "  # noqa: S608
        f"WHEN {missing} THEN 'membership_missing' {wrong} END AS fault "
        f"FROM parsed AS p {joined} WHERE p.code IS NULL AND fault IS NOT NULL"
    )
    row = "p.rowid = j.line" if table_of(desk) != "parsed" else "p.file = j.file AND p.line = j.line"
    desk.run_sql(f"UPDATE {table_of(desk)} AS p SET code = j.fault FROM judged AS j WHERE {row}")  # noqa: S608
    desk.run_sql("INSERT INTO problems SELECT file, line, fault FROM judged")
    desk.run_sql(
        "CREATE OR REPLACE VIEW memberships AS SELECT p.place, p.person, n.program, s.tier, "  # noqa: S608
        f"j.day AS joined_on, l.day AS left_on, m.has_left FROM parsed AS p {joined} "
        "JOIN programs AS n ON n.text = coalesce(p.program, '') "
        "LEFT JOIN tiers AS s ON s.text = p.tier LEFT JOIN standings AS m ON m.text = p.is_member "
        "WHERE p.code IS NULL"
    )


def _names(desk: Desk) -> None:
    """`programs`, `tiers` and `standings`: what each distinct text of the file means. One programme or tier
    that is spelled in several ways is one, by the spelling on record, else by the most usual."""
    known = Membership.objects.values_list("program", "tier").distinct()[:CHUNK]
    held = {"program": [program for program, _tier in known], "tier": [tier for _program, tier in known]}
    for name, table in (("program", "programs"), ("tier", "tiers")):
        rows = desk.run_sql(
            f"SELECT coalesce({name}, ''), count(*) FROM parsed GROUP BY ALL ORDER BY 2 DESC, 1"  # noqa: S608
        )
        spelled = {plain(text): text for text in reversed([tidy(text, name) for text, _count in rows])}
        spelled |= {plain(text): text for text in held[name] if text}
        meant = [(text, spelled[plain(tidy(text, name))]) for text, _count in rows if text]
        if name == "program":
            meant.append(("", _unnamed()))
        _table(desk, table, name, "VARCHAR", meant)
    told = desk.run_sql("SELECT DISTINCT is_member FROM parsed WHERE is_member IS NOT NULL")
    _table(desk, "standings", "has_left", "BOOLEAN", [(text, plain(text) in LEFT) for (text,) in told])


def tidy(text: str, name: str) -> str:
    return " ".join(text.split())[: LONGEST[name]]


def _unnamed() -> str:
    """The programme of a file that names none: a shop that has one needs no name for it."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Loyalty")


def _table(desk: Desk, table: str, column: str, kind: str, rows: list[tuple[str, Any]]) -> None:
    desk.run_sql(f"CREATE OR REPLACE TABLE {table} (text VARCHAR, {column} {kind})")
    if rows:
        desk.db.executemany(f"INSERT INTO {table} VALUES (?, ?)", [list(row) for row in rows])  # noqa: S608


def write(desk: Desk) -> None:
    """Bring the memberships into the customers' records. Run again, it changes nothing."""
    (desk.run.place / "batch").mkdir(exist_ok=True, mode=0o700)
    counts = dict.fromkeys(("new", "changed", "unchanged"), 0)
    for chunk in _chunks(desk):
        if desk.run.dry_run:
            _settle(chunk, desk.run, counts)
            continue
        with desk.lease.step():
            _replace(_settle(chunk, desk.run, counts))
    desk.facts["members"] = counts
    by_program = desk.run_sql(
        "SELECT program, count(DISTINCT customer_key) FROM memberships JOIN keys USING (person) "
        "WHERE customer_key IS NOT NULL GROUP BY program ORDER BY program"
    )
    desk.facts["figures"] = {"members": dict(by_program)}


def _chunks(desk: Desk) -> Iterator[list[tuple[int, Told]]]:
    """(customer_key, what the file says in the end of one of their programmes): the later row wins."""
    blank = "false" if "left_on" in desk.columns("rows") else "NULL"
    rows = desk.db.cursor().execute(
        "SELECT customer_key, program, arg_max(tier, place) FILTER (WHERE tier IS NOT NULL), "  # noqa: S608
        "arg_max(joined_on, place) FILTER (WHERE joined_on IS NOT NULL), "
        "arg_max(left_on, place) FILTER (WHERE left_on IS NOT NULL), "
        f"arg_max_null(coalesce(has_left, CASE WHEN left_on IS NOT NULL THEN true ELSE {blank} END), place) "
        "FROM memberships JOIN keys USING (person) WHERE customer_key IS NOT NULL "
        "GROUP BY customer_key, program ORDER BY customer_key, program"
    )
    while chunk := rows.fetchmany(CHUNK):
        desk.lease.keep()
        yield [(row[0], Told(*row[1:])) for row in chunk]


def _settle(chunk: list[tuple[int, Told]], run: ImportRun, counts: dict[str, int]) -> list[Membership]:
    """The memberships that are new or said otherwise, counted. Who has no record any more has none."""
    owners = customers_of({key for key, _told in chunk})
    held = Membership.objects.filter(customer_id__in=set(owners.values()))
    before = {(one.customer_id, one.program): one for one in held}
    found: dict[tuple[int, str], Membership] = {}
    for key, told in chunk:
        if (customer := owners.get(key)) is None:
            counts["new"] += run.dry_run  # the customer is new too
            continue
        place = customer, told.program
        old = found.get(place) or before.get(place)
        row = _renewed(old or Membership(customer_id=customer, program=told.program), told)
        how = "new" if old is None else "unchanged" if _same(old, row) else "changed"
        counts[how] += 1
        if how != "unchanged":
            row.source = run.system
            found[place] = row
    return list(found.values())


def _replace(rows: list[Membership]) -> None:
    """Write memberships as new rows, in the place of those they renew: whoever asks for what is newer than a
    row's number finds them."""
    owners = {row.customer_id for row in rows}
    places = {(row.customer_id, row.program) for row in rows}
    held = Membership.objects.filter(customer_id__in=owners).values_list("pk", "customer_id", "program")
    old = [pk for pk, *place in held if tuple(place) in places]
    Membership.objects.filter(pk__in=old).delete()
    Membership.objects.bulk_create(rows)


def _renewed(old: Membership, told: Told) -> Membership:
    """As it is after what the file says."""
    left = old.left_on if told.has_left is None else None
    if told.has_left:
        left = told.left_on or old.left_on or timezone.localdate()
    return Membership(
        customer_id=old.customer_id,
        program=old.program,
        tier=told.tier or old.tier,
        joined_on=told.joined_on or old.joined_on,
        left_on=left,
        source=old.source,
    )


def _same(one: Membership, other: Membership) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in KEPT)
