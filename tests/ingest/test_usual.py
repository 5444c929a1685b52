"""What the engine reads of a person written in the usual ways is what the exact rules read."""

from __future__ import annotations

from itertools import product

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recompra.customers.identifiers import name_key
from recompra.ingest.newcomers import Usual, is_somebody, said_by
from recompra.ingest.person import Said, read
from recompra.ingest.usual import COLUMNS, usual

NAMES = (
    "customer_id", "customer_name", "document", "cnpj", "rg", "email", "mobile", "phone", "birth_date", "sex",
    "marital_status", "street", "postcode", "city", "state", "accepts_contact",
)  # fmt: skip
Row = dict[str, str | None]
ANA: Row = {
    "customer_id": "C0000017",
    "customer_name": "Ana Conceição d'Ávila",
    "document": "529.982.247-25",
    "rg": "12.345.678-9",
    "email": "Ana.Souza@exemplo.org",
    "mobile": "(11) 98765-4321",
    "phone": "1134782150",
    "birth_date": "02/10/1987",
    "sex": "Feminino",
    "marital_status": "casada(o)",
    "street": "Rua das Flores, 12",
    "postcode": "01310-100",
    "city": "São Paulo",
    "state": "sp",
    "accepts_contact": "Não",
}
CELLS: dict[str, tuple[str, ...]] = {
    "customer_id": ("0", "000", "-1", "-", "007", "7", "7.0", "A/1", "x" * 120, "x" * 121, "0-0", "é"),
    "customer_name": (
        "CONSUMIDOR FINAL", "Consumidor", "Não identificado", "JOSÉ  SILVA", " José", "Ana & Cia. 2",
        "D'Ávila", "Ana-Maria", "ßtraße", "João", "x" * 200, "x" * 201, ".", "-", "Zoë Ñuñez", "İpek",
        "Ana_Lu",
    ),
    "document": (
        "52998224725", "52998224725.0", "52998224724", "529.982.247-25", "529982247-25", "111.111.111-11",
        "00000000000", "00000000191", "191", "529.982.247.25", "529.982.247.00", "11.222.333/0001-81", "x",
        "5299822472", "5", "12345678900", "529982247,00",
    ),
    "cnpj": ("11.222.333/0001-81", "x"),
    "rg": ("x" * 30, "1", "çã" * 15),
    "email": (
        "a@b.com", "A.B@C.com.br", "naotem@naotem.com", "nao.tem@x.com", "teste@x.com", "a.b@ct.vtex.com",
        "x@exemplo.com", "x@email.com", "a@b", "a..b@c.com", "ana@-b.com", "mailto:a@b.com", "ana@b.c",
        f"{'a' * 64}@b.com", f"{'a' * 65}@b.com", f"a1@{'b' * 63}.com", f"a1@{'b' * 64}.com", "x-@b.org",
        "_a@b.org", "a'b@c.com", "Ana <ana@c.com>", ".@a.com", "ana@b.com.", "nao@x.org",
    ),
    "postcode": ("01310100", "1310100", "01310-100", "01310100.0", "x", "013101000"),
    "sex": ("F", "m", "FEM", "Homem", "outro", "Féminino", "F.", "1"),
    "marital_status": ("x" * 30,),
    "street": ("x" * 201, "é" * 201),
    "city": ("x" * 81,),
    "state": ("SP", "São Paulo", "XX", "rj", "S P", "ß", "1"),
    "accepts_contact": ("sim", "NÃO", "não", "0", "1", "talvez", "S", "opt-in", "optin", "ná"),
    "birth_date": (
        "31/12/1999", "12/31/1999", "31/02/2001", "1999-12-31", "1999-13-01", "01/01/1899", "01/01/1900",
        "01/01/2999", "1/1/1990", "1990-01-01 00:00:00", "01/01/0000", "0001-01-01", "00/00/0000", "02/03/04",
        "10000101", "29/02/1900", "29/02/2000",
    ),
}  # fmt: skip
PHONES = (
    "11987654321", "(11) 98765-4321", "+55 11 98765-4321", "5511987654321", "551134782150",
    "1134782150", "11 8765-4321", "(10) 98765-4321", "(20) 98765-4321", "(11) 90087-6543",
    "(11) 99999-9999", "0800 123 4567", "11 4003-1234", "11 4004-1234", "1130012345",
    "11 3001-2345", "98765-4321", "(55) 98765-4321", "5598765432", "55987654321", "11 2222-2222",
    "11 9 8765-4321", "+1 212 555 0100", "011987654321", "11987654321.0",
    "11 98765-4321 / 11 3478-2150", "11(98765-4321", "11111111111", "4199999999", "11 90000-0000",
    "()",
)  # fmt: skip


def spoken(rows: list[Row], names: tuple[str, ...] = NAMES, order: str = "dmy") -> list[Usual | None]:
    """What the engine reads of each row; None of one that is not usual."""
    with duckdb.connect() as db:
        columns = ", ".join(f"{name} VARCHAR" for name in names)
        db.execute(f"CREATE TABLE people (position INTEGER, {columns})")
        marks = ", ".join("?" * (1 + len(names)))
        listed = [[place, *(row.get(name) for name in names)] for place, row in enumerate(rows)]
        db.executemany(f"INSERT INTO people VALUES ({marks})", listed)  # noqa: S608
        words = ", ".join(f"u_{name}" for name in COLUMNS)
        found = db.execute(
            f"SELECT is_usual, position, {words} FROM ({usual(names, order, 'people')}) ORDER BY 2"  # noqa: S608
        )
        return [tuple(row) if is_usual else None for is_usual, *row in found.fetchall()]


def differing(rows: list[Row], names: tuple[str, ...] = NAMES, order: str = "dmy") -> list[object]:
    """Usual rows of which the engine reads another thing than the rules."""
    exact: list[Said] = [read(row, order) for row in rows]
    return [
        (row, said_by(found), said)
        for row, found, said in zip(rows, spoken(rows, names, order), exact, strict=True)
        if found is not None
        and (said_by(found), found[10], is_somebody(found)) != (said, name_key(said.name), said.is_somebody)
    ]


def test_ana_is_usual() -> None:
    [ana] = spoken([ANA])
    assert ana is not None
    assert ana[11] == "52998224725"


def test_a_file_with_few_columns_is_read_too() -> None:
    [ana] = spoken([{"email": "ana@exemplo.org"}], ("email",))
    assert ana is not None
    assert said_by(ana) == read({"email": "ana@exemplo.org"}, "dmy")


@pytest.mark.parametrize("order", ["dmy", "mdy"])
def test_every_known_way_of_writing_is_read_by_the_rules(order: str) -> None:
    rows = [{**ANA, name: cell} for name, cells in CELLS.items() for cell in cells]
    rows += [
        {**ANA, "mobile": first, "phone": second} for first, second in product((*PHONES, None), repeat=2)
    ]
    assert differing(rows, order=order) == []


CHARACTERS = st.sampled_from("0123456789 .-/()+@,abzANãÉçß'_&\u0301")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                name: st.sampled_from((*CELLS.get(name, ()), *PHONES))
                | st.text(CHARACTERS, min_size=1, max_size=16)
                for name in NAMES
            },
        ),
        min_size=1,
        max_size=30,
    )
)
@example([{"document": "00000000000"}])
def test_whatever_is_written_is_read_by_the_rules(rows: list[Row]) -> None:
    assert differing(rows) == []
