"""XLSX from columns. XlsxWriter makes the book with its headings; the rows are written as XML here, a column
at a time: cell by cell they take ten times as long (ECMA-376, part 1, 18.3.1)."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter.utility import xl_col_to_name

from recompra.theme import spreadsheet
from recompra.theme.spreadsheet import Column, Kind, headed_book, local
from recompra.theme.texts import altered, content, each, found_in, joined

LEVEL = 1
"""Of compression: the usual one takes three times as long and makes the file a fifth smaller."""
LONGEST = 32_767  # UTF-16 units in a cell
RELATIONS = "_rels/.rels"
_SHEET = "xl/worksheets/sheet{}.xml"
_ODD = r"[&<>\x00-\x08\x0b-\x1f]|_x[0-9a-fA-F]{4}_"
_ESCAPE = re.compile(r"_x([0-9a-fA-F]{4}_)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_EPOCH, _LEAP = dt.datetime(1899, 12, 31), 59  # noqa: DTZ001 (Excel knows no zones)


def write_xlsx(path: Path, columns: Sequence[Column], parts: Iterable[Sequence[pa.Array]]) -> None:
    """A book of these lines; more than a sheet holds go on in the next, under the same headings."""
    empty = _book(path.parent, columns, 2)
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=LEVEL) as book:
        book.writestr(RELATIONS, empty.read(RELATIONS))  # by what stands first a file is known for what it is
        number, waiting = 0, iter(parts)
        part = next(waiting, None)
        while part is not None or not number:
            number += 1
            head, tail = _split(empty.read(_SHEET.format(min(number, 2))))
            with book.open(_SHEET.format(number), "w", force_zip64=True) as sheet:
                sheet.write(head)
                part = _fill(sheet, list(zip(columns, _styles(head, columns), strict=True)), part, waiting)
                sheet.write(tail)
        whole = _book(path.parent, columns, number)
        for name in whole.namelist():
            if name != RELATIONS and not name.startswith("xl/worksheets/"):
                book.writestr(name, whole.read(name))


def _book(folder: Path, columns: Sequence[Column], sheets: int) -> ZipFile:
    """A book with headings alone."""
    made = io.BytesIO()
    with headed_book(made, folder, columns) as (new_sheet, _formats):
        for _sheet in range(sheets):
            new_sheet()
    return ZipFile(made)


def _split(sheet: bytes) -> tuple[bytes, bytes]:
    """What stands before the rows, and after them. How many there are need not be said before."""
    before, end, after = re.sub(rb"<dimension [^>]*/>", b"", sheet).partition(b"</sheetData>")
    return before, end + after


def _styles(head: bytes, columns: Sequence[Column]) -> list[str]:
    """Of each column the attribute with the number of its format."""
    found = {
        int(tell[1]): f' s="{tell[2].decode()}"'
        for tell in re.finditer(rb'<col min="(\d+)"[^>]* style="(\d+)"', head)
    }
    return [found.get(place, "") for place in range(1, len(columns) + 1)]


def _fill(
    sheet: IO[bytes],
    styled: Sequence[tuple[Column, str]],
    part: Sequence[pa.Array] | None,
    waiting: Iterator[Sequence[pa.Array]],
) -> Sequence[pa.Array] | None:
    """Write lines until the sheet is full; what did not fit."""
    count = 0
    while part is not None:
        room = spreadsheet.SHEET_ROWS - count
        if not room:
            return part
        here, rest = [one[:room] for one in part], [one[room:] for one in part]
        sheet.write(content(_lines(here, styled, count + 2)))
        count += len(here[0])
        part = rest if len(rest[0]) else next(waiting, None)
    return None


def _lines(part: Sequence[pa.Array], styled: Sequence[tuple[Column, str]], first: int) -> pa.Array:
    """A `row` element per line, the first one with this number."""
    numbers = pa.array(range(first, first + len(part[0]))).cast(pa.string())
    pieces: list[pa.Array | str] = ['<row r="', numbers, '">']
    for place, (values, (column, style)) in enumerate(zip(part, styled, strict=True)):
        at = f'<c r="{xl_col_to_name(place)}', numbers, f'"{style}'
        cell = [*at, *_cell(values, column.kind)]
        if values.null_count:  # no cell at all
            pieces.append(pc.if_else(values.is_valid(), joined(*cell), ""))
        else:
            pieces += cell
    return joined(*pieces, "</row>")


def _cell(values: pa.Array, kind: Kind) -> tuple[pa.Array | str, ...]:
    """What follows the cell's place: its type and what it holds."""
    if kind is Kind.TEXT:
        long = pc.fill_null(pc.greater(pc.binary_length(values), LONGEST), False)
        texts = altered(values, pc.or_(found_in(values, _ODD), long), _escaped)
        kept = pc.if_else(found_in(values, r"^\s|\s$"), ' xml:space="preserve">', ">")
        return ' t="inlineStr"><is><t', kept, texts, "</t></is></c>"
    if kind is Kind.FLAG:
        return ' t="b"><v>', each(values, lambda value: str(int(value))), "</v></c>"
    return "><v>", _number(values, kind), "</v></c>"


def _number(values: pa.Array, kind: Kind) -> pa.Array:
    if kind in (Kind.DAY, Kind.MOMENT):
        return each(values, _serial)
    if pa.types.is_floating(values.type):
        return each(values, "{:.16G}".format)
    return values.cast(pa.string())


def _escaped(text: str) -> str:
    """As Excel keeps what XML cannot: control characters as _xHHHH_, and what looks like one."""
    units = text.encode("utf-16-le")[: 2 * LONGEST]
    text = _ESCAPE.sub(r"_x005F_x\1", units.decode("utf-16-le", "ignore"))
    text = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _serial(value: dt.date) -> str:
    """Days since 30 December 1899 as Excel counts them: it knows a 29 February 1900."""
    moment = local(value).replace(tzinfo=None) if isinstance(value, dt.datetime) else _midnight(value)
    days = (moment - _EPOCH) / dt.timedelta(days=1)
    return f"{days + 1 if days > _LEAP else days:.16G}"


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())
