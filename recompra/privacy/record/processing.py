"""The record of processing operations (LGPD art. 37), drawn from what every room declares and from what is
switched on: nobody keeps it by hand, so it cannot lag behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from recompra.customers.enrichment.catalog import adapters
from recompra.privacy.models import Operator, ShopPrivacy
from recompra.privacy.record.operators import in_use
from recompra.theme.door import doors
from recompra.theme.personal import Declared, rooms

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SAFEGUARDS = (
    _("access by role and store, masked where the role does not need the datum"),
    _("log of who looked at or took away whose data, as a chain that shows tampering"),
    _("figures kept apart from people, under a random key"),
    _("deleted data overwritten on disk; erasures repeated after a restore"),
    _("second factor at log-in, sessions that end"),
)
"""Art. 46: the measures of security, as the software holds them."""

HOLDERS = {"accounts": _("staff"), "privacy": _("customers and staff")}
CUSTOMERS = _("customers")


CATEGORIES: tuple[tuple[StrPromise, str], ...] = (
    (_("names"), "name name_key trade_name title text_key dpo_name controller"),
    (_("documents"), "cpf cnpj rg rg_key"),
    (_("contacts"), "value match_key email contact dpo_contact mobile phone"),
    (_("addresses"), "street number complement district postcode city state"),
    (_("birth date, sex, marital status"), "birth_date sex marital_status"),
    (_("profile and dates of purchases"), "segment last_on first_on"),
    (
        _("texts written by staff"),
        "text reason asked explanation letter circumstances damage measures evidence",
    ),
    (_("choices about contact and use"), "purpose channel action accepts_contact use function until"),
    (_("data of access and sessions"), "ip session_key session_data user_agent password token_hash key data"),
    (_("lines of imported files"), "raw question"),
    (_("what changed in the record"), "fields names"),
)
"""What columns are called towards the authority: {category: names of columns}."""
OTHERS = _("technical records")


@dataclass(frozen=True)
class Operation:
    """One purpose for which a room holds personal data: of whom, which categories, in which columns."""

    room: str
    purpose: str
    basis: str
    holders: str
    categories: tuple[str, ...]
    columns: tuple[str, ...]
    retention: str


@dataclass(frozen=True)
class Record:
    """Everything that art. 37 wants on record."""

    shop: ShopPrivacy
    operations: tuple[Operation, ...]
    operators: tuple[Operator, ...]
    safeguards: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    """(name, legal basis) of each outside source that is switched on and asked about companies."""


def record() -> Record:
    """The record as it stands now."""
    titles = {label: str(door.title) for label, door in doors()}
    operations = tuple(
        _operation(titles.get(room, room), room, one)
        for room, declared in rooms()
        for one in getattr(declared, "PERSONAL", ())
    )
    measures = tuple(str(measure) for measure in SAFEGUARDS)
    sources = tuple(
        (str(source.title), str(source.legal_basis)) for source in adapters().values() if source.is_on()
    )
    return Record(ShopPrivacy.current(), operations, tuple(in_use()), measures, sources)


def _operation(title: str, room: str, one: Declared) -> Operation:
    names = {column.rpartition(".")[2] for column in one.columns}
    found = [str(category) for category, columns in CATEGORIES if names & set(columns.split())]
    return Operation(
        title,
        str(one.purpose),
        str(one.basis),
        str(HOLDERS.get(room, CUSTOMERS)),
        tuple(found) or (str(OTHERS),),
        one.columns,
        str(one.retention),
    )
