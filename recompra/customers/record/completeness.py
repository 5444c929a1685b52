"""How complete a record is, from 0 to 100, and what each missing piece keeps the shop from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from recompra.customers.models import Customer


@dataclass(frozen=True)
class Part:
    """A piece of the record: any one of `fields` fills it; `cost` says what goes without it."""

    fields: tuple[str, ...]
    weight: int
    cost: StrPromise


NAME = Part(("name",), 10, _("No name: messages cannot greet the person."))
EMAIL = Part(("email",), 20, _("No e-mail: outside campaigns by e-mail."))
CITY = _("No city: outside offers by region.")
PERSON = (
    NAME,
    Part(("cpf",), 20, _("No CPF: purchases may end up in a second record, and blocks by CPF do not hold.")),
    Part(("mobile",), 20, _("No mobile: no WhatsApp and no SMS.")),
    EMAIL,
    Part(("birth_date",), 15, _("No birth date: no birthday journey, and the age is not known.")),
    Part(("city",), 5, CITY),
    Part(("street",), 5, _("No address: no delivery without asking.")),
    Part(("sex",), 5, _("Sex not told: outside segments by sex.")),
)
COMPANY = (
    NAME,
    Part(("cnpj",), 25, _("No CNPJ: purchases may end up in a second record.")),
    Part(("mobile", "phone"), 20, _("No phone: nobody there can be called.")),
    EMAIL,
    Part(("trade_name",), 5, _("No trade name: the company is found by its legal name only.")),
    Part(("city",), 10, CITY),
    Part(("street",), 10, _("No address: no delivery without asking.")),
)
"""The weights of each kind add up to 100. They follow what the shop can do with a piece: recognise the
customer (CPF or CNPJ), reach them (mobile, e-mail), know the occasion (birth date)."""


@dataclass(frozen=True)
class Completeness:
    """`score` from 0 to 100; `missing` the pieces that are not there, the heaviest first."""

    score: int
    missing: tuple[Part, ...]

    @property
    def family(self) -> str:
        """The CSS class with the colour of the score."""
        return "good" if self.score >= 80 else "mid" if self.score >= 50 else "high"


def completeness(filled: Collection[str], *, company: bool) -> Completeness:
    """Of a record in which these fields are filled."""
    parts = COMPANY if company else PERSON
    missing = [part for part in parts if not any(name in filled for name in part.fields)]
    missing.sort(key=lambda part: -part.weight)
    return Completeness(100 - sum(part.weight for part in missing), tuple(missing))


def of(customer: Customer, kinds: Collection[str]) -> Completeness:
    """Of a customer with contact points of these kinds."""
    names = {name for part in (*PERSON, *COMPANY) for name in part.fields}
    filled = {name for name in names if getattr(customer, name, None)}
    return completeness(filled | set(kinds), company=customer.is_company)
