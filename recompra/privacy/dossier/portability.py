"""What portability hands over (LGPD, art. 18, V), in forms that other systems and spreadsheets read. Made in
memory, never on the disk."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from recompra.theme.spreadsheet import Column, Kind, book, csv_chunks, plain

Part = dict[str, Any]
"""{table, title, rows} as `dossier.portable` gives it."""


def as_zip(parts: list[Part]) -> bytes:
    """One CSV for machines per table (comma, ISO days, no formulas)."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            columns = [Column(name) for name in _names(part)]
            content = b"".join(csv_chunks(columns, _lines(part), machine=True))
            archive.writestr(f"{part['table']}.csv", content)
    return packed.getvalue()


def as_book(parts: list[Part]) -> bytes:
    """One XLSX with a sheet per table: numbers as numbers, all else as the CSV tells it."""
    return book((part["title"], _columns(part), _cells(part)) for part in parts)


def _columns(part: Part) -> list[Column]:
    return [Column(name, _kind(values)) for name, values in zip(_names(part), _by_column(part), strict=True)]


def _by_column(part: Part) -> Iterator[tuple[Any, ...]]:
    return zip(*_lines(part), strict=True)


def _kind(values: tuple[Any, ...]) -> Kind:
    told = {type(value) for value in values} - {type(None)}
    return Kind.NUMBER if told and told <= {int, float} else Kind.TEXT


def _cells(part: Part) -> Iterator[tuple[Any, ...]]:
    kinds = [column.kind for column in _columns(part)]
    for line in _lines(part):
        yield tuple(
            value if kind is Kind.NUMBER or value is None else plain(value)
            for value, kind in zip(line, kinds, strict=True)
        )


def _names(part: Part) -> list[str]:
    return list(dict.fromkeys(name for row in part["rows"] for name in row))


def _lines(part: Part) -> Iterator[tuple[Any, ...]]:
    names = _names(part)
    return (tuple(_cell(row.get(name)) for name in names) for row in part["rows"])


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value
