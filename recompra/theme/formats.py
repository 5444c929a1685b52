"""Numbers, money, days and documents as the person at the screen writes them: pt-BR first, English as second.

Written by hand and not with Babel, which takes 20 times longer per number and prints 999,999 as "1000 mil".
Every function answers "–" for what is not there, and uses a real minus and no-break spaces.
"""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

Number = int | float | Decimal
Day = dt.date | dt.datetime

NOTHING = "–"
NBSP = "\u00a0"
MINUS = "\u2212"
SWAP = str.maketrans(",.", ".,")
MONTHS_PT = ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UNITS_PT = ("", "mil", "mi", "bi", "tri")
UNITS_EN = ("", "K", "M", "B", "T")
PARTICLES = frozenset(("da", "das", "de", "do", "dos", "e"))


def english() -> bool:
    """Whether the page is being written in English."""
    return (get_language() or "").startswith("en")


def num(value: Number | None, places: int = 0) -> str:
    """1234.5 as "1.235", or with places=2 as "1.234,50"; halves are rounded away from zero."""
    if value is None or value == "":
        return NOTHING
    rounded = _rounded(value, places)
    return _signed(rounded, _grouped(abs(rounded), places))


def brl(value: Number | None) -> str:
    """Money with cents: "R$ 1.234,56"."""
    return _money(value, 2)


def brl0(value: Number | None) -> str:
    """Money in whole reais, for lists: "R$ 1.235"."""
    return _money(value, 0)


def compact(value: Number | None, places: int = 1) -> str:
    """A big number in a few characters: "148 mil", "597,3 mi"; a decimal that is zero is left out."""
    if value is None or value == "":
        return NOTHING
    number = Decimal(str(value))
    scaled, step = abs(number), 0
    while step < len(UNITS_PT) - 1 and _rounded(scaled, places if step else 0) >= 1000:
        scaled, step = scaled / 1000, step + 1
    rounded = _rounded(scaled, places if step else 0)
    if rounded == rounded.to_integral_value():
        rounded = _rounded(rounded, 0)
    text = _grouped(rounded, max(0, -int(rounded.as_tuple().exponent)))
    if step:
        text += UNITS_EN[step] if english() else NBSP + UNITS_PT[step]
    return _signed(number if rounded else rounded, text)


def compact0(value: Number | None) -> str:
    """Compact and without decimals, for the cells of a matrix: "6 mil"."""
    return compact(value, 0)


def brlk(value: Number | None) -> str:
    """Compact money, for totals: "R$ 597,3 mi"."""
    text = compact(value)
    if text == NOTHING:
        return text
    sign, text = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    return f"{sign}R${NBSP}{text}"


def pct(value: Number | None, places: int | None = None) -> str:
    """A share from 0 to 1 as a percentage: "29%", and with one decimal when under 10 %: "7,7%"."""
    if value is None or value == "":
        return NOTHING
    share = Decimal(str(value)) * 100
    if places is None:
        places = 1 if 0 < abs(share) < 10 and _rounded(share, 1) % 1 else 0
    return f"{num(share, places)}%"


def dshort(value: Day | None) -> str:
    """A day as "11/11/2025"."""
    day = _day(value)
    if day is None:
        return NOTHING
    return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}" if english() else f"{day:%d/%m}/{day.year:04d}"


def dlong(value: Day | None) -> str:
    """A day in full: "20 de novembro de 2026"."""
    day = _day(value)
    if day is None:
        return NOTHING
    return str(format_date(day, "long", locale="en" if english() else "pt_BR"))


def month(value: Day | None) -> str:
    """The month of a day: "nov/26"."""
    day = _day(value)
    if day is None:
        return NOTHING
    year = f"{day.year % 100:02d}"
    return f"{MONTHS_EN[day.month - 1]} {year}" if english() else f"{MONTHS_PT[day.month - 1]}/{year}"


def hour(value: dt.datetime | None) -> str:
    """The time of day in the shop's zone: "08:14"."""
    return f"{_local(value):%H:%M}" if value else NOTHING


def moment(value: dt.datetime | None) -> str:
    """Day and time in the shop's zone: "11/11/2025 08:14"."""
    return f"{dshort(value)} {hour(value)}" if value else NOTHING


def days(value: int | None) -> str:
    """A length of time: "1 dia", "12 dias"."""
    if value is None:
        return NOTHING
    return ngettext("%(count)s day", "%(count)s days", value) % {"count": num(value)}


def ago(value: Day | int | None) -> str:
    """How long ago a day (or a number of days) was: "hoje", "há 12 dias", "há 9 meses", "há 3 anos"."""
    gone = value if isinstance(value, int) else _days_since(value)
    if gone is None:
        return NOTHING
    if gone in (-1, 0, 1):
        return {-1: gettext("tomorrow"), 0: gettext("today"), 1: gettext("yesterday")}[gone]
    if gone < 0:
        return ngettext("in %(count)s day", "in %(count)s days", -gone) % {"count": num(-gone)}
    if gone < 60:
        return ngettext("%(count)s day ago", "%(count)s days ago", gone) % {"count": gone}
    if gone < 730:
        months = round(gone / 30.4375)
        return ngettext("%(count)s month ago", "%(count)s months ago", months) % {"count": months}
    years = int(gone / 365.25)
    return ngettext("%(count)s year ago", "%(count)s years ago", years) % {"count": num(years)}


def initials(name: object) -> str:
    """First letters of the first and the last name: "Ana de Souza" gives "AS"."""
    words = [word for word in str(name or "").split() if word.lower() not in PARTICLES and word[0].isalpha()]
    if not words:
        return NOTHING
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def phone(value: str | None) -> str:
    """Digits, with or without +55, as "(11) 98765-4321"; a foreign or odd number stays as it is."""
    if not value:
        return NOTHING
    digits = value if value.isdecimal() else re.sub(r"\D", "", value)
    if digits.startswith("55") and len(digits) in (12, 13):
        digits = digits[2:]
    if len(digits) not in (10, 11) or (value.startswith("+") and not value.startswith("+55")):
        return value
    return f"({digits[:2]}) {digits[2:-4]}-{digits[-4:]}".replace(" ", NBSP)


def cpf(value: str | None) -> str:
    """Eleven digits as "123.456.789-09"."""
    if not value or len(value) != 11:
        return value or NOTHING
    return f"{value[:3]}.{value[3:6]}.{value[6:9]}-{value[9:]}"


def cnpj(value: str | None) -> str:
    """Fourteen digits or letters as "12.345.678/0001-95"."""
    if not value or len(value) != 14:
        return value or NOTHING
    return f"{value[:2]}.{value[2:5]}.{value[5:8]}/{value[8:12]}-{value[12:]}"


def _rounded(value: Number, places: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _grouped(value: Decimal, places: int) -> str:
    text = f"{value:,.{places}f}"
    return text if english() else text.translate(SWAP)


def _signed(value: Number, text: str) -> str:
    return MINUS + text if value < 0 else text


def _money(value: Number | None, places: int) -> str:
    if value is None or value == "":
        return NOTHING
    rounded = _rounded(value, places)
    return _signed(rounded, f"R${NBSP}{_grouped(abs(rounded), places)}")


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _days_since(value: Day | None) -> int | None:
    day = _day(value)
    return None if day is None else (timezone.localdate() - day).days


def _day(value: Day | None) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return _local(value).date()
    return value or None
