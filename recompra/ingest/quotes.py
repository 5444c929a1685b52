"""Broken quotation marks, found before the reader meets them: it would take the rest of the file for one
field.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from recompra.ingest.desk import Desk

BROKEN = "\ue003"
LOOK_AHEAD = 60
"""Lines that one quoted field may span."""


def mended(path: Path, target: Path, delimiter: str, desk: Desk, *, strict: bool = False) -> tuple[Path, int]:
    """(the file with each line of broken quotes behind a mark, the number of records in it).

    A line with an odd number of marks opens a field of several lines; when no sound record comes of it within
    `LOOK_AHEAD` lines, that line alone is broken. `strict` looks at every line that has a quotation mark.
    The mark is put in front and quotes are taken away, so that the line is one short row, set aside by its
    mark.
    """
    records = broken = 0
    draft = target.with_suffix(".draft")
    with (
        path.open(encoding="utf-8", newline="") as lines,
        draft.open("w", encoding="utf-8", newline="") as out,
    ):
        waiting = _Ahead(lines)
        for line in waiting:
            if not line.strip():
                continue
            records += 1
            if '"' not in line or not (strict or line.count('"') % 2):
                out.write(line)
                continue
            whole = _record(line, waiting, delimiter)
            broken += whole is None
            out.write(BROKEN + line.replace('"', "") if whole is None else whole)
            if records % 10_000 == 0:
                desk.lease.keep()
    if not broken:
        draft.unlink()
        return path, records
    draft.replace(target)
    return target, records


class _Ahead:
    """Lines, some of which can be looked at before they are taken."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.kept: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return self.kept.pop(0) if self.kept else next(self.lines)

    def look(self, count: int) -> list[str]:
        self.kept.extend(islice(self.lines, count - len(self.kept)))
        return self.kept[:count]


def _record(line: str, waiting: _Ahead, delimiter: str) -> str | None:
    """The whole record that begins with this line, its further lines taken; None when its quotes are
    broken.
    """
    if line.count('"') % 2 == 0:
        return line if _is_sound(line, delimiter) else None
    whole = line
    for number, further in enumerate(waiting.look(LOOK_AHEAD), start=1):
        whole += further
        if further.count('"') % 2:
            if not _is_sound(whole, delimiter):
                return None
            del waiting.kept[:number]
            return whole
    return None


def _is_sound(record: str, delimiter: str) -> bool:
    """Whether this is exactly one row by the strict rules (RFC 4180)."""
    try:
        rows = list(csv.reader([record], delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return len(rows) == 1 and not any(
        '"' in field and f'"{_doubled(field)}"' not in record for field in rows[0]
    )


def _doubled(field: str) -> str:
    return field.replace('"', '""')
