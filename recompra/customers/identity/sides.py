"""Two records side by side: what is the same, what differs, and which would be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recompra.customers.models import Customer
from recompra.customers.record.fields import OWN, POINTS, label, shown, stored

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FIRST, SECOND = "primeiro", "segundo"


@dataclass(frozen=True)
class Line:
    """One field of both. `chosen` is the side that a merge keeps unless somebody chooses otherwise, "" where
    there is nothing to choose."""

    name: str
    label: StrPromise | str
    first: str
    second: str
    chosen: str

    @property
    def differs(self) -> bool:
        return bool(self.first and self.second and self.chosen)


def better(first: Customer, second: Customer) -> Customer:
    """Which record a merge keeps unless somebody chooses otherwise: the fuller one, else the newer word."""

    def worth(one: Customer) -> tuple[int, bool, object]:
        filled = sum(bool(getattr(one, name)) for name in OWN)
        return filled + one.contact_points.count(), bool(one.cpf or one.cnpj), one.updated_at

    return max(first, second, key=worth)


def lines(first: Customer, second: Customer, *, whole: bool) -> list[Line]:
    """The fields of which either says something, masked unless `whole`."""
    preferred = FIRST if better(first, second) == first else SECOND
    found = []
    for name in OWN:
        mine, theirs = (stored(getattr(one, name)) for one in (first, second))
        if not mine and not theirs:
            continue
        same = mine == theirs
        chosen = "" if same else preferred if mine and theirs else FIRST if mine else SECOND
        left, right = (shown(name, text, whole=whole) for text in (mine, theirs))
        found.append(Line(name, label(name), left, right, chosen))
    return found


def points(customer: Customer, *, whole: bool) -> list[tuple[str, str, str]]:
    """(kind, its name, value as shown) of every contact point."""
    found = customer.contact_points.order_by("kind", "pk").values_list("kind", "value")
    return [
        (kind, str(label(kind)), shown(kind, value, whole=whole)) for kind, value in found if kind in POINTS
    ]


def taken(given: Mapping[str, str], compared: list[Line], kept_side: str) -> list[str]:
    """The fields in which the kept record gets the other's value, from the form's `campo_<name>`."""
    found = []
    for line in compared:
        if line.chosen:
            side = given.get(f"campo_{line.name}", line.chosen)
            if side != kept_side and side in (FIRST, SECOND):
                found.append(line.name)
    return found
