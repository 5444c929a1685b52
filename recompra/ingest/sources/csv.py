"""Text files with separated columns: .csv, .txt, .tsv, also .gz and .zip of one."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.ingest.desk import Desk
from recompra.ingest.kinds import understand
from recompra.ingest.quotes import mended
from recompra.ingest.receive import NUL, Seen, readable
from recompra.ingest.sources.catalog import Source
from recompra.ingest.stage import arrange, begin, drop_blank, mapping_of
from recompra.ingest.stream import forget_rejects, keep_rejects, reader, stream, trimmed
from recompra.ingest.unpack import refuse_large, unpacked
from recompra.theme.refused import Refused

DELIMITERS = (";", ",", "\t", "|")
SAMPLE = 1 << 16
NO_TEXT = re.compile(rf"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f{NUL}]")
"""What no header of a text has in it."""


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
    """Bring one text file into `found_<number>` and `rejects`; one that comes alone and without quotation
    marks stays where it lies (see `stream`)."""
    place = desk.run.place
    refuse_large(path.stat().st_size, place)
    text = unpacked(path, place / f"unpacked-{number}", desk)
    text, encoding, seen = readable(
        text, place / f"text-{number}", desk, encoding=desk.run.options.get("encoding", "")
    )
    delimiter, headers = look_at_header(text, desk)
    if seen.has_quotes or len(desk.run.files) > 1:
        text, rows = _load(desk, number, text, delimiter, headers, seen)
        blank = drop_blank(desk, number, len(headers))
    else:
        stream(desk, text, delimiter, len(headers))
        rows = blank = 0  # told at the first reading
    if text.name.startswith(("text-", "quoted-", "strict-")):
        desk.facts["marked"] = True
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
        known = len(understand(rows[0], mapping_of(desk))[0])
        even = sum(len(row) == len(rows[0]) for row in rows) if len(rows[0]) > 1 else 0
        score = (known, even, len(rows[0]))
        if best is None or score > best[0]:
            best = (score, delimiter, [header.strip() for header in rows[0]])
    if best is None:
        raise Refused(_("The first line cannot be read as a header."))
    if NO_TEXT.search(lines[0]) or (len(best[2]) == 1 and any(map(NO_TEXT.search, lines))):
        raise Refused(
            _("This is not a text file. Open it in the program that made it and save it as CSV or Excel.")
        )
    return best[1], best[2]


def _load(
    desk: Desk, number: int, text: Path, delimiter: str, headers: list[str], seen: Seen
) -> tuple[Path, int]:
    """(the file as it was read at last, the number of its records, good or not)."""
    place = desk.run.place
    if not seen.has_quotes:
        return text, _keep(desk, number, text, delimiter, len(headers), has_quotes=False)
    text, records = mended(text, place / f"quoted-{number}", delimiter, desk)
    rows = _keep(desk, number, text, delimiter, len(headers), has_quotes=True)
    if rows != records - 1:  # a field swallowed its neighbours: look at every line
        text, records = mended(text, place / f"strict-{number}", delimiter, desk, strict=True)
        rows = _keep(desk, number, text, delimiter, len(headers), has_quotes=True)
    return text, rows


def _keep(desk: Desk, number: int, path: Path, delimiter: str, width: int, *, has_quotes: bool) -> int:
    """Read the file into its table and give the number of records met, good or not."""
    texts = ", ".join(f"{trimmed(f'c{at}')} AS c{at}" for at in range(width))
    forget_rejects(desk)
    source = reader(path, delimiter, width, has_quotes=has_quotes)
    desk.run_sql(f"CREATE OR REPLACE TABLE found_{number} AS SELECT {texts} FROM {source}")  # noqa: S608
    keep_rejects(desk, number)
    good = desk.one(f"SELECT count(*) FROM found_{number}")  # noqa: S608
    return int(good + desk.one("SELECT count(*) FROM rejects WHERE file = ?", [number]))
