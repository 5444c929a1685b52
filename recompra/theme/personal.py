"""How a room declares what it holds about people: the contract of every `personal_data.py`.

The file offers `PERSONAL`, a tuple of `Declared`, and `NOT_PERSONAL`, the text, day, JSON and address columns
that say nothing about a person. A house law compares both with the models: what is in neither fails the
build.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Declared:
    """Columns held for one purpose.

    columns: `app.Model.column`.
    purpose, basis, retention: what for, on which ground of the LGPD (Lei 13.709/2018, art. 7), and how long;
    in English here, worded for the public where they are shown.
    """

    columns: tuple[str, ...]
    purpose: str
    basis: str
    retention: str


def columns(model: str, names: str) -> tuple[str, ...]:
    """`columns("customers.Customer", "name cpf")`: ("customers.Customer.name", "customers.Customer.cpf")."""
    return tuple(f"{model}.{name}" for name in names.split())
