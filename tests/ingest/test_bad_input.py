"""Bad input ends well: a bad row waits with its reason, a hopeless file is refused in a sentence, the rest
goes on.
"""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recompra.ingest.models import ImportRun, QuarantinedRow
from tests.ingest.bring import HEADER, brought, csv_file, facts, report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]

DAMAGED = "A\0na"


def row(number: int, name: str = "Ana", price: str = "10,00", date: str = "25/10/2024") -> str:
    return f"{number};1;{date};C{number};{name};;;;S1;Camisa;1;{price};;Centro;"


def refused(path: Path, source: str = "csv") -> str:
    run = brought(path, source=source)
    assert run.status == ImportRun.Status.DEAD
    assert " at recompra" not in run.error, run.error
    return run.error


def raw(folder: Path, content: bytes, name: str = "vendas.csv") -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def test_an_empty_file(tmp_path: Path) -> None:
    assert "vazio" in refused(raw(tmp_path, b""))
    assert "vazio" in refused(raw(tmp_path, b"\n\n  \n"))


def test_a_header_and_nothing_else(tmp_path: Path) -> None:
    assert "nenhuma linha" in refused(csv_file(tmp_path, []))


def test_columns_nobody_knows(tmp_path: Path) -> None:
    assert "--map" in refused(raw(tmp_path, b"foo;bar\n1;2\n"))


def test_an_unknown_delimiter_is_told(tmp_path: Path) -> None:
    content = f"{HEADER}\n{row(1)}\n".replace(";", "^")
    assert "--delimiter" in refused(raw(tmp_path, content.encode()))


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\n\0", "pedido;data".encode("utf-16-le")]
)
def test_what_is_no_text_is_told_and_not_shown(tmp_path: Path, content: bytes) -> None:
    assert "não é um arquivo de texto" in refused(raw(tmp_path, content))


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_any_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    content = f"{HEADER}\n{row(1, price='10')}\n{row(2, price='11')}\n".replace(";", delimiter)
    assert report(raw(tmp_path, content.encode()))["accepted"] == 2


@pytest.mark.parametrize(
    ("encoding", "told"), [("latin-1", "cp1252"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16")]
)
def test_any_encoding_is_found(tmp_path: Path, encoding: str, told: str) -> None:
    found = report(raw(tmp_path, f"{HEADER}\n{row(1, 'Antônio Conceição')}\n".encode(encoding)))
    assert found["files"][0]["encoding"] == told
    from recompra.customers.models import Customer

    assert Customer.objects.get().name == "Antônio Conceição"


def test_a_row_in_another_encoding_waits_alone(tmp_path: Path) -> None:
    lines = [row(n, "José").encode() for n in range(40)] + [row(99, "José").encode("latin-1")]
    found = report(raw(tmp_path, b"\n".join([HEADER.encode(), *lines, b""])))
    assert (found["accepted"], found["quarantine"]) == (40, {"undecodable": 1})


def test_a_nul_waits_alone(tmp_path: Path) -> None:
    found = report(raw(tmp_path, f"{HEADER}\n{row(1)}\n{row(2, DAMAGED)}\n{row(3)}\n".encode()))
    assert (found["accepted"], found["quarantine"]) == (2, {"nul": 1})
    assert "\0" not in repr(QuarantinedRow.objects.get().raw)


def test_rows_that_are_all_damaged_wait_all_the_same(tmp_path: Path) -> None:
    found = report(raw(tmp_path, "\n".join([HEADER, *(row(n, DAMAGED) for n in range(4)), ""]).encode()))
    assert (found["accepted"], found["quarantine"]) == (0, {"nul": 4})


def test_a_line_without_end_waits_alone(tmp_path: Path) -> None:
    content = f"{HEADER}\n{row(1)}\n2;{'x' * 3_000_000}\n{row(3)}\n"
    found = report(raw(tmp_path, content.encode()))
    assert (found["accepted"], found["quarantine"]) == (2, {"line_too_long": 1})


@pytest.mark.slow
@pytest.mark.once
def test_a_line_of_two_gigabytes_in_flat_memory(tmp_path: Path) -> None:
    path = raw(tmp_path, f"{HEADER}\n{row(1)}\n2;".encode())
    with path.open("r+b") as file:
        file.truncate(2 * 1024**3)  # a hole: 2 GB of NULs without a line end
    found = report(path)
    assert (found["accepted"], found["quarantine"]) == (1, {"line_too_long": 1})


@pytest.mark.parametrize(
    "broken",
    ['2;1;25/10/2024;C2;"Ana;;;;S1;Camisa;1;10,00;;Centro;', '2;1;25/10/2024;C2;"A"na;;;;S1;x;1;1;;C;'],
)
def test_a_broken_quote_waits_alone(tmp_path: Path, broken: str) -> None:
    found = report(
        csv_file(tmp_path, [row(1, '"Ana ""Bia"" Souza"'), broken, *(row(n) for n in range(3, 200))])
    )
    assert (found["accepted"], found["quarantine"]) == (198, {"quote_broken": 1})
    assert QuarantinedRow.objects.get().line == 3


def test_a_field_of_several_lines_is_one_field(tmp_path: Path) -> None:
    assert report(csv_file(tmp_path, [row(1, '"Ana\nSouza; Lima"'), row(2)]))["accepted"] == 2


def test_too_few_and_too_many_columns_wait(tmp_path: Path) -> None:
    found = report(csv_file(tmp_path, [row(1), "2;1;25/10/2024", row(3) + ";x;y"]))
    assert (found["accepted"], found["quarantine"]) == (1, {"columns_extra": 1, "columns_missing": 1})


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (row(2, date="01/01/0001"), "date_out_of_range"),
        (row(2, date="25/12/2999"), "date_out_of_range"),
        (row(2, date="31/02/2024"), "date_invalid"),
        (row(2, date="ontem"), "date_invalid"),
        (row(2, date=""), "date_missing"),
        (row(2, date="25/10/2024 25:99"), "time_invalid"),
        (row(2, price="dez"), "amount_invalid"),
        (row(2, price=""), "amount_missing"),
        (row(2, price="99999999999,00"), "amount_absurd"),
        (row(2, price="999999999999999999999999"), "amount_invalid"),
        (";1;25/10/2024;C2;Ana;;;;S1;Camisa;1;10,00;;Centro;", "order_missing"),
    ],
)
def test_a_row_that_cannot_be_waits_with_its_reason(tmp_path: Path, line: str, code: str) -> None:
    found = report(csv_file(tmp_path, [row(1), line]))
    assert (found["accepted"], found["quarantine"]) == (1, {code: 1})


