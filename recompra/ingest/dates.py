"""Days as people and programs write them. A column is read by its distinct days, so the whole file gives
evidence.

Read: 2017-10-02, 2017/10/02, 20171002, 02/10/2017, 2/10/17, 02.10.2017, 02-out-2017, and spreadsheet
serials (43010.46);
behind the day, after a space or T, the time of day. Whether 02/10 is 2 October or 10 February is decided
by the days
above 12 of the whole column; without such evidence the person is asked.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext as _

from recompra.ingest.desk import Desk
from recompra.ingest.stage import Unclear

FIRST_DAY = date(1990, 1, 1)
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\Z")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0)?\Z")
PARTS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\Z")
NAMED = re.compile(r"(\d{1,2})[-/.]([a-zç]{3})[a-zç]*\.?[-/.](\d{4}|\d{2})\Z", re.IGNORECASE)
SERIAL = re.compile(r"([2-7]\d{4})(\.\d+)?\Z")
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan",
            "fev feb",
            "mar",
            "abr apr",
            "mai may",
            "jun",
            "jul",
            "ago aug",
            "set sep",
            "out oct",
            "nov",
            "dez dec",
        ),
        1,
    )
    for name in names.split()
}
MINORITY = 0.01
"""Share of days against the majority that is taken for mistakes, not for a second order of day and month."""
SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 (a spreadsheet knows no zone)
MICROSECONDS = timedelta(microseconds=1)


def day_text(column: str) -> str:
    """SQL: the part of a date column before the time of day."""
    spaced = f"CASE WHEN contains({column}, 'T') THEN replace({column}, 'T', ' ') ELSE {column} END"
    return f"split_part({spaced}, ' ', 1)"


def day_in(column: str, texts: list[str]) -> str:
    """SQL: `day_text` of a column whose days are these texts: quick where all have one length."""
    lengths = {len(text) for text in texts}
    return f"left({column}, {lengths.pop()})" if len(lengths) == 1 else day_text(column)


def date_order(texts: list[str]) -> str:
    """ "dmy" or "mdy" by the evidence of these days; "" when any of them matters and none tells; "?" when
    they disagree.
    """
    days_first = months_first = unclear = 0
    for text in texts:
        if not (found := PARTS.match(text)):
            continue
        first, second = int(found[1]), int(found[2])
        days_first += first > 12 >= second
        months_first += second > 12 >= first
        unclear += first <= 12 and second <= 12 and first != second
    most, least = max(days_first, months_first), min(days_first, months_first)
    if least > MINORITY * most:
        return "?"
    if most:
        return "dmy" if days_first > months_first else "mdy"
    return "" if unclear else "dmy"


def parse(text: str, order: str) -> datetime | None:
    """The local instant a day text means (midnight, but for spreadsheet serials), None when it is no day."""
    if found := ISO.match(text) or COMPACT.match(text):
        return _moment(found[1], found[2], found[3])
    if found := PARTS.match(text):
        day, month = (found[1], found[2]) if order == "dmy" else (found[2], found[1])
        return _moment(_century(found[3]), month, day)
    if found := NAMED.match(text):
        month_number = MONTHS.get(found[2].lower(), 0)
        return _moment(_century(found[3]), str(month_number), found[1])
    if found := SERIAL.match(text):
        seconds = round(float(found[2] or 0) * 86_400)
        return SERIAL_ZERO + timedelta(days=int(found[1]), seconds=seconds)
    return None


def _moment(year: str, month: str, day: str) -> datetime | None:
    try:
        return datetime(int(year), int(month), int(day))  # noqa: DTZ001 (a day of the shop; the zone comes with its start)
    except ValueError:
        return None


def _century(year: str) -> str:
    if len(year) == 4:
        return year
    return ("20" if int(year) <= date.today().year % 100 + 1 else "19") + year  # noqa: DTZ011 (the century only)


def read_days(desk: Desk, column: str, texts: list[str]) -> str:
    """Make `days_<column>` (text, day, is_due, start, clock) from the distinct days of a column of `rows`.

    `start`: microseconds since 1970 UTC at which the day begins in the shop's zone, NULL on the days the
    clocks change;
    `clock`: microseconds since midnight that the text itself holds; `is_due`: from 1990 until tomorrow.
    Gives the order of day and month that was used.
    """
    order = desk.run.options.get("date_order") or date_order(texts)
    if order not in ("dmy", "mdy"):
        _ask(column, texts, order)
    table = _dictionary(texts, order)
    desk.db.register("days_read", table)
    desk.run_sql(f"CREATE OR REPLACE TABLE days_{column} AS SELECT * FROM days_read")  # noqa: S608
    desk.db.unregister("days_read")
    return order


def _ask(column: str, texts: list[str], order: str) -> None:
    example = next((text for text in texts if (found := PARTS.match(text)) and found[1] != found[2]), "")
    why = (
        _("Some days only fit day/month, others only month/day.")
        if order == "?"
        else _("No day of the file tells.")
    )
    raise Unclear(
        _(
            "Is “%(example)s” day/month or month/day? %(why)s Answer with --date-order dmy (day "
            "first, as in Brazil) or "
            "--date-order mdy (month first)."
        )
        % {"example": example, "why": why},
        {"kind": "date_order", "column": column, "example": example},
    )


def _dictionary(texts: list[str], order: str) -> pa.Table:
    zone = ZoneInfo(settings.TIME_ZONE)
    last = datetime.now(zone).date() + timedelta(days=1)
    days: list[date | None] = []
    due: list[bool] = []
    starts: list[int | None] = []
    clocks: list[int] = []
    for text in texts:
        moment = parse(text, order)
        day = moment.date() if moment else None
        days.append(day)
        due.append(day is not None and FIRST_DAY <= day <= last)
        starts.append(_start(day, zone) if day and due[-1] else None)
        clocks.append((moment - datetime.combine(moment.date(), time())) // MICROSECONDS if moment else 0)
    return pa.table(
        {
            "text": pa.array(texts, pa.string()),
            "day": pa.array(days, pa.date32()),
            "is_due": pa.array(due, pa.bool_()),
            "start": pa.array(starts, pa.int64()),
            "clock": pa.array(clocks, pa.int64()),
        }
    )


def _start(day: date, zone: ZoneInfo) -> int | None:
    begins = datetime.combine(day, time(), zone).astimezone(UTC)
    ends = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    if ends - begins != timedelta(days=1):
        return None
    return (begins - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECONDS
