"""What visitors did on the shop's site, as its analytics exports it (GA4 names), into the facts' `visits`.

visitor_key: keyed hash of (system, the browser's id). visit_key: keyed hash of (system, visitor, event,
instant, occurrence): equal rows are kept apart by occurrence, and a second import finds the same ones. Where
the file names a signed-in user whom we know, the row leads to that customer. An e-mail or CPF among the texts
is left out: no person stands in the facts.
"""

from __future__ import annotations

from recompra.ingest import keyed, moments
from recompra.ingest.desk import Desk, literal
from recompra.ingest.distinct import STORE, cell, gather
from recompra.ingest.facts import copy, write_stores
from recompra.ingest.normalise import broken, empty, is_void, make, places, store_token

ORIGINS = ("source", "medium", "campaign")
LONGEST = 100
PERSONAL = r"@|\d{3}\.\d{3}\.\d{3}-\d{2}"


def normalise(desk: Desk) -> None:
    """Make `parsed`, `problems` and `left_out` (file, line, reason) from `rows`."""
    empty(desk)
    keyed.prepare(desk)
    said = gather(desk)
    have = set(desk.columns("rows"))
    visitor = keyed_text(desk, "visitor", cell(desk, "visitor"))
    event = f"lower({impersonal(cell(desk, 'event'))})"
    origins = ", ".join(
        f"{impersonal(cell(desk, name)) if name in have else 'NULL::VARCHAR'} AS {name}" for name in ORIGINS
    )
    at = cell(desk, moments.COLUMN)
    store = store_token(desk, have) if _names_stores(desk) else "NULL::UBIGINT"
    make(
        desk,
        have,
        f"SELECT {places(have)}{said.person} AS person, {said.shop} AS shop, {store} AS store, "  # noqa: S608
        f"{visitor} AS visitor_key, {event} AS event, {moments.parts(at)}, {origins}, "
        f"CASE WHEN {broken(desk, have)} IS NOT NULL THEN {broken(desk, have)} "
        f"WHEN {event} IS NULL THEN 'event_missing' WHEN {at} IS NULL THEN 'date_missing' END AS code, "
        f"{is_void(desk, ('event', moments.COLUMN, 'visitor'))} AS is_void FROM rows AS r",
    )
    moments.place(desk)
    desk.run_sql(
        "CREATE OR REPLACE TABLE left_out AS SELECT file, line, 'visitor_missing' AS reason FROM timed "
        "WHERE code IS NULL AND fault IS NULL AND visitor_key IS NULL"
    )
    desk.run_sql(
        "CREATE OR REPLACE VIEW lines AS SELECT * FROM timed "
        "WHERE code IS NULL AND fault IS NULL AND visitor_key IS NOT NULL"
    )


def _names_stores(desk: Desk) -> bool:
    """Whether the file, or who brought it, says to which store the site belongs."""
    return bool(set(desk.columns("rows")) & {*STORE} or desk.run.options.get("store"))


def keyed_text(desk: Desk, kind: str, text: str) -> str:
    """SQL: the keyed hash of a text of this system, NULL where there is none."""
    return f"keyed({literal(desk.run.system)} || chr(31) || {literal(kind)} || chr(31) || {text})"


def impersonal(text: str) -> str:
    """SQL: the text, NULL where an e-mail or a CPF stands in it."""
    return f"CASE WHEN NOT regexp_matches({text}, '{PERSONAL}') THEN left({text}, {LONGEST}) END"


def write(desk: Desk) -> None:
    """Write the batch's visits and the stores that they name. Run again, it writes the same files."""
    keyed.prepare(desk)
    (desk.run.place / "batch").mkdir(exist_ok=True, mode=0o700)
    store, joined = "NULL::BIGINT", ""
    if _names_stores(desk):
        write_stores(desk)
        store, joined = "s.store_key", "LEFT JOIN shops AS s USING (store)"
    key = keyed_text(desk, "visit", "concat_ws(chr(31), l.visitor_key, l.event, epoch_us(l.moment), l.n)")
    numbered = "row_number() OVER (PARTITION BY visitor_key, event, moment ORDER BY file, line)"
    copy(
        desk,
        "visits",
        f"SELECT {key} AS visit_key, l.visitor_key, k.customer_key, l.event, l.moment AS occurred_at, "  # noqa: S608
        f"l.occurred_on, {store} AS store_key, l.source, l.medium, l.campaign, "
        f"{desk.run.batch}::BIGINT AS batch FROM (SELECT *, {numbered} AS n FROM lines) AS l "
        f"LEFT JOIN keys AS k USING (person) {joined}",
    )
    figures = desk.run_sql(
        "SELECT count(*), count(DISTINCT visitor_key), count(*) FILTER (WHERE event = 'purchase'), "
        "min(occurred_on)::VARCHAR, max(occurred_on)::VARCHAR FROM lines"
    )[0]
    names = ("visits", "visitors", "site_purchases", "first_day", "last_day")
    desk.facts["figures"] = dict(zip(names, figures, strict=True))