def test_rows_set_aside_stand_in_the_report_as_they_stand_in_a_long_file(tmp_path: Path) -> None:
    lines = [f"{n};13/01/2024;{n};1,50" for n in range(20_000)]
    for n in range(0, 19_000, 1_999):
        lines[n] = f"{n};13/01/2024;{n};um e meio"
        lines[n + 500] += ";a;b"
        lines[n + 700] = " ; ; ; "
    found = report(csv_file(tmp_path, lines, header="pedido;data;sku;valor"))
    assert (found["quarantine"], found["blank"]) == ({"amount_invalid": 10, "columns_extra": 10}, 10)
    waiting = QuarantinedRow.objects.filter(code="amount_invalid").order_by("line")
    assert [(row.line, row.raw[0]) for row in waiting] == [
        (n + 2, ["pedido", str(n)]) for n in range(0, 19_000, 1_999)
    ]


def test_blank_rows_are_skipped_and_counted(tmp_path: Path) -> None:
    found = report(csv_file(tmp_path, [row(1), *[";" * HEADER.count(";")] * 500, "", row(2)]))
    assert (found["read"], found["blank"]) == (2, 500)


def test_mixed_line_ends(tmp_path: Path) -> None:
    assert report(raw(tmp_path, f"{HEADER}\r\n{row(1)}\n{row(2)}\r\n{row(3)}".encode()))["accepted"] == 3


def test_packed_files(tmp_path: Path) -> None:
    content = f"{HEADER}\n{row(1)}\n".encode()
    with zipfile.ZipFile(tmp_path / "v.zip", "w") as archive:
        archive.writestr("vendas.csv", content)
    assert report(raw(tmp_path, gzip.compress(content), "v.csv.gz"))["accepted"] == 1
    assert report(tmp_path / "v.zip")["unchanged"] == 1
    assert "danificado" in refused(raw(tmp_path, gzip.compress(content * 99)[:60], "w.csv.gz"))


def test_a_zip_bomb(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vendas.csv", b"0" * 150_000_000)
    assert "zip bomb" in refused(tmp_path / "b.zip")
    (tmp_path / "b.zip").rename(tmp_path / "b.xlsx")
    assert "zip bomb" in refused(tmp_path / "b.xlsx", "excel")


@pytest.mark.parametrize("source", ["excel", "parquet"])
def test_something_else_under_a_known_name(tmp_path: Path, source: str) -> None:
    assert "não pode ser lido" in refused(raw(tmp_path, b"PK\x03\x04 nothing", f"v.{source}"), source)


@pytest.mark.once
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_at_all_end_in_a_report_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    run = brought(raw(tmp_path, f"{HEADER}\n{row(1)}\n".encode() + content))
    if run.status == ImportRun.Status.DONE:
        found = run.report
        assert found["read"] == sum(
            found[part] for part in ("accepted", "unchanged", "quarantined", "duplicated")
        )
    else:
        assert run.status == ImportRun.Status.DEAD
        assert " at recompra" not in run.error, run.error
    assert facts("stores") is not None
