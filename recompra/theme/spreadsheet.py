"""Tables as files, streamed in flat memory: CSV, XLSX and Parquet, safe to open in a spreadsheet.

A CSV is for people (`;`, decimal comma, dd/mm/yyyy, UTF-8 with BOM: a double click in Brazil opens it right)
or for machines (`,`, decimal point, ISO). A text that a spreadsheet would take for a formula gets an
apostrophe in front (OWASP, "CSV Injection"); in XLSX every text is a string, which is never computed.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache, partial
from itertools import chain, count, islice
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from django.utils import timezone
from xlsxwriter.worksheet import Worksheet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_STARTS = frozenset(FORMULA_STARTS)
BOLD = "bold"
SHEET_ROWS = 1_048_575  # below the heading
CHUNK = 20_000
TELL = 1_000
"""After so many rows it is told how many there are."""
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


class Kind(Enum):
    """What a column holds; the value is its Arrow type."""

    TEXT = pa.string()
    INTEGER = pa.int64()
    MONEY = pa.decimal128(18, 2)
    QUANTITY = pa.decimal128(18, 4)
    SHARE = pa.decimal128(9, 4)
    NUMBER = pa.float64()
    FLAG = pa.bool_()
    DAY = pa.date32()
    MOMENT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Column:
    """A heading, what stands under it, and how many characters wide it is in XLSX."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 14


Row = Sequence[Any]
Done = Callable[[int], None]


def safe(text: str) -> str:
    """The text, with an apostrophe in front when a spreadsheet would compute it; NULs are taken out."""
    clean = text.replace("\0", "") if "\0" in text else text
    return f"'{clean}" if text[:1] in _STARTS else clean


def write(
    path: Path,
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    machine: bool = False,
    done: Done | None = None,
) -> int:
    """Write a .csv, .xlsx or .parquet file under its final name only when it is whole; how many rows it has.

    `done` is called now and then with the rows written so far; what it raises leaves no file.
    """
    counted = _counted(rows, done or (lambda count: None))
    with drafted(path) as draft:
        if path.suffix == ".csv":
            with draft.open("wb") as file:
                file.writelines(csv_chunks(columns, counted, machine=machine))
        elif path.suffix == ".xlsx":
            _write_xlsx(draft, columns, counted)
        elif path.suffix == ".parquet":
            _write_parquet(draft, columns, counted)
        else:
            raise ValueError(f"no writer for {path.suffix!r}")
    return counted.count


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """Where to write; it gets the path's name when the block ends, or is deleted when the block raises."""
    draft = path.with_name(f".{path.name}.part")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


class _counted:  # noqa: N801 (an iterator that reads like a function)
    def __init__(self, rows: Iterable[Row], done: Done) -> None:
        self.rows, self.done, self.count = rows, done, 0

    def __iter__(self) -> Iterator[Row]:
        remaining = iter(self.rows)
        while some := list(islice(remaining, TELL)):
            yield from some
            self.count += len(some)
            if len(some) == TELL:
                self.done(self.count)


def csv_chunks(columns: Sequence[Column], rows: Iterable[Row], *, machine: bool = False) -> Iterator[bytes]:
    """The CSV in pieces of up to CHUNK rows: for a file, or for a streamed answer."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="," if machine else ";", lineterminator="\r\n")
    told = plain if machine else human
    if not machine:
        buffer.write("\ufeff")
    writer.writerow([safe(column.title) for column in columns])
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        writer.writerows(zip(*[_texts(values, told) for values in zip(*chunk, strict=True)], strict=True))
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    if buffer.tell():
        yield buffer.getvalue().encode()


def _texts(values: Iterable[Any], told: Callable[[Any], str]) -> list[str]:
    """A column of a CSV. Most texts are themselves: only the others are asked about one by one."""
    return [
        value if value.__class__ is str and value[:1] not in _STARTS and "\0" not in value else told(value)
        for value in values
    ]


def plain(value: Any) -> str:
    """How a CSV for machines tells a value."""
    if value is None:
        return ""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def human(value: Any) -> str:
    """How a CSV for people tells a value."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, dt.datetime):
        return f"{local(value):%d/%m/%Y %H:%M}"
    if isinstance(value, dt.date):
        return _human_day(value)
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


@lru_cache(maxsize=20_000)
def _human_day(value: dt.date) -> str:
    return f"{value:%d/%m}/{value.year:04d}"


