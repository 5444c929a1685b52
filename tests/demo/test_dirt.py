"""A dirty file says the same as the clean one, but for the rows that no rule can read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from recompra.customers import identifiers
from recompra.demo.files import write
from recompra.demo.shop import Shop

UNTIL = date(2026, 6, 30)


def test_dirt_changes_the_spelling_and_not_the_person(tmp_path: Path) -> None:
    clean = write(Shop(400, 2, UNTIL), tmp_path / "clean")
    dirty = write(Shop(400, 2, UNTIL), tmp_path / "dirty", dirt=True)
    rows = duckdb.execute(
        """SELECT DISTINCT c.cpf, d.cpf, c.nome, d.nome FROM read_csv($clean, all_varchar=true) c
        JOIN read_csv($dirty, all_varchar=true) d USING (pedido, item, tipo) WHERE c.cpf IS NOT NULL""",
        {"clean": str(clean.sales), "dirty": str(dirty.sales)},
    ).fetchall()
    assert len({row[1] for row in rows}) > len({row[0] for row in rows})
    for cpf, spelt, name, name_spelt in rows:
        assert identifiers.cpf(spelt) == cpf
        assert identifiers.name_key(name_spelt) == identifiers.name_key(name)


def test_dirt_doubles_rows_and_spoils_some(tmp_path: Path) -> None:
    clean = write(Shop(1000, 2, UNTIL), tmp_path / "clean")
    dirty = write(Shop(1000, 2, UNTIL), tmp_path / "dirty", dirt=True)
    assert dirty.lines > clean.lines
    text = dirty.sales.read_text()
    for fault in ("31/02/2026", "a combinar", "000.000.000-00", "\n;"):
        assert fault in text
        assert fault not in clean.sales.read_text()
