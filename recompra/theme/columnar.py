"""The files of `spreadsheet` for lists of a million lines: the same cells, made column by column (Arrow)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from recompra.theme.beside import beside
from recompra.theme.spreadsheet import FORMULA_STARTS, Column, csv_chunks, drafted, human, safe
from recompra.theme.texts import altered, content, each, found_in, joined
from recompra.theme.xlsx import write_xlsx

Part = Sequence[pa.Array]
"""Some lines: an array per column, all of one length."""
_STARTS = "".join(f"\\x{{{ord(start):x}}}" for start in FORMULA_STARTS)
_UNSAFE = f'^[{_STARTS}]|[\\x00;"\\r\\n]'
_QUOTED = frozenset(';"\r\n')


def write_columns(
    path: Path, columns: Sequence[Column], parts: Iterable[Part], *, done: Callable[[int], None]
) -> int:
    """As `spreadsheet.write`, for people, from parts of the table; how many lines it has. A part is written
    while the next one is found; `done` is called after each with the lines so far."""
    if (writer := _WRITERS.get(path.suffix)) is None:
        raise ValueError(f"no writer for {path.suffix!r}")
    count = 0

    def counted(part: Part) -> None:
        nonlocal count
        count += len(part[0])
        done(count)

    with drafted(path) as draft:
        told = (part for part in parts if len(part[0]))
        beside(told, partial(writer, draft, columns), handed=counted)
    return count


def _write_csv(path: Path, columns: Sequence[Column], parts: Iterable[Part]) -> None:
    with path.open("wb") as file:
        file.writelines(csv_chunks(columns, ()))
        for part in parts:
            file.write(csv_lines(part))


def csv_lines(part: Part) -> memoryview:
    """The lines of a CSV for people, as `csv_chunks` makes them."""
    cells = [csv_cells(values) for values in part]
    if len(cells) == 1:  # an empty line would be no line
        cells = [pc.if_else(pc.equal(cells[0], ""), '""', cells[0])]
    lines = pc.binary_join_element_wise(*cells, ";")
    return content(joined(lines, "\r\n"))


def csv_cells(values: pa.Array) -> pa.Array:
    """How a CSV for people tells each value; no nulls."""
    if pa.types.is_decimal(values.type):
        texts = pc.replace_substring(values.cast(pa.string()), ".", ",")
    elif pa.types.is_integer(values.type):
        texts = values.cast(pa.string())
    elif pa.types.is_string(values.type):
        texts = altered(values, found_in(values, _UNSAFE), _cell)
    else:
        texts = each(values, human)
    return pc.fill_null(texts, "")


def _cell(text: str) -> str:
    plain = safe(text)
    return '"' + plain.replace('"', '""') + '"' if _QUOTED.intersection(plain) else plain


def _write_parquet(path: Path, columns: Sequence[Column], parts: Iterable[Part]) -> None:
    schema = pa.schema([(column.title, column.kind.value) for column in columns])
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        for part in parts:
            arrays = [values.cast(one.kind.value) for values, one in zip(part, columns, strict=True)]
            file.write_batch(pa.record_batch(arrays, schema=schema))


_WRITERS: dict[str, Callable[[Path, Sequence[Column], Iterable[Part]], None]] = {
    ".csv": _write_csv,
    ".xlsx": write_xlsx,
    ".parquet": _write_parquet,
}
