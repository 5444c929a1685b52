"""What customers did with the shop's messages, as a mailing tool exports it, into the facts' `events`.

Nobody is made a customer by an e-mail that was sent to them: rows of people who are not on record are left
out and counted. So are opens made by machines: those that the tool marks as such (Apple's privacy, bots), and
those in the second of the sending or the next, which are a filter's and not a person's. Rows that are equal
to the second are one row told twice; of days without a time each stands by itself.

Who unsubscribed or marked a message as spam is asked no more by that channel: see `refusals`.
"""

from __future__ import annotations

from recompra.ingest import keyed, moments, refusals
from recompra.ingest.columns import IDENTITY, plain
from recompra.ingest.desk import Desk
from recompra.ingest.distinct import cell, gather
from recompra.ingest.facts import copy
from recompra.ingest.known import recognise
from recompra.ingest.normalise import broken, empty, is_void, make, places, table_of
from recompra.ingest.visits import impersonal, keyed_text
from recompra.ingest.words import CHANNELS, MESSAGE_EVENTS, YES

OPTIONAL = ("channel", "campaign", "is_machine")
SECOND = 1_000_000


def normalise(desk: Desk) -> None:
    """Make `parsed`, `problems` and, of the good rows, the view `told` from `rows`."""
    empty(desk)
    said = gather(desk)
    have = set(desk.columns("rows"))
    event, at = cell(desk, "event"), cell(desk, moments.COLUMN)
    texts = {name: cell(desk, name) if name in have else "NULL::VARCHAR" for name in OPTIONAL}
    texts["campaign"] = impersonal(texts["campaign"]) if "campaign" in have else texts["campaign"]
    identity = ", ".join(cell(desk, name) for name in IDENTITY if name in have)
    make(
        desk,
        have,
        f"SELECT {places(have)}{said.person} AS person, {event} AS said, "  # noqa: S608
        f"lower(concat_ws(chr(31), {identity})) AS who, {moments.parts(at)}, "
        f"{', '.join(f'{text} AS {name}' for name, text in texts.items())}, "
        f"CASE WHEN {broken(desk, have)} IS NOT NULL THEN {broken(desk, have)} "
        f"WHEN {event} IS NULL THEN 'event_missing' WHEN {at} IS NULL THEN 'date_missing' "
        f"WHEN {said.person} IS NULL THEN 'person_unidentified' END AS code, "
        f"{is_void(desk, ('event', moments.COLUMN))} AS is_void FROM rows AS r",
    )
    _words(desk)
    moments.place(desk)


def _words(desk: Desk) -> None:
    """`spoken`: what each distinct text of event, channel and machine means; whoever says an unknown event
    waits."""
    rows = desk.run_sql("SELECT DISTINCT said, channel, is_machine FROM parsed WHERE code IS NULL")
    desk.run_sql("CREATE OR REPLACE TABLE spoken (said VARCHAR, channel VARCHAR, is_machine VARCHAR, "
                 "event VARCHAR, sent_by VARCHAR, machine BOOLEAN)")  # fmt: skip
    meant = []
    for said, channel, machine in rows:
        word, by = MESSAGE_EVENTS.get(plain(said)), CHANNELS.get(plain(channel or ""), "email")
        event = f"{by}_{word}" if word else None
        meant.append([said, channel, machine, event, by, plain(machine or "") in YES])
    if meant:
        desk.db.executemany("INSERT INTO spoken VALUES (?, ?, ?, ?, ?, ?)", meant)
    desk.run_sql(
        f"UPDATE {table_of(desk)} SET code = 'event_unknown' WHERE code IS NULL "  # noqa: S608
        "AND said IN (SELECT said FROM spoken WHERE event IS NULL)"
    )
    desk.run_sql("INSERT INTO problems SELECT file, line, code FROM parsed WHERE code = 'event_unknown'")


def identify(desk: Desk) -> None:
    """Recognise the people; then say of each good row whether it counts. Makes the table `told`."""
    recognise(desk)
    desk.run_sql(
        "CREATE OR REPLACE TABLE told AS SELECT t.file, t.line, t.person, t.who, k.customer_key, s.event, "
        "s.sent_by AS channel, t.campaign, t.moment, t.occurred_on, "
        "coalesce(t.clock, '-') <> '' AS has_clock, s.machine "
        "FROM timed AS t JOIN spoken AS s ON s.said = t.said AND s.channel IS NOT DISTINCT FROM t.channel "
        "AND s.is_machine IS NOT DISTINCT FROM t.is_machine LEFT JOIN keys AS k USING (person) "
        "WHERE t.code IS NULL AND t.fault IS NULL"
    )
    desk.run_sql(
        "CREATE OR REPLACE TABLE left_out AS SELECT file, line, 'person_unknown' AS reason FROM told "  # noqa: S608
        "WHERE customer_key IS NULL UNION ALL SELECT file, line, 'machine_open' FROM told AS o "
        "WHERE customer_key IS NOT NULL AND ends_with(event, '_opened') "
        "AND (machine OR (has_clock AND EXISTS (SELECT 1 FROM told AS s "
        "WHERE ends_with(s.event, '_sent') AND s.has_clock AND s.customer_key = o.customer_key "
        "AND s.campaign IS NOT DISTINCT FROM o.campaign "
        f"AND epoch_us(o.moment) - epoch_us(s.moment) BETWEEN 0 AND {SECOND})))"
    )
    alike = "customer_key, event, campaign, moment"
    desk.run_sql(
        "INSERT INTO repeated SELECT file, line, 'equal_row' FROM told ANTI JOIN left_out USING (file, line) "  # noqa: S608
        f"WHERE has_clock QUALIFY row_number() OVER (PARTITION BY {alike} ORDER BY file, line) > 1"
    )


def write(desk: Desk) -> None:
    """Write the batch's events, and who wants no more messages. Run again, it writes the same."""
    keyed.prepare(desk)
    (desk.run.place / "batch").mkdir(exist_ok=True, mode=0o700)
    parts = "who, event, coalesce(campaign, ''), epoch_us(moment), n"
    key = keyed_text(desk, "event", f"concat_ws(chr(31), {parts})")
    alike = "who, event, campaign, moment"
    counted = (
        f"SELECT *, row_number() OVER (PARTITION BY {alike} ORDER BY file, line) AS n FROM told "  # noqa: S608
        "ANTI JOIN (SELECT file, line FROM left_out UNION ALL SELECT file, line FROM repeated) "
        "USING (file, line)"
    )
    copy(
        desk,
        "events",
        f"SELECT {key} AS event_key, customer_key, event, channel, moment AS occurred_at, occurred_on, "  # noqa: S608
        f"campaign, {desk.run.batch}::BIGINT AS batch FROM ({counted})",
    )
    by_event = desk.run_sql(f"SELECT event, count(*) FROM ({counted}) GROUP BY event ORDER BY event")  # noqa: S608
    days = desk.run_sql("SELECT min(occurred_on)::VARCHAR, max(occurred_on)::VARCHAR FROM told")[0]
    desk.facts["figures"] = {
        "events": dict(by_event),
        "lowered": refusals.write(desk),
        "first_day": days[0],
        "last_day": days[1],
    }
