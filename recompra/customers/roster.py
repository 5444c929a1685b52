"""Puts people on rows of facts, and takes the key off them: how a report says whom it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from recompra.customers.keys import CustomerKey

CHUNK = 900  # below the 999 variables of an old SQLite


@dataclass(frozen=True, slots=True)
class Person:
    """Who a row is about. All blank when the key was torn: the facts stay, the person is forgotten."""

    public_id: str = ""
    name: str = ""
    cpf: str = ""


def with_people(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[Person, dict[str, Any]]]:
    """(person, row without its `customer_key`) for each row, in the same order, in flat memory."""
    nobody = Person()
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        people = _people([row["customer_key"] for row in chunk])
        for row in chunk:
            key = row["customer_key"]
            yield (
                people.get(key, nobody),
                {name: value for name, value in row.items() if name != "customer_key"},
            )


def key_of_person(public_id: str) -> int | None:
    """The key of the customer with this public id; None: there is no such customer, or the key was torn."""
    try:
        wanted = UUID(public_id)
    except ValueError:
        return None
    found = CustomerKey.objects.filter(customer__public_id=wanted).values_list("key", flat=True)
    return found.first()


def _people(keys: list[int]) -> dict[int, Person]:
    found = CustomerKey.objects.filter(key__in=keys).values_list(
        "key", "customer__public_id", "customer__name", "customer__cpf"
    )
    return {key: Person(str(public_id), name, cpf or "") for key, public_id, name, cpf in found}
