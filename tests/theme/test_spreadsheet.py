"""Files that open right in a spreadsheet, and never compute what a customer wrote."""

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from recompra.theme import spreadsheet
from recompra.theme.spreadsheet import Column, Kind, csv_chunks, safe, write

COLUMNS = (
    Column("Nome"),
    Column("Compras", Kind.INTEGER),
    Column("Total", Kind.MONEY),
    Column("Última compra", Kind.DAY),
)
ANA = ("Ana Beatriz Souza", 5, Decimal("740.00"), dt.date(2026, 11, 10))
TRICKY = ('=HYPERLINK("http://x")', 1, Decimal("-49.90"), None)


def text(*rows: tuple[Any, ...], machine: bool = False) -> str:
    return b"".join(csv_chunks(COLUMNS, rows, machine=machine)).decode()


def test_a_csv_for_people_opens_with_a_double_click_in_brazil() -> None:
    assert text(ANA) == "\ufeffNome;Compras;Total;Última compra\r\nAna Beatriz Souza;5;740,00;10/11/2026\r\n"


def test_a_csv_for_machines_has_points_and_iso_days() -> None:
    assert text(ANA, machine=True).splitlines()[1] == "Ana Beatriz Souza,5,740.00,2026-11-10"


def test_a_name_that_is_a_formula_is_only_text_but_a_negative_amount_stays_a_number() -> None:
    assert text(TRICKY).splitlines()[1] == '"\'=HYPERLINK(""http://x"")";1;-49,90;'


@given(st.text())
def test_no_cell_ever_begins_like_a_formula(written: str) -> None:
    assert not safe(written).startswith(spreadsheet.FORMULA_STARTS)


@given(
    st.lists(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=5)
)
def test_every_text_comes_back_from_the_csv_as_it_was_made_safe(names: list[str]) -> None:
    made = b"".join(csv_chunks([Column("Nome")], [(name,) for name in names])).decode()
    read = list(csv.reader(io.StringIO(made.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert [row[0] if row else "" for row in read[1:]] == [safe(name) for name in names]


def test_xlsx_holds_numbers_days_and_texts_of_their_own_kind(tmp_path: Path) -> None:
    assert write(tmp_path / "people.xlsx", COLUMNS, [ANA, TRICKY]) == 2
    rows = CalamineWorkbook.from_path(tmp_path / "people.xlsx").get_sheet_by_index(0).to_python()
    assert rows[1] == ["Ana Beatriz Souza", 5.0, 740.0, dt.date(2026, 11, 10)]
    assert rows[2][0] == '=HYPERLINK("http://x")'


def test_a_name_that_is_xml_of_a_sheet_is_only_text(tmp_path: Path) -> None:
    names = ["<r><t>outra pessoa</t></r>", "<r></row></r>", "<r>", "</r>"]
    write(tmp_path / "people.xlsx", [Column("<r>Nome</r>")], [(name,) for name in names])
    rows = CalamineWorkbook.from_path(tmp_path / "people.xlsx").get_sheet_by_index(0).to_python()
    assert [str(row[0]).strip() for row in rows] == ["<r>Nome</r>", *names]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheet, "SHEET_ROWS", 2)
    assert write(tmp_path / "people.xlsx", COLUMNS, [ANA] * 3) == 3
    book = CalamineWorkbook.from_path(tmp_path / "people.xlsx")
    assert [len(book.get_sheet_by_index(sheet).to_python()) for sheet in (0, 1)] == [3, 2]


def test_parquet_keeps_cents_and_days(tmp_path: Path) -> None:
    write(tmp_path / "people.parquet", COLUMNS, [ANA, TRICKY])
    assert pq.read_table(tmp_path / "people.parquet").to_pylist()[0] == dict(
        zip(("Nome", "Compras", "Total", "Última compra"), ANA, strict=True)
    )


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_a_table_of_nobody_is_a_whole_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"nobody.{suffix}"
    assert write(path, COLUMNS, []) == 0
    assert path.stat().st_size > 0


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_a_report_that_was_stopped_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    def stop(count: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        write(tmp_path / f"people.{suffix}", COLUMNS, [ANA] * 2000, done=stop)
    assert list(tmp_path.iterdir()) == []
