"""The reasons of a pair in words, each with whether it speaks for one person or against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

CHOSEN = "chosen"
"""No likeness: a person put the two side by side."""
FOR: dict[str, StrPromise] = {
    CHOSEN: _("chosen by a person"),
    "same_email": _("same e-mail"),
    "same_phone": _("same phone"),
    "similar_email": _("e-mails one character apart"),
    "similar_phone": _("phones one digit apart"),
    "same_name": _("same name"),
    "same_first": _("same first name"),
    "sounds_alike": _("first names that sound alike"),
    "abbreviated": _("shortened first name"),
    "similar_first": _("similar first name"),
    "part_of_name": _("first name within the other's name"),
    "same_last": _("same surname"),
    "similar_last": _("similar surname"),
    "shared_surname": _("a surname in common"),
    "same_birth": _("same birth date"),
    "similar_birth": _("birth dates one digit apart"),
    "similar_cpf": _("CPFs one digit apart"),
    "same_rg": _("same RG"),
    "same_address": _("same address"),
}
AGAINST: dict[str, StrPromise] = {
    "other_first": _("other first name"),
    "other_last": _("other surname"),
    "other_birth": _("birth dates differ"),
    "other_cpf": _("CPFs differ"),
    "other_cnpj": _("CNPJs differ"),
    "person_and_company": _("a person and a company"),
    "other_rg": _("RGs differ"),
    "other_generation": _("one is Júnior, Filho or Neto"),
    "other_sex": _("sex differs"),
}
WAYS: dict[str, StrPromise] = {
    "phone": _("phone"),
    "email": _("e-mail"),
    "rg": _("RG"),
    "name_birth": _("name and birth date"),
    "first_birth": _("first name and birth date"),
    "last_birth": _("surname and birth date"),
    "name": _("name"),
    "address": _("address"),
}
"""By what records are brought together, see `pairs.WAYS`."""


@dataclass(frozen=True)
class Reason:
    text: StrPromise | str
    is_for: bool


def reasons(codes: Iterable[str]) -> list[Reason]:
    """What speaks for it first, then what speaks against."""
    told = list(codes)
    speaks_for = [Reason(FOR[code], is_for=True) for code in told if code in FOR]
    return speaks_for + [Reason(AGAINST[code], is_for=False) for code in told if code in AGAINST]