def local(value: dt.datetime) -> dt.datetime:
    """The moment in the shop's zone; one without a zone is taken as it is."""
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _write_xlsx(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """More rows than a sheet holds go on in the next sheet, under the same headings."""
    with headed_book(path, path.parent, columns) as (new_sheet, formats):
        remaining, more = iter(rows), True
        while more:
            sheet, count = new_sheet(), 0
            for count, row in enumerate(islice(remaining, SHEET_ROWS), 1):
                for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                    _write_cell(sheet, count, place, column.kind, value, formats.get(column.kind))
            more = count == SHEET_ROWS


def book(sheets: Iterable[tuple[str, Sequence[Column], Iterable[Row]]]) -> bytes:
    """One XLSX with a sheet for each (title, columns, rows), made in memory and not on the disk."""
    target = io.BytesIO()
    with _book(target, None) as (made, formats):
        for title, columns, rows in sheets:
            sheet = _headed(made, formats, columns, _sheet_name(title, made.sheetnames))
            for line, row in enumerate(rows, 1):
                for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                    _write_cell(sheet, line, place, column.kind, value, formats.get(column.kind))
    return target.getvalue()


def _sheet_name(title: str, taken: Iterable[str]) -> str:
    """At most 31 characters, none of []:*?/\\, and not twice, capitals aside (Excel)."""
    told = re.sub(r"[\[\]:*?/\\]", " ", title).strip(" '")
    used = {name.casefold() for name in taken}
    numbered = (f"{told[: 31 - len(tail)]}{tail}" for tail in chain([""], (f" {n}" for n in count(2))))
    return next(name for name in numbered if name.casefold() not in used)


@contextmanager
def headed_book(
    target: Path | IO[bytes], folder: Path, columns: Sequence[Column]
) -> Iterator[tuple[Callable[[], Worksheet], Mapping[Kind | str, Any]]]:
    """A book that is written at the end of the block: what adds a sheet with these headings, and the formats
    of kinds. What is half written lies in `folder`: it must be as private as the file."""
    with _book(target, folder) as (made, formats):
        yield partial(_headed, made, formats, columns), formats


@contextmanager
def _book(
    target: Path | IO[bytes], folder: Path | None
) -> Iterator[tuple[xlsxwriter.Workbook, Mapping[Kind | str, Any]]]:
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    where = {"in_memory": True} if folder is None else {"constant_memory": True, "tmpdir": str(folder)}
    with xlsxwriter.Workbook(target, {**options, **where}) as made:
        yield (
            made,
            {
                Kind.MONEY: made.add_format({"num_format": "#,##0.00"}),
                Kind.QUANTITY: made.add_format({"num_format": "#,##0.####"}),
                Kind.SHARE: made.add_format({"num_format": "0.0%"}),
                Kind.DAY: made.add_format({"num_format": "dd/mm/yyyy"}),
                Kind.MOMENT: made.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
                BOLD: made.add_format({"bold": True}),
            },
        )


def _headed(
    made: xlsxwriter.Workbook,
    formats: Mapping[Kind | str, Any],
    columns: Sequence[Column],
    name: str | None = None,
) -> Worksheet:
    sheet = made.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width, formats.get(column.kind))
        sheet.write_string(0, place, _as_text(column.title), formats[BOLD])
    return sheet


def _as_text(value: str) -> str:
    """The text as XlsxWriter takes it for one: what stands between these tags it would write as XML of ours
    (`Worksheet._write_cell`), so such a text gets a blank behind it."""
    return f"{value} " if value.startswith("<r>") and value.endswith("</r>") else value


def _write_cell(sheet: Any, line: int, place: int, kind: Kind, value: Any, shape: Any) -> None:
    if value is None:
        return
    if kind is Kind.TEXT:
        sheet.write_string(line, place, _as_text(value))
    elif kind is Kind.MOMENT:
        sheet.write_datetime(line, place, local(value).replace(tzinfo=None), shape)
    elif kind is Kind.DAY:
        sheet.write_datetime(line, place, value, shape)
    elif kind is Kind.FLAG:
        sheet.write_boolean(line, place, value)
    else:
        sheet.write_number(line, place, value, shape)


def _write_parquet(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    schema = pa.schema([(column.title, column.kind.value) for column in columns])
    remaining = iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        while chunk := list(islice(remaining, CHUNK)):
            arrays = [
                pa.array(values, column.kind.value)
                for column, values in zip(columns, zip(*chunk, strict=True), strict=True)
            ]
            file.write_batch(pa.record_batch(arrays, schema=schema))
