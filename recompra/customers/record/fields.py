"""The fields of a customer's record: what each is called, how what was written becomes what is kept, how it
stands in the change log, and how it is shown to whom may not see it whole.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from recompra.accounts.masking import DOT, mask_birth, mask_cnpj, mask_cpf, mask_email, mask_phone, mask_rg
from recompra.customers import identifiers
from recompra.customers.models import Customer
from recompra.theme import formats
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Value = str | dt.date | bool | None

LABELS: dict[str, StrPromise | str] = {
    "name": gettext_lazy("Name"),
    "trade_name": gettext_lazy("Trade name"),
    "cpf": "CPF",
    "cnpj": "CNPJ",
    "rg": "RG",
    "birth_date": gettext_lazy("Birth date"),
    "sex": gettext_lazy("Sex"),
    "marital_status": gettext_lazy("Marital status"),
    "mobile": gettext_lazy("Mobile"),
    "phone": pgettext_lazy("field", "Landline"),
    "email": gettext_lazy("E-mail"),
    "street": gettext_lazy("Address"),
    "postcode": gettext_lazy("Postcode (CEP)"),
    "city": gettext_lazy("City"),
    "state": gettext_lazy("State (UF)"),
    "accepts_contact": gettext_lazy("Accepts contact"),
    "address": gettext_lazy("Further address"),
    "contact_use": gettext_lazy("May be used for"),
}
OWN = (
    "name", "trade_name", "cpf", "cnpj", "rg", "birth_date", "sex", "marital_status", "street", "postcode",
    "city", "state",
)  # fmt: skip
"""Columns of the record that a person may correct."""
POINTS = ("mobile", "phone", "email")
"""Fields that stand in contact points, of these kinds."""
LONGEST = {
    "name": 200,
    "trade_name": 200,
    "rg": 20,
    "marital_status": 20,
    "street": 200,
    "city": 80,
}
STATES = (
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA", "PB", "PE", "PI",
    "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
)  # fmt: skip
MARITAL = ("solteira(o)", "casada(o)", "união estável", "separada(o)", "divorciada(o)", "viúva(o)")
"""Offered in the form, in the words in which the shops' systems write them."""
OLDEST = 1900
JOINERS = ("\u200c", "\u200d")  # emoji and some scripts are put together with them
TAGS = range(0xE0020, 0xE0080)  # the flags of England, Scotland and Wales


def label(name: str) -> str:
    """What a field is called on the page."""
    return str(LABELS.get(name, name.replace("_", " ")))


def read(name: str, written: object) -> Value:
    """What is kept of a field of OWN or POINTS as a person wrote it; what `read` gave is read as itself.

    Raises Refused with the sentence for the field when it can be no such thing.
    """
    if isinstance(written, dt.date):
        return _within_a_life(written) if name == "birth_date" else written
    return READERS[name](plain(str(written or "")))


def plain(text: str) -> str:
    """The text on one line, without what has no shape of its own: control characters and those that turn the
    direction of what follows (Unicode TR 36). Letters of any script and emoji stay."""
    kept = (" " if char.isspace() else char for char in unicodedata.normalize("NFC", text) if _is_seen(char))
    return " ".join("".join(kept).split())


def _is_seen(char: str) -> bool:
    if char.isspace() or char in JOINERS or ord(char) in TAGS:
        return True
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs")


def _line(name: str) -> Callable[[str], str]:
    most = LONGEST[name]

    def kept(text: str) -> str:
        if len(text) > most:
            raise Refused(
                _("At most %(most)s characters; these are %(many)s.")
                % {"most": most, "many": formats.num(len(text))}
            )
        return text

    return kept


def _cpf(text: str) -> str | None:
    if not text:
        return None
    if (found := identifiers.cpf(text)) is None:
        raise Refused(_("This is no valid CPF: the check digits do not agree."))
    return found


def _cnpj(text: str) -> str | None:
    if not text:
        return None
    if (found := identifiers.cnpj(text)) is None:
        raise Refused(_("This is no valid CNPJ: the check digits do not agree."))
    return found


def _birth_date(text: str) -> dt.date | None:
    if not text:
        return None
    digits = "".join(char for char in text if char.isascii() and char.isdigit())
    shapes = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y")
    for written, shape in (
        (digits if text == digits else "", "%d%m%Y"),
        *((text, shape) for shape in shapes),
    ):
        try:
            return _within_a_life(dt.datetime.strptime(written, shape).date())  # noqa: DTZ007 (a day)
        except ValueError:
            continue
    raise Refused(_("Write the day as dd/mm/yyyy, for instance 14/03/1990."))


