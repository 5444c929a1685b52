"""CPF, CNPJ, phone, e-mail and name as people write them, turned into the one form we keep and compare.

Pure functions of a text, each a few microseconds, so that an import may call them over every distinct value.
They answer None for what is no such thing; they never raise.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from operator import mul
from typing import NamedTuple

_AREA_NUMBERS = (
    *range(11, 20), 21, 22, 24, 27, 28, *range(31, 36), 37, 38, *range(41, 50), 51, 53, 54, 55,
    *range(61, 70), 71, 73, 74, 75, 77, 79, *range(81, 90), *range(91, 100),
)  # fmt: skip
AREA_CODES = frozenset(map(str, _AREA_NUMBERS))

_FLOAT_TAIL = re.compile(r"[.,]0{1,2}\Z")
_POWER = re.compile(r"([0-9])[.,]([0-9]{8,10})[eE]\+?(0?8|0?9|10)\Z")
_NOT_DIGIT = re.compile(r"[^0-9]+")
_NOT_DOCUMENT = re.compile(r"[\s./-]+")
_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}\Z")
_CPF_FIRST, _CPF_SECOND = range(10, 1, -1), range(11, 1, -1)
_CNPJ_FIRST, _CNPJ_SECOND = (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def cpf(text: str | None) -> str | None:
    """Eleven digits with true check digits, else None.

    Mends what a spreadsheet does to a CPF kept as a number: the ".0" behind it, "5.2998224725e+10", and up to
    two lost leading zeros. All digits equal is nobody's CPF (Receita Federal).
    """
    if not text:
        return None
    stripped = _NOT_DOCUMENT.sub("", _FLOAT_TAIL.sub("", text.strip()))
    if found := _POWER.match(text.strip()):
        stripped = found[1] + found[2].ljust(int(found[3]), "0")
    if not (stripped.isascii() and stripped.isdigit()) or not 9 <= len(stripped) <= 11:
        return None
    digits = stripped.zfill(11)
    if digits == digits[0] * 11:
        return None
    values = [ord(digit) - 48 for digit in digits]
    first = sum(map(mul, values, _CPF_FIRST)) * 10 % 11 % 10
    second = sum(map(mul, values, _CPF_SECOND)) * 10 % 11 % 10
    return digits if values[9] == first and values[10] == second else None


def cnpj(text: str | None) -> str | None:
    """Fourteen characters with true check digits, in upper case, else None.

    Letters may stand in the first twelve (Instrução Normativa RFB 2.229/2024). Mends a trailing ".0" and
    up to two lost leading zeros of a number.
    """
    if not text:
        return None
    marks = _NOT_DOCUMENT.sub("", _FLOAT_TAIL.sub("", text.strip())).upper()
    if 12 <= len(marks) < 14 and marks.isdigit():
        marks = marks.zfill(14)
    if not _CNPJ.match(marks) or marks == marks[0] * 14:
        return None
    values = [ord(mark) - 48 for mark in marks]
    first, second = sum(map(mul, values, _CNPJ_FIRST)) % 11, sum(map(mul, values, _CNPJ_SECOND)) % 11
    true = values[12] == (0 if first < 2 else 11 - first) and values[13] == (0 if second < 2 else 11 - second)
    return marks if true else None


def rg_key(text: str) -> str:
    """The letters and digits of an RG in upper case, as it is looked for: states write them in their own
    ways, with an issuer or without, so nothing is checked."""
    return "".join(mark for mark in text.upper() if mark.isascii() and mark.isalnum())


class Phone(NamedTuple):
    """`kind` is "mobile" or "phone" (landline); `e164_digits` start with the country code, without "+".

    `match_key` is the last 8 digits, then the area code (abroad: whatever stands before them). So a number
    with and without its ninth digit has one key, and what a person types without area code is a prefix of it.
    """

    kind: str
    e164_digits: str
    match_key: str
    ninth_digit_inferred: bool = False


class PhoneProblem(StrEnum):
    """Why a text is no phone number that we could call. The values serve as quarantine codes."""

    EMPTY = "phone_empty"
    SEVERAL = "phone_several"
    NO_AREA_CODE = "phone_no_area_code"
    JUNK = "phone_junk"
    NOT_PERSONAL = "phone_not_personal"
    INVALID = "phone_invalid"


_SEVERAL = re.compile(r"[/;|]|\bou\b|\be\b", re.IGNORECASE)
_OPERATOR_PLACE = re.compile(r"^0?xx", re.IGNORECASE)
_NOT_PERSONAL = re.compile(r"0?[3589]00[0-9]{4,7}\Z|(?:4003|4004|4020|4062|3003|3004)[0-9]{4}\Z")


def phone(text: str | None, ddd: str | None = None) -> Phone | None:
    """The one phone number in this text, or None. `ddd` is the area code to suppose when none is written."""
    found = read_phone(text, ddd)
    return found if isinstance(found, Phone) else None


def phones(text: str | None, ddd: str | None = None) -> tuple[Phone, ...]:
    """Every phone number of a cell that may hold several ("11 98765-4321 / 11 3478-2150"), each once."""
    parts = _SEVERAL.split(text or "")
    return tuple(dict.fromkeys(found for part in parts if (found := phone(part, ddd))))


def read_phone(text: str | None, ddd: str | None = None) -> Phone | PhoneProblem:
    """The one phone number in this text, or why there is none."""
    written = (text or "").strip()
    if written.endswith(".0"):
        written = written[:-2]
    if _SEVERAL.search(written):
        return PhoneProblem.SEVERAL if len(phones(written, ddd)) > 1 else _first_of(written, ddd)
    digits = _NOT_DIGIT.sub("", _OPERATOR_PLACE.sub("", written))
    if not digits:
        return PhoneProblem.EMPTY
    if written[0] == "+" and not digits.startswith("55"):
        return _foreign(digits)
    if digits == digits[0] * len(digits):
        return PhoneProblem.JUNK
    if _NOT_PERSONAL.match(digits):
        return PhoneProblem.NOT_PERSONAL
    return _brazilian(_national(digits), ddd)


def _first_of(written: str, ddd: str | None) -> Phone | PhoneProblem:
    found = phones(written, ddd)
    return found[0] if found else PhoneProblem.INVALID


def _national(digits: str) -> str:
    """Without country code, trunk zero and carrier code: area code + number, or the bare number."""
    if digits.startswith("00"):
        digits = digits[2:]
    if len(digits) in (12, 13) and digits.startswith("55"):
        return digits[2:]
    if digits.startswith("0"):
        digits = digits[1:]
        if len(digits) in (12, 13):  # a carrier's two digits before area code + number
            digits = digits[2:]
    return digits


def _brazilian(national: str, ddd: str | None) -> Phone | PhoneProblem:
    if len(national) in (8, 9):
        if not ddd:
            return PhoneProblem.NO_AREA_CODE
        national = ddd + national
    area, local = national[:2], national[2:]
    if len(local) not in (8, 9) or area not in AREA_CODES:
        return PhoneProblem.INVALID
    last8 = local[-8:]
    if last8 == last8[0] * 8:
        return PhoneProblem.JUNK
    if _NOT_PERSONAL.match(local):
        return PhoneProblem.NOT_PERSONAL
    if len(local) == 9:
        mobile = local[0] == "9"
        return Phone("mobile", "55" + national, last8 + area) if mobile else PhoneProblem.INVALID
    if local[0] in "6789":
        return Phone("mobile", f"55{area}9{local}", last8 + area, ninth_digit_inferred=True)
    return Phone("phone", "55" + national, last8 + area) if local[0] in "2345" else PhoneProblem.INVALID


def _foreign(digits: str) -> Phone | PhoneProblem:
    """A number abroad, by Google's tables: rare, so their half millisecond does not matter."""
    import phonenumbers  # 30 ms to import, and most installations never meet a foreign number

    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return PhoneProblem.INVALID
    if not phonenumbers.is_valid_number(number):
        return PhoneProblem.INVALID
    callable_kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    kind = "mobile" if phonenumbers.number_type(number) in callable_kinds else "phone"
    whole = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]
    return Phone(kind, whole, whole[-8:] + whole[:-8])


