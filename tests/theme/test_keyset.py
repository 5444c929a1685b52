"""A cursor brings back exactly what it was made of, and anything else means the first page."""

import base64
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recompra.theme import keyset

BIG = 2**63 - 1


@given(
    st.integers(-BIG, BIG),
    st.text(max_size=20),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**15), max_value=10**15),
    st.dates(),
    st.booleans(),
)
def test_what_goes_in_comes_out(number: int, text: str, money: Decimal, day: dt.date, flag: bool) -> None:
    word = keyset.encode(number, text, money, day, flag)
    assert keyset.decode(word, int, str, Decimal, dt.date, bool) == (number, text, money, day, flag)


def test_an_instant_keeps_its_zone_and_nothing_stays_nothing() -> None:
    now = dt.datetime(2026, 11, 9, 12, tzinfo=dt.UTC)
    assert keyset.decode(keyset.encode(now, None, 7), dt.datetime, Decimal, int) == (now, None, 7)


@given(st.text(max_size=60))
def test_a_word_that_nobody_made_is_the_first_page(word: str) -> None:
    assert keyset.decode(word, Decimal, int) is None or word.isascii()


@pytest.mark.parametrize(
    "word",
    [
        None,
        "",
        "x",
        "é",
        "A" * 5000,
        keyset.encode("text", 1),
        keyset.encode(1),
        keyset.encode(1, 2, 3),
        keyset.encode(True, 1),
    ],
)
def test_a_cursor_of_another_shape_is_the_first_page(word: str | None) -> None:
    assert keyset.decode(word, int, int) is None


@pytest.mark.parametrize(
    "plain", ['["NaN",1]', '["Infinity",1]', "[[1],1]", '{"a":1}', "[1e999,1]", "[" * 90]
)
def test_a_forged_cursor_is_the_first_page(plain: str) -> None:
    assert keyset.decode(base64.urlsafe_b64encode(plain.encode()).decode(), Decimal, int) is None


def test_a_key_larger_than_the_database_holds_is_the_first_page() -> None:
    assert keyset.decode(keyset.encode(2**63), int) is None


def test_a_cursor_needs_no_escaping_in_an_address() -> None:
    assert keyset.encode("ção?&=", Decimal("1.50"), 2).replace("-", "").replace("_", "").isalnum()
