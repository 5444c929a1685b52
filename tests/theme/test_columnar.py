"""Files made column by column hold what those made cell by cell hold, whatever stands in the cells."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from recompra.theme import spreadsheet
from recompra.theme.columnar import csv_lines, write_columns
from recompra.theme.spreadsheet import Column, Kind, csv_chunks, write
from recompra.theme.texts import altered, content, each, joined

pytestmark = pytest.mark.once

TITLES = ("Nome", "Compras", "Total", "Intervalo", "Parte", "Número", "Ativa", "Dia", "Quando")
ORDER = (
    Kind.TEXT,
    Kind.INTEGER,
    Kind.MONEY,
    Kind.QUANTITY,
    Kind.SHARE,
    Kind.NUMBER,
    Kind.FLAG,
    Kind.DAY,
    Kind.MOMENT,
)
ODD = st.sampled_from(
    ["=1+1", "＝1", "\0", "a;b", 'say "no"', "a\r\nb", "-", "@x", " a ", "_x000D_", "<r>&</r>", "ção"]
)
TEXTS = st.one_of(ODD, st.text(st.sampled_from('a=+-@;"\t\r\n\0＝ é&<'), max_size=4))
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: TEXTS,
    Kind.INTEGER: st.integers(-(2**62), 2**62),
    Kind.MONEY: st.decimals(-(10**9), 10**9, places=2),
    Kind.QUANTITY: st.decimals(0, 9999, places=4),
    Kind.SHARE: st.decimals(0, 1, places=4),
    Kind.NUMBER: st.floats(allow_nan=False, allow_infinity=False),
    Kind.FLAG: st.booleans(),
    Kind.DAY: st.dates(),
    Kind.MOMENT: st.datetimes(timezones=st.just(dt.UTC)).filter(lambda moment: 1 < moment.year < 9999),
}
ANA: tuple[Any, ...] = (
    "Ana", 5, Decimal("740.00"), Decimal("12.5000"), Decimal("0.2500"), 0.1, True, dt.date(2026, 11, 10),
    dt.datetime(2026, 11, 10, 15, 30, tzinfo=dt.UTC),
)  # fmt: skip


def part(rows: Sequence[tuple[Any, ...]]) -> list[pa.Array]:
    cells = zip(*rows, strict=True) if rows else ([] for _kind in ORDER)
    return [pa.array(values, kind.value) for values, kind in zip(cells, ORDER, strict=True)]


def headed() -> list[Column]:
    return [Column(title, kind) for title, kind in zip(TITLES, ORDER, strict=True)]


def whole(path: Path, rows: Sequence[tuple[Any, ...]]) -> int:
    """The file in parts of two lines."""
    parts = (part(rows[at : at + 2]) for at in range(0, len(rows), 2))
    return write_columns(path, headed(), parts, done=lambda lines: None)


def sheets(path: Path) -> list[list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return [
        book.get_sheet_by_index(at).to_python(skip_empty_area=False) for at in range(len(book.sheet_names))
    ]


@pytest.mark.parametrize("kind", ORDER)
@given(st.data())
@settings(max_examples=30)
def test_the_csv_is_the_same_to_the_byte(kind: Kind, data: st.DataObject) -> None:
    told = data.draw(st.lists(st.one_of(st.none(), VALUES[kind]), max_size=6))
    values = pa.array(told, kind.value)
    heading = [Column("Nome"), Column("Valor", kind)]
    lines = [("Ana", value) for value in values.to_pylist()]
    made = csv_lines([pa.array(["Ana"] * len(told), pa.string()), values])
    assert b"".join(csv_chunks(heading, ())) + bytes(made) == b"".join(csv_chunks(heading, lines))


@given(st.lists(st.one_of(st.none(), TEXTS), max_size=4))
@settings(max_examples=30)
def test_a_single_column_has_a_line_for_whom_nothing_is_known(texts: list[str | None]) -> None:
    made = bytes(csv_lines([pa.array(texts, pa.string())]))
    cell_by_cell = b"".join(csv_chunks([Column("Nome")], [(text,) for text in texts]))
    assert cell_by_cell.endswith(made)
    assert len(list(csv.reader(io.StringIO(made.decode(), newline=""), delimiter=";"))) == len(texts)


def test_every_format_holds_the_same_lines(tmp_path: Path) -> None:
    rows = [ANA, (*("=1+1",), *(None,) * 8), ANA, (" <&> \x01_x0041_", *ANA[1:])]
    for suffix in ("csv", "xlsx", "parquet"):
        assert whole(tmp_path / f"columns.{suffix}", rows) == 4
        assert write(tmp_path / f"cells.{suffix}", headed(), rows) == 4
    assert (tmp_path / "columns.csv").read_bytes() == (tmp_path / "cells.csv").read_bytes()
    assert pq.read_table(tmp_path / "columns.parquet") == pq.read_table(tmp_path / "cells.parquet")
    assert sheets(tmp_path / "columns.xlsx") == sheets(tmp_path / "cells.xlsx")


def test_a_book_is_the_one_that_xlsxwriter_makes(tmp_path: Path) -> None:
    """Part by part, but for the size of the sheet, which is not told before its rows."""
    rows = [ANA, (None, *ANA[1:]), ("a & b", *ANA[1:])]
    whole(tmp_path / "columns.xlsx", rows)
    write(tmp_path / "cells.xlsx", headed(), rows)
    with ZipFile(tmp_path / "columns.xlsx") as made, ZipFile(tmp_path / "cells.xlsx") as expected:
        assert sorted(made.namelist()) == sorted(expected.namelist())
        for name in expected.namelist():
            if name != "docProps/core.xml":  # when it was made
                told = expected.read(name).replace(b'<dimension ref="A1:I4"/>', b"")
                assert made.read(name) == told.replace(b' spans="1:9"', b""), name


def test_more_lines_than_a_sheet_holds_go_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheet, "SHEET_ROWS", 3)
    path = tmp_path / "people.xlsx"
    assert whole(path, [ANA] * 7) == 7
    found = sheets(path)
    assert [len(sheet) for sheet in found] == [4, 4, 2]
    assert all(sheet[0] == list(TITLES) for sheet in found)


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_a_list_of_nobody_is_a_whole_file(tmp_path: Path, suffix: str) -> None:
    assert whole(tmp_path / f"columns.{suffix}", []) == 0
    assert write_columns(tmp_path / f"empty.{suffix}", headed(), [part([])], done=lambda lines: None) == 0
    write(tmp_path / f"cells.{suffix}", headed(), [])
    if suffix == "xlsx":
        assert sheets(tmp_path / "columns.xlsx") == sheets(tmp_path / "cells.xlsx")
    else:
        assert (tmp_path / f"columns.{suffix}").read_bytes() == (tmp_path / f"cells.{suffix}").read_bytes()


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_a_list_that_was_stopped_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    def stop(lines: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        write_columns(tmp_path / f"people.{suffix}", headed(), [part([ANA])] * 2, done=stop)
    assert list(tmp_path.iterdir()) == []


def test_texts_are_made_once_per_value_and_joined_in_their_order() -> None:
    asked: list[str] = []
    names = pa.array(["Ana", None, "Bruno", "Ana"])

    def shout(name: str) -> str:
        asked.append(name)
        return name.upper()

    loud = each(names, shout)
    assert asked == ["Ana", "Bruno"]
    assert loud.to_pylist() == ["ANA", None, "BRUNO", "ANA"]
    assert bytes(content(joined("<", loud, ">"))) == b"<ANA><><BRUNO><ANA>"
    assert altered(loud, pa.array([True, False, False, False]), str.title).to_pylist()[0] == "Ana"
    assert each(pa.nulls(2), shout).to_pylist() == [None, None]
