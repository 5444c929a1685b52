"""Spreadsheets: .xlsx, .xlsm, .xlsb, .xls and .ods; the values they show, formulas by the value kept with
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from python_calamine import CalamineError, CalamineWorkbook

from recompra.ingest.desk import Desk
from recompra.ingest.kinds import understand
from recompra.ingest.sources.catalog import Source
from recompra.ingest.stage import arrange, begin, drop_blank, mapping_of
from recompra.ingest.unpack import refuse_large, refuse_spreadsheet_bomb
from recompra.theme.refused import Refused

CHUNK = 20_000
HEADER_WITHIN = 20
"""Rows in which the header is looked for: above it stand titles and logos."""


class Excel(Source):
    name: ClassVar = "excel"
    title: ClassVar = gettext_lazy("Spreadsheet")
    help: ClassVar = gettext_lazy("Excel or LibreOffice; the first sheet with known columns is read.")
    extensions: ClassVar = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

    def stage(self, desk: Desk) -> None:
        begin(desk)
        desk.facts["decimal"] = "point"
        for number, path in enumerate(desk.files()):
            refuse_large(path.stat().st_size, desk.run.place)
            refuse_spreadsheet_bomb(path)
            _read(desk, number, path)
        arrange(desk)


def _read(desk: Desk, number: int, path: Path) -> None:
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheet, top, headers = _header(desk, book)
            rows = islice(book.get_sheet_by_name(sheet).iter_rows(), top + 1, None)
            count = _load(desk, number, rows, len(headers))
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise Refused(
            _("The file cannot be read as a spreadsheet: it is damaged, protected, or of another format.")
        ) from error
    blank = drop_blank(desk, number, len(headers))
    size = path.stat().st_size
    desk.facts["files"].append(
        {"name": path.name, "records": count, "bytes": size, "blank": blank, "sheet": sheet}
    )
    desk.facts["headers"].append(headers)


def _header(desk: Desk, book: CalamineWorkbook) -> tuple[str, int, list[str]]:
    """(sheet, row of the header, header names): where most columns are known."""
    chosen = mapping_of(desk)
    best: tuple[int, str, int, list[str]] | None = None
    for name in book.sheet_names:
        for top, row in enumerate(islice(book.get_sheet_by_name(name).iter_rows(), HEADER_WITHIN)):
            headers = [cell(value) or "" for value in row]
            known = len(understand(headers, chosen)[0])
            if any(headers) and (best is None or known > best[0]):
                best = known, name, top, headers
    if best is None:
        raise Refused(_("The file is empty."))
    return best[1:]


def _load(desk: Desk, number: int, rows: Iterator[Sequence[Any]], width: int) -> int:
    desk.run_sql(
        f"CREATE OR REPLACE TABLE found_{number} ({', '.join(f'c{at} VARCHAR' for at in range(width))})"
    )
    count = 0
    while chunk := list(islice(rows, CHUNK)):
        count += len(chunk)
        cells = [[cell(row[at]) if at < len(row) else None for row in chunk] for at in range(width)]
        table = pa.table({f"c{at}": pa.array(column, pa.string()) for at, column in enumerate(cells)})
        desk.db.register("sheet_rows", table)
        desk.run_sql(f"INSERT INTO found_{number} SELECT * FROM sheet_rows")  # noqa: S608
        desk.db.unregister("sheet_rows")
    return count


def cell(value: Any) -> str | None:
    """A cell's value as text: whole floats without ".0" (so a CPF comes back), days as ISO, nothing as
    None.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value).strip() or None
