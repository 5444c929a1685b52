"""What a row says of a person, in the forms we keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from recompra.customers import identifiers
from recompra.customers.identifiers import Phone
from recompra.customers.identity.nobody import RELAYS
from recompra.ingest.columns import plain
from recompra.ingest.dates import parse
from recompra.ingest.words import FEMALE, MALE, NO, NOBODY, YES

ALIASES = (*RELAYS, "@email.com", "@exemplo.com")
NO_ADDRESS = frozenset(
    {
        "naotem",
        "naopossui",
        "nao",
        "sememail",
        "semmail",
        "teste",
        "email",
        "cliente",
        "consumidor",
        "naoinformado",
        "noemail",
        "x",
        "a",
    }
)
STATES = frozenset(
    [
        "AC",
        "AL",
        "AP",
        "AM",
        "BA",
        "CE",
        "DF",
        "ES",
        "GO",
        "MA",
        "MT",
        "MS",
        "MG",
        "PA",
        "PB",
        "PR",
        "PE",
        "PI",
        "RJ",
        "RN",
        "RS",
        "RO",
        "RR",
        "SC",
        "SP",
        "SE",
        "TO",
    ]
)


@dataclass(slots=True)
class Said:
    """One person as one row says. Blank = the row does not say. `phones` are distinct by match key."""

    external_id: str
    cpf: str | None
    cnpj: str | None
    email: str | None
    phones: tuple[Phone, ...]
    name: str
    rg: str
    birth_date: date | None
    sex: str
    marital_status: str
    street: str
    postcode: str
    city: str
    state: str
    accepts_contact: bool | None

    @property
    def is_somebody(self) -> bool:
        return bool(self.external_id or self.cpf or self.cnpj or self.email or self.mobiles)

    @property
    def mobiles(self) -> tuple[Phone, ...]:
        return tuple(phone for phone in self.phones if phone.kind == "mobile")


def read(row: Mapping[str, str | None], date_order: str) -> Said:
    """From the row's person columns (absent ones count as blank)."""
    get = row.get
    name = " ".join((get("customer_name") or "").split())[:200]
    is_placeholder = bool(name) and plain(name) in NOBODY
    document = get("document")
    return Said(
        external_id="" if is_placeholder else external_id(get("customer_id")),
        cpf=identifiers.cpf(document),
        cnpj=identifiers.cnpj(get("cnpj")) or identifiers.cnpj(document),
        email=email(get("email")),
        phones=() if is_placeholder else phones(get("mobile"), get("phone")),
        name="" if is_placeholder else name,
        rg=(get("rg") or "")[:20],
        birth_date=birth_date(get("birth_date"), date_order),
        sex=sex(get("sex")),
        marital_status=(get("marital_status") or "")[:20],
        street=(get("street") or "")[:200],
        postcode=postcode(get("postcode")),
        city=(get("city") or "")[:80],
        state=state(get("state")),
        accepts_contact=yes_or_no(get("accepts_contact")),
    )


def external_id(text: str | None) -> str:
    """The id as text; "" for what tills write when there is none. "123.0" of a spreadsheet is 123."""
    if not text:
        return ""
    found = text.removesuffix(".0") if text[:-2].isdigit() else text
    return "" if not found.strip("0.- ") or found == "-1" else found[:120]


def email(text: str | None) -> str | None:
    """A person's own address; None for a marketplace's alias or what is typed to get past a form."""
    found = identifiers.email(text)
    if found is None or found.endswith(ALIASES) or plain(found.partition("@")[0]) in NO_ADDRESS:
        return None
    return found


def phones(*texts: str | None) -> tuple[Phone, ...]:
    found: dict[str, Phone] = {}
    for text in texts:
        if text:
            for phone in identifiers.phones(text):
                found.setdefault(phone.match_key, phone)
    return tuple(found.values())


def birth_date(text: str | None, order: str) -> date | None:
    if not text or (moment := parse(text.replace("T", " ").partition(" ")[0], order)) is None:
        return None
    day = moment.date()
    return day if day.year >= 1900 and day <= date.today() else None  # noqa: DTZ011 (a birth date has no zone)


def sex(text: str | None) -> str:
    word = plain(text or "")
    return "F" if word in FEMALE else "M" if word in MALE else ""


def postcode(text: str | None) -> str:
    digits = "".join(char for char in (text or "").removesuffix(".0") if char.isdigit())
    return digits.zfill(8) if 7 <= len(digits) <= 8 else ""


def state(text: str | None) -> str:
    found = (text or "").strip().upper()
    return found if found in STATES else ""


def yes_or_no(text: str | None) -> bool | None:
    word = plain(text or "")
    return True if word in YES else False if word in NO else None
