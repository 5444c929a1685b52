"""Text files with separated columns: .csv, .txt, .tsv, also .gz and .zip of one."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.ingest import columns
from recompra.ingest.desk import Desk, literal
from recompra.ingest.quotes import BROKEN, mended
from recompra.ingest.receive import MARKS, Seen, readable
from recompra.ingest.sources.catalog import Source
from recompra.ingest.stage import arrange, begin, drop_blank, mapping_of
from recompra.ingest.unpack import refuse_large, unpacked
from recompra.theme.refused import Refused

DELIMITERS = (";", ",", "\t", "|")
SAMPLE = 1 << 16
REASONS = {
    "MISSING COLUMNS": "columns_missing",
    "TOO MANY COLUMNS": "columns_extra",
    "UNQUOTED VALUE": "quote_broken",
    "LINE SIZE OVER MAXIMUM": "line_too_long",
    "INVALID ENCODING": "undecodable",
}


class Csv(Source):
    name: ClassVar = "csv"
    title: ClassVar = gettext_lazy("CSV or text file")
    help: ClassVar = gettext_lazy(
        "From any till or shop system. Delimiter, encoding and dates are recognised."
    )
    extensions: ClassVar = (".csv", ".txt", ".tsv", ".gz", ".zip")

    def stage(self, desk: Desk) -> None:
        begin(desk)
        for number, path in enumerate(desk.files()):
            read_text(desk, number, path)
        arrange(desk)


def read_text(desk: Desk, number: int, path: Path) -> None:
    """Bring one text file into `found_<number>` and `rejects`."""
    place = desk.run.place
    refuse_large(path.stat().st_size, place)
    text = unpacked(path, place / f"unpacked-{number}", desk)
    text, encoding, seen = readable(
        text, place / f"text-{number}", desk, encoding=desk.run.options.get("encoding", "")
    )
    delimiter, headers = look_at_header(text, desk)
    records = None
    if seen.has_quotes:
        text, records = mended(text, place / f"quoted-{number}", delimiter, desk)
    rows = _load(desk, number, text, delimiter, headers, seen)
    if records is not None and rows != records - 1:  # a field swallowed its neighbours: look at every line
        text, records = mended(text, place / f"strict-{number}", delimiter, desk, strict=True)
        rows = _load(desk, number, text, delimiter, headers, seen)
    _mark_rejects(desk, number)
    if text.name.startswith(("text-", "quoted-", "strict-")):
        desk.facts["marked"] = True
    blank = drop_blank(desk, number, len(headers))
    details = {
        "encoding": encoding,
        "delimiter": delimiter,
        "sha256": seen.sha256,
        "bytes": seen.size,
        "blank": blank,
    }
    desk.facts["files"].append({"name": desk.run.files[number], "records": rows, **details})
    desk.facts["headers"].append(headers)
    if delimiter == ";":
        desk.facts["decimal"] = "comma"


def look_at_header(path: Path, desk: Desk) -> tuple[str, list[str]]:
    """(delimiter, header names): the delimiter under which most headers are known, then most columns are
    even.
    """
    with path.open(encoding="utf-8", newline="") as file:
        sample = file.read(SAMPLE)
    lines = [line for line in sample.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()][
        :50
    ]
    if not lines:
        raise Refused(_("The file is empty."))
    given = desk.run.options.get("delimiter", "")
    best: tuple[tuple[int, int, int], str, list[str]] | None = None
    for delimiter in (given,) if given else DELIMITERS:
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        known = len(columns.recognise(rows[0], mapping_of(desk)))
        even = sum(len(row) == len(rows[0]) for row in rows) if len(rows[0]) > 1 else 0
        score = (known, even, len(rows[0]))
        if best is None or score > best[0]:
            best = (score, delimiter, [header.strip() for header in rows[0]])
    if best is None:
        raise Refused(_("The first line cannot be read as a header."))
    return best[1], best[2]


def _load(desk: Desk, number: int, path: Path, delimiter: str, headers: list[str], seen: Seen) -> int:
    """Read the file and give the number of records met, good or not."""
    names = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(len(headers)))
    texts = ", ".join(f"{_trimmed(f'c{at}')} AS c{at}" for at in range(len(headers)))
    quote = "'\"'" if seen.has_quotes else "''"
    for leftover in ("reject_errors", "reject_scans"):
        desk.db.execute(f"DROP TABLE IF EXISTS {leftover}")
    desk.run_sql(
        f"CREATE OR REPLACE TABLE found_{number} AS SELECT {texts} FROM read_csv({literal(str(path))}, "  # noqa: S608
        "auto_detect = false, "
        f"delim = {literal(delimiter)}, quote = {quote}, escape = {quote}, header = true, columns = "
        f"{{{names}}}, "
        "store_rejects = true, rejects_limit = 0)"
    )
    cases = " ".join(f"WHEN '{kind}' THEN '{code}'" for kind, code in REASONS.items())
    desk.run_sql("DELETE FROM rejects WHERE file = ?", [number])
    desk.run_sql(
        f"INSERT INTO rejects SELECT {number}, line, min(CASE error_type::VARCHAR {cases} ELSE "  # noqa: S608
        "'row_unreadable' END), "
        "left(min(csv_line), 2000) FROM reject_errors GROUP BY line"
    )
    good = desk.one(f"SELECT count(*) FROM found_{number}")  # noqa: S608
    return int(good + desk.one("SELECT count(*) FROM rejects WHERE file = ?", [number]))


def _trimmed(column: str) -> str:
    """SQL: the text without blanks around it, NULL when there is none. Trimming is slow and seldom needed:
    most texts begin with a printable character of ASCII and end without a space.
    """
    is_plain = (
        f"{column} BETWEEN '!' AND '~' AND NOT ends_with({column}, ' ') AND NOT ends_with({column}, chr(160))"
    )
    return f"CASE WHEN {is_plain} THEN {column} ELSE nullif(trim({column}), '') END"


def _mark_rejects(desk: Desk, number: int) -> None:
    """Rejected rows that bear a mark get the mark's own reason."""
    for mark, code in ((BROKEN, "quote_broken"), *MARKS.items()):
        desk.run_sql(
            "UPDATE rejects SET code = ?, raw = replace(raw, ?, '') WHERE file = ? AND contains(raw, ?)",
            [code, mark, number, mark],
        )
