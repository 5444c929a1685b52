"""Text files as the engine's CSV reader sees them: into a table, or as a view that is read again each time.

A file that comes alone is never copied onto the desk: its texts are three times what we keep of them. The
view `found_0` reads it where it lies; the rows come in the file's order each time, so that the place of a row
in a table made of them is its place in the file.
"""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from recompra.ingest.desk import Desk, literal
from recompra.ingest.quotes import BROKEN
from recompra.ingest.receive import MARKS
from recompra.theme.refused import Refused

REASONS = {
    "MISSING COLUMNS": "columns_missing",
    "TOO MANY COLUMNS": "columns_extra",
    "UNQUOTED VALUE": "quote_broken",
    "LINE SIZE OVER MAXIMUM": "line_too_long",
    "INVALID ENCODING": "undecodable",
}
KEEPING = "store_rejects = true, rejects_limit = 0"


def reader(path: Path, delimiter: str, width: int, *, has_quotes: bool, rejects: str = KEEPING) -> str:
    """SQL of the file's records as VARCHAR columns c0, c1, ...; what is no record is kept, or passed over."""
    names = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(width))
    quote = "'\"'" if has_quotes else "''"
    return (
        f"read_csv({literal(str(path))}, auto_detect = false, delim = {literal(delimiter)}, quote = {quote}, "
        f"escape = {quote}, header = true, columns = {{{names}}}, {rejects})"
    )


def stream(desk: Desk, path: Path, delimiter: str, width: int) -> None:
    """Make the view `found_0` over a file without quotation marks; its first reading ends in `counted`."""
    passing = reader(path, delimiter, width, has_quotes=False, rejects="ignore_errors = true")
    first = reader(path, delimiter, width, has_quotes=False)
    forget_rejects(desk)
    desk.run_sql(f"CREATE OR REPLACE VIEW found_0 AS SELECT * FROM {first}")  # noqa: S608
    desk.facts["stream"] = f"SELECT * FROM {passing}"  # noqa: S608


def is_streamed(desk: Desk) -> bool:
    return "stream" in desk.facts


def counted(desk: Desk, good: int) -> None:
    """After the first reading, which met `good` rows: keep what was no record, and read without it on."""
    keep_rejects(desk, 0)
    desk.run_sql(f"CREATE OR REPLACE VIEW found_0 AS {desk.facts['stream']}")
    desk.facts["files"][0]["records"] = good + desk.one("SELECT count(*) FROM rejects")


def refuse_empty(desk: Desk, rows: int) -> None:
    """Raises Refused when nothing but the header stands in the files."""
    if not rows and not desk.one("SELECT count(*) FROM rejects"):
        raise Refused(_("The file has a header and no rows."))


def placed(desk: Desk, number: int) -> str:
    """SQL of a source of the file's records as found, with their place as `rowid`; "" when they are gone."""
    if desk.has(f"found_{number}"):
        return f"(SELECT rowid, * FROM found_{number})"  # noqa: S608
    if number or not is_streamed(desk):
        return ""
    return "(SELECT row_number() OVER () - 1 AS rowid, * FROM found_0)"


def forget_rejects(desk: Desk) -> None:
    """What the engine kept of an earlier reading."""
    for leftover in ("reject_errors", "reject_scans"):
        desk.db.execute(f"DROP TABLE IF EXISTS {leftover}")


def keep_rejects(desk: Desk, number: int) -> None:
    """Bring what the reader could not take into `rejects`; what bears a mark gets the mark's own reason."""
    cases = " ".join(f"WHEN '{kind}' THEN '{code}'" for kind, code in REASONS.items())
    desk.run_sql("DELETE FROM rejects WHERE file = ?", [number])
    desk.run_sql(
        f"INSERT INTO rejects SELECT {number}, line, min(CASE error_type::VARCHAR {cases} ELSE "  # noqa: S608
        "'row_unreadable' END), "
        "left(min(csv_line), 2000) FROM reject_errors GROUP BY line"
    )
    for mark, code in ((BROKEN, "quote_broken"), *MARKS.items()):
        desk.run_sql(
            "UPDATE rejects SET code = ?, raw = replace(raw, ?, '') WHERE file = ? AND contains(raw, ?)",
            [code, mark, number, mark],
        )


def trimmed(column: str) -> str:
    """SQL: the text without blanks around it, NULL when there is none. Trimming is slow and seldom needed:
    most texts begin with a printable character of ASCII and end without a space.
    """
    is_plain = (
        f"{column} BETWEEN '!' AND '~' AND NOT ends_with({column}, ' ') AND NOT ends_with({column}, chr(160))"
    )
    return f"CASE WHEN {is_plain} THEN {column} ELSE nullif(trim({column}), '') END"