def phone_search_key(text: str) -> str:
    """What a person typed into the search box as a prefix of a match key; "" when it is no part of a number.

    With area code the key is whole. Without, or with the first digits only, it is a prefix of the last eight.
    """
    digits = _NOT_DIGIT.sub("", _OPERATOR_PLACE.sub("", text.strip()))
    if found := phone(text):
        return found.match_key
    national = _national(digits)
    if len(national) in (8, 9):
        return national[-8:]
    return national if 4 <= len(national) < 8 else ""


_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}\Z"
)


def email(text: str | None) -> str | None:
    """The address in lower case, out of "mailto:" or "Name <address>"; None when no letter could reach it."""
    if not text:
        return None
    address = text.strip().lower().removeprefix("mailto:")
    if address.endswith(">") and "<" in address:
        address = address[address.rindex("<") + 1 : -1].strip()
    if len(address) > 254 or address.find("@") > 64:
        return None
    return address if _EMAIL.match(address) else None


NAME_KEY_LENGTH = 200
_NOT_WORD = re.compile(r"[\W_]+")


def name_key(text: str | None) -> str:
    """Lower case, no accents or punctuation, single spaces: what names are searched and sorted by."""
    return text_key(text)[:NAME_KEY_LENGTH].rstrip()


def text_key(text: str | None) -> str:
    """The same of a text of any length: what notes are searched by."""
    if not text:
        return ""
    if not text.isascii():
        text = _without_marks(_without_marks(text).casefold())
    return _NOT_WORD.sub(" ", text.lower()).strip()


def _without_marks(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
