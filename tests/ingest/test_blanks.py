"""Blanks around what stands in a cell, and the quick ways past them: with and without it says the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import duckdb
import pytest

from recompra.ingest import amounts
from recompra.ingest.dates import day_in, day_text
from recompra.ingest.receive import is_plain_utf8
from recompra.ingest.stream import trimmed
from tests.ingest.bring import csv_file, facts, report

ANA = "C1;Ana Souza;529.982.247-25;ana@exemplo.org;(11) 98765-4321"
LINES = [
    f"1001;1;25/10/2024 10:00:00;{ANA};S1;Camisa;2;1.250,50;0,50;Centro;concluído",
    f"1001;2;25/10/2024 10:00:00;{ANA};S2;Calça;1;R$ 100,00;0,00;Centro;concluído",
    "1002;12;2024-10-26T11:00:00-03;;;;;;S1;Camisa;-1;99,90;;Norte;cancelado",
]

DAYS = ("25/10/2024", "2024-10-26", "01.02.2023")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize(("before", "behind"), [(" ", ""), ("", "\u00a0"), ("\u00a0", "  ")])
def test_a_file_with_blanks_around_its_cells_brings_nothing_new(
    tmp_path: Path, before: str, behind: str
) -> None:
    report(csv_file(tmp_path, LINES))
    known = facts("orders"), facts("order_items")
    padded = [";".join(f"{before}{cell}{behind}" for cell in line.split(";")) for line in LINES]
    found = report(csv_file(tmp_path, [*padded, ";".join([before + behind] * 15)], name="larga.csv"))
    assert (found["read"], found["unchanged"], found["blank"]) == (3, 3, 1)
    assert (facts("orders"), facts("order_items")) == known


@pytest.fixture(scope="module")
def engine_with_macros() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as db:
        for macro in amounts.MACROS:
            db.execute(f"CREATE MACRO {macro}")
        yield db


@pytest.mark.parametrize("style", ["comma", "point", "mixed"])
def test_a_number_is_the_same_read_before_its_blanks_are_taken_away(
    engine_with_macros: duckdb.DuckDBPyConnection, style: str
) -> None:
    texts = ["".join(text) for text in product("10,.- \u00a0(x", repeat=4)] + [
        "1",
        "0,00",
        " 0,00 ",
        "R$ 1,5 ",
    ]
    quick, careful = amounts.number("x", style, trimmed("x")), amounts.number("t", style)
    differing = engine_with_macros.execute(
        f"SELECT x FROM (SELECT x, {trimmed('x')} AS t FROM (SELECT unnest($1) AS x)) "  # noqa: S608
        f"WHERE ({quick}) IS DISTINCT FROM ({careful})",
        [texts],
    )
    assert differing.fetchall() == []


@pytest.mark.parametrize("length", [10, 8])
def test_a_day_is_what_stands_before_the_first_blank_or_t(length: int) -> None:
    texts = [
        f"{day[:length]}{mark}{rest}" for day, mark, rest in product(DAYS, ("", " ", "T"), ("", "10:00 T"))
    ]
    texts += [f"{day} 11:00" for day in DAYS] if length == 8 else []
    with duckdb.connect() as db:
        db.execute("CREATE TABLE told AS SELECT unnest($1) AS x", [texts])
        days = db.execute(f"SELECT DISTINCT {day_text('x')} FROM told").fetchall()  # noqa: S608
        quick = day_in("x", [day for (day,) in days])
        found = db.execute(f"SELECT x, {quick} FROM told").fetchall()  # noqa: S608
    assert [day for _text, day in found] == [text.replace("T", " ").split(" ")[0] for text in texts]


def test_what_is_taken_for_utf8_at_a_glance_is_utf8() -> None:
    for octets in product(b"a\n\x7f\x80\xbf\xc0\xc1\xc2\xdf\xe0\xf4\xff", repeat=4):
        chunk = bytes(octets)
        if is_plain_utf8(chunk):
            chunk.decode()


@pytest.mark.parametrize("text", ["Ação às três", "açúcar", "Nº 1ª", "ascii\n", ""])
def test_portuguese_is_known_for_utf8_at_a_glance(text: str) -> None:
    assert is_plain_utf8(text.encode())