def _within_a_life(day: dt.date) -> dt.date:
    if day > timezone.localdate():
        raise Refused(_("The birth date lies in the future."))
    if day.year < OLDEST:
        raise Refused(_("Nobody alive was born before %(year)s.") % {"year": OLDEST})
    return day


def _sex(text: str) -> str:
    if text not in ("", *Customer.Sex.values):
        raise Refused(_("Choose one of the list."))
    return text


def _state(text: str) -> str:
    if text.upper() not in ("", *STATES):
        raise Refused(_("Choose one of the list."))
    return text.upper()


def _postcode(text: str) -> str:
    digits = "".join(char for char in text if char.isascii() and char.isdigit())
    if text and (len(digits) != 8 or not set(text) <= set("0123456789-. ")):
        raise Refused(_("A CEP has eight digits, for instance 80010-000."))
    return digits


def _email(text: str) -> str:
    if not text:
        return ""
    if (found := identifiers.email(text)) is None:
        raise Refused(_("This e-mail address cannot be right: check the part after the @."))
    return found


def _phone(kind: str) -> Callable[[str], str]:
    def kept(text: str) -> str:
        if not text:
            return ""
        found = identifiers.read_phone(text)
        if found == identifiers.PhoneProblem.NO_AREA_CODE:
            raise Refused(_("The area code is missing: write (41) 98765-4321."))
        if not isinstance(found, identifiers.Phone):
            raise Refused(_("This is no phone number that can be called."))
        if found.kind != kind and kind == "mobile":
            raise Refused(_("This is a landline: it goes into the tab Contact."))
        if found.kind != kind:
            raise Refused(_("This is a mobile number."))
        return found.e164_digits

    return kept


READERS: Mapping[str, Callable[[str], Value]] = {
    **{name: _line(name) for name in ("name", "trade_name", "rg", "marital_status", "street", "city")},
    "cpf": _cpf,
    "cnpj": _cnpj,
    "birth_date": _birth_date,
    "sex": _sex,
    "state": _state,
    "postcode": _postcode,
    "email": _email,
    "mobile": _phone("mobile"),
    "phone": _phone("phone"),
}


def stored(value: Value) -> str:
    """A value as the change log keeps it: days in ISO, "yes" and "no", "" for nothing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value or "")


def restored(name: str, text: str) -> Value:
    """What `stored` was given, for a field of OWN or POINTS."""
    if name == "birth_date":
        return dt.date.fromisoformat(text) if text else None
    return text or None if name in ("cpf", "cnpj") else text


Words = Callable[[str], str]
MASKS: Mapping[str, Words] = {
    "cpf": mask_cpf,
    "cnpj": mask_cnpj,
    "rg": mask_rg,
    "birth_date": lambda text: mask_birth(dt.date.fromisoformat(text)),
    "mobile": mask_phone,
    "phone": mask_phone,
    "email": mask_email,
}
OPEN = frozenset((*OWN, "accepts_contact")) - MASKS.keys() - {"street", "postcode"}
"""Fields that every role with customers sees whole."""


def _phone_written(digits: str) -> str:
    return formats.phone(digits) if digits.startswith("55") else f"+{digits}"


WRITTEN: Mapping[str, Words] = {
    "cpf": formats.cpf,
    "cnpj": formats.cnpj,
    "birth_date": lambda text: f"{text[8:]}/{text[5:7]}/{text[:4]}",
    "mobile": _phone_written,
    "phone": _phone_written,
    "postcode": lambda text: f"{text[:5]}-{text[5:]}",
    "sex": lambda text: str(dict(Customer.Sex.choices).get(text, text)).capitalize(),
    "accepts_contact": lambda text: _("yes") if text == "yes" else _("no"),
}


def shown(name: str, text: str, *, whole: bool) -> str:
    """A stored text as the page shows it, masked unless `whole`; a field that nobody declared open is masked.

    "" stays "".
    """
    return written_as(name, whole=whole)(text) if text else ""


def written_as(name: str, *, whole: bool) -> Words:
    """What `shown` does with each text of a field that holds something."""
    if whole or name in OPEN:
        return WRITTEN.get(name, str)
    return MASKS.get(name, lambda text: DOT * 8)


def is_masked(name: str) -> bool:
    """Whether the field is masked for whom may not see personal data."""
    return name not in OPEN
