"""When an event happened: as an instant in any of the ways that programs write it, and as a day of the shop.

Read: seconds, milliseconds or microseconds since 1970 (10, 13 or 16 digits), and whatever `dates` reads, with
the time of day behind it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.conf import settings

from recompra.ingest.dates import FIRST_DAY, day_text, read_days
from recompra.ingest.desk import Desk
from recompra.ingest.normalise import instant

COLUMN = "occurred_at"
QUARTER = 900_000_000
"""Microseconds in which no clock on earth changes its day: every offset is a whole number of these."""
DUE = "q.occurred_on IS NOT NULL AND coalesce(t.is_due, true)"


def parts(text: str) -> str:
    """SQL of `epoch` (microseconds), else `day_text` and `clock`, from a text without blanks around it."""
    number = f"try_cast({text} AS BIGINT)"
    scale = f"CASE length({text}) WHEN 10 THEN 1000000 WHEN 13 THEN 1000 WHEN 16 THEN 1 END"
    day = day_text(text)
    return (
        f"{number} * {scale} AS epoch, CASE WHEN epoch IS NULL THEN {day} END AS day_text, "
        f"CASE WHEN epoch IS NULL THEN trim(substr({text}, length({day}) + 2)) END AS clock"
    )


def place(desk: Desk) -> None:
    """Make, from `parsed` (with the columns of `parts`, and `code`), the view `timed`: its rows with `moment`
    (UTC), `occurred_on` (the shop's day) and `fault`, the quarantine code of a time that cannot be, and note
    the faults of rows that had none as problems."""
    texts = desk.run_sql(
        "SELECT DISTINCT day_text FROM parsed WHERE code IS NULL AND day_text IS NOT NULL ORDER BY 1"
    )
    desk.facts["date_order"] = read_days(desk, COLUMN, [text for (text,) in texts])
    told = instant() if texts else "NULL::TIMESTAMP"
    desk.run_sql(
        "CREATE OR REPLACE VIEW read AS SELECT *, "  # noqa: S608
        f"CASE WHEN epoch IS NOT NULL THEN make_timestamp(epoch) ELSE {told} END AS moment "
        "FROM (SELECT p.*, d.day, d.is_due, d.start, d.clock AS day_clock "
        f"FROM parsed AS p LEFT JOIN days_{COLUMN} AS d ON d.text = p.day_text)"
    )
    _quarters(desk)
    desk.run_sql(
        "CREATE OR REPLACE VIEW timed AS SELECT t.*, q.occurred_on, CASE "  # noqa: S608
        "WHEN t.code IS NOT NULL THEN NULL WHEN epoch IS NULL AND day IS NULL THEN 'date_invalid' "
        f"WHEN NOT coalesce(is_due, true) OR (moment IS NOT NULL AND NOT ({DUE})) THEN 'date_out_of_range' "
        "WHEN moment IS NULL THEN 'time_invalid' END AS fault "
        f"FROM read AS t LEFT JOIN quarters AS q ON q.quarter = epoch_us(t.moment) // {QUARTER}"
    )
    desk.run_sql("INSERT INTO problems SELECT file, line, fault FROM timed WHERE fault IS NOT NULL")


def _quarters(desk: Desk) -> None:
    """`quarters`: the shop's day of each quarter of an hour that occurs, from 1990 until tomorrow."""
    zone = ZoneInfo(settings.TIME_ZONE)
    first = datetime(FIRST_DAY.year, 1, 1, tzinfo=UTC)
    last = datetime.now(UTC) + timedelta(days=1)
    lowest, highest = (int(at.timestamp()) * 1_000_000 // QUARTER for at in (first, last))
    numbers = [
        number
        for (number,) in desk.run_sql(
            f"SELECT DISTINCT epoch_us(moment) // {QUARTER} AS quarter FROM read "  # noqa: S608
            f"WHERE code IS NULL AND moment IS NOT NULL AND quarter BETWEEN {lowest} AND {highest}"
        )
    ]
    days = [datetime.fromtimestamp(number * QUARTER // 1_000_000, zone).date() for number in numbers]
    table = pa.table({"quarter": pa.array(numbers, pa.int64()), "occurred_on": pa.array(days, pa.date32())})
    desk.db.register("quarters_read", table)
    desk.run_sql("CREATE OR REPLACE TABLE quarters AS SELECT * FROM quarters_read")
    desk.db.unregister("quarters_read")
