"""How complete a record is: the weights, and what is said of each missing piece."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recompra.customers.record.completeness import COMPANY, PERSON, Part, completeness, of
from tests.cast import Cast

DOC = Path(__file__).resolve().parents[2] / "docs" / "register.md"
FIELDS = sorted({name for part in (*PERSON, *COMPANY) for name in part.fields})


def test_a_whole_record_counts_a_hundred_and_an_empty_one_nothing() -> None:
    for company in (False, True):
        assert completeness(FIELDS, company=company).score == 100
        assert completeness(FIELDS, company=company).missing == ()
        assert completeness([], company=company).score == 0


def test_ana_lacks_an_address(cast: Cast) -> None:
    found = of(cast.ana, {"mobile", "email"})
    assert (found.score, found.family) == (95, "good")
    assert [part.fields for part in found.missing] == [("street",)]
    without = of(cast.ana, {"mobile"})
    assert without.score == 75
    assert str(without.missing[0].cost) == "Sem e-mail: fora das campanhas por e-mail."


def test_a_company_is_reached_by_a_landline_too() -> None:
    assert completeness({"phone"}, company=True).score == completeness({"mobile"}, company=True).score == 20
    assert completeness({"phone"}, company=False).score == 0


@given(st.sets(st.sampled_from(FIELDS)), st.sampled_from(FIELDS), st.booleans())
def test_one_piece_more_is_never_less(filled: set[str], more: str, company: bool) -> None:
    before, after = completeness(filled, company=company), completeness(filled | {more}, company=company)
    assert 0 <= before.score <= after.score <= 100
    assert before.score + sum(part.weight for part in before.missing) == 100
    weights = [part.weight for part in before.missing]
    assert weights == sorted(weights, reverse=True)


WORDS = {
    "name": "name",
    "cpf": "CPF / CNPJ",
    "cnpj": "CPF / CNPJ",
    "mobile": "mobile",
    "email": "e-mail",
    "birth_date": "birth date",
    "trade_name": "trade name",
    "city": "city",
    "street": "address",
    "sex": "sex",
}


@pytest.mark.parametrize(("column", "parts"), [(1, PERSON), (2, COMPANY)])
def test_the_documented_weights_are_those_that_count(column: int, parts: tuple[Part, ...]) -> None:
    rows = re.findall(r"^\| ([^|]+) \|([ \d]*)\|([ \d]*)\|$", DOC.read_text(encoding="utf-8"), re.MULTILINE)
    documented = {row[0]: int(row[column]) for row in rows if row[column].strip()}
    assert documented == {WORDS[part.fields[0]]: part.weight for part in parts}
