"""The scanner finds what is planted, in every writing: else its silence would say nothing (C7)."""

from __future__ import annotations

import base64
import os
import random
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.house.scanner import Scanner, packed, writings

pytestmark = pytest.mark.once
PERSON = {"name": "Zuleica Quadros d'Ávila", "cpf": "390.533.447-05", "email": "zuleica.quadros@exemplo.org"}
SCANNER = Scanner(PERSON)


@pytest.mark.parametrize(
    ("who", "how", "found"),
    [(who, how, found) for who, text in PERSON.items() for how, found in writings(text)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_writing_is_found_among_noise(tmp_path: Path, who: str, how: str, found: bytes) -> None:
    noise = random.Random(7).randbytes(5_000)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file.bin").write_bytes(noise + found + noise)
    hits, count = SCANNER.tree(tmp_path)
    assert count == 1
    assert any(hit.what.startswith(who) for hit in hits), (who, how)


@pytest.mark.parametrize("lead", range(3))
def test_base64_is_found_wherever_the_text_begins(lead: int) -> None:
    data = base64.b64encode(os.urandom(lead) + PERSON["email"].encode() + b" and more")
    assert list(SCANNER.bytes_(data, "here"))


@pytest.mark.parametrize("how", packed("x"))
def test_what_is_packed_is_opened(how: str) -> None:
    assert list(SCANNER.bytes_(packed(f"before {PERSON['cpf']} after")[how], "here"))


def test_a_file_s_name_is_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / f"{PERSON['email']}.txt").write_text("nothing")
    assert SCANNER.tree(tmp_path)[0]


def test_noise_alone_is_clean(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(random.Random(8).randbytes(200_000))
    assert SCANNER.tree(tmp_path) == ([], 1)


def test_columns_of_parquet_and_duckdb_are_read(tmp_path: Path) -> None:
    pq.write_table(pa.table({"who": [PERSON["name"]] * 50}), tmp_path / "facts.parquet", compression="zstd")
    with closing(duckdb.connect(str(tmp_path / "facts.duckdb"))) as opened:
        opened.execute("CREATE TABLE people AS SELECT ? AS who FROM range(5000)", [PERSON["cpf"]])
    hits, _count = SCANNER.tree(tmp_path)
    assert {hit.where.rpartition("/")[2] for hit in hits if hit.where.startswith("columns")} == {
        "facts.parquet",
        "facts.duckdb",
    }
