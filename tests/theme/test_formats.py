"""Numbers, money and days are written as a Brazilian shop writes them."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from recompra.theme import formats
from recompra.theme.forms import plain_number

NBSP = "\u00a0"


def spaced(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0, 0, "0"),
        (1234567, 0, "1.234.567"),
        (Decimal("1234.5"), 2, "1.234,50"),
        (2.675, 2, "2,68"),
        (-1234, 0, "−1.234"),
        (Decimal("-0.001"), 2, "0,00"),
        (None, 0, "–"),
        ("", 0, "–"),
    ],
)
def test_a_number_has_points_for_thousands_and_a_comma_for_decimals(
    value: Decimal, places: int, text: str
) -> None:
    assert formats.num(value, places) == text


def test_money_has_its_sign_before_the_symbol_and_never_breaks() -> None:
    assert formats.brl(Decimal("1234.5")) == f"R${NBSP}1.234,50"
    assert formats.brl(Decimal("-54.9")) == f"−R${NBSP}54,90"
    assert formats.brl0(Decimal("54940.20")) == f"R${NBSP}54.940"
    assert formats.brl(None) == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (552, "552"),
        (999, "999"),
        (1000, "1 mil"),
        (7500, "7,5 mil"),
        (148_000, "148 mil"),
        (999_949, "999,9 mil"),
        (999_999, "1 mi"),
        (597_300_000, "597,3 mi"),
        (1_200_000_000, "1,2 bi"),
        (-7500, "−7,5 mil"),
    ],
)
def test_a_big_number_fits_into_few_characters(value: int, text: str) -> None:
    assert spaced(formats.compact(value)) == text


def test_a_cell_shows_no_decimals_and_a_total_shows_the_currency() -> None:
    assert spaced(formats.compact0(6_400)) == "6 mil"
    assert spaced(formats.brlk(Decimal("597300000.10"))) == "R$ 597,3 mi"
    assert spaced(formats.brlk(-7500)) == "−R$ 7,5 mil"


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=2, allow_nan=False))
def test_a_compact_number_is_never_off_by_more_than_its_last_decimal(value: Decimal) -> None:
    text = spaced(formats.compact(value)).replace("−", "-").replace(",", ".")
    digits, _, unit = text.partition(" ")
    scale = {"": 1, "mil": 10**3, "mi": 10**6, "bi": 10**9, "tri": 10**12}[unit]
    tolerance = Decimal("0.05") * scale if unit else Decimal("0.5")
    assert abs(Decimal(digits) * scale - value) <= tolerance


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.29, "29%"),
        (0.077, "7,7%"),
        (0.08, "8%"),
        (0.0004, "0%"),
        (1, "100%"),
        (0, "0%"),
        (-0.05, "−5%"),
        (None, "–"),
    ],
)
def test_a_share_has_one_decimal_only_under_ten_percent(value: float, text: str) -> None:
    assert formats.pct(value) == text


def test_days_are_written_short_long_and_by_month() -> None:
    day = dt.date(2026, 11, 9)
    assert formats.dshort(day) == "09/11/2026"
    assert formats.dlong(day) == "9 de novembro de 2026"
    assert formats.month(day) == "nov/26"
    assert formats.dshort(None) == formats.dlong(None) == formats.month(None) == "–"


def test_an_instant_is_written_in_the_shops_zone() -> None:
    midnight_in_london = dt.datetime(2026, 11, 10, 1, 14, tzinfo=ZoneInfo("UTC"))
    assert formats.dshort(midnight_in_london) == "09/11/2026"
    assert formats.hour(midnight_in_london) == "22:14"
    assert formats.moment(midnight_in_london) == "09/11/2026 22:14"


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0, "hoje"), (1, "ontem"), (12, "há 12 dias"), (59, "há 59 dias"), (60, "há 2 meses"),
        (270, "há 9 meses"), (729, "há 24 meses"), (731, "há 2 anos"), (-1, "amanhã"), (-5, "em 5 dias"),
    ],
)  # fmt: skip
def test_how_long_ago_is_said_in_words(days: int, text: str) -> None:
    assert formats.ago(days) == text
    assert formats.ago(timezone.localdate() - dt.timedelta(days=days)) == text


def test_a_length_of_time_has_singular_and_plural() -> None:
    assert [formats.days(n) for n in (0, 1, 12)] == ["0 dia", "1 dia", "12 dias"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ana de Souza", "AS"),
        ("Bruno", "B"),
        ("  maria  das dores ", "MD"),
        ("Élcio dos Anjos", "ÉA"),
        ("", "–"),
        ("??", "–"),
    ],
)
def test_initials_skip_the_particles(name: str, text: str) -> None:
    assert formats.initials(name) == text


def test_documents_and_phones_get_their_punctuation() -> None:
    assert formats.cpf("12345678909") == "123.456.789-09"
    assert formats.cnpj("12ABC34501DE35") == "12.ABC.345/01DE-35"
    assert spaced(formats.phone("+5511987654321")) == "(11) 98765-4321"
    assert spaced(formats.phone("1133334444")) == "(11) 3333-4444"
    assert formats.phone("+14155550100") == "+14155550100"


def test_an_english_page_has_english_figures() -> None:
    with translation.override("en"):
        assert formats.num(Decimal("1234.5"), 2) == "1,234.50"
        assert spaced(formats.brl(Decimal("1234.5"))) == "R$ 1,234.50"
        assert formats.compact(597_300_000) == "597.3M"
        assert formats.dshort(dt.date(2026, 11, 9)) == "9 Nov 2026"
        assert formats.month(dt.date(2026, 11, 9)) == "Nov 26"
        assert formats.ago(12) == "12 days ago"


@pytest.mark.parametrize(
    ("typed", "read"),
    [("1.234,56", "1234.56"), ("R$ 1.234,56", "1234.56"), ("1234,5", "1234.5"), ("1234.56", "1234.56"),
     ("1.500", "1500"), ("1.234.567", "1234567"), ("10", "10"), ("−5,00", "-5.00")],
)  # fmt: skip
def test_an_amount_is_read_as_people_type_it(typed: str, read: str) -> None:
    assert plain_number(typed) == read


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False))
def test_an_amount_that_was_written_can_be_read_again(value: Decimal) -> None:
    assert Decimal(plain_number(formats.num(value, 2))) == value
