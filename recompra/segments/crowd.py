"""Many people at once, as columns: what a list tells of each, read from the register in the order of ids, so
that its pages are met one after the other."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import pyarrow as pa
from django.db import connection
from django.db.models import TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from recompra.customers.models import ContactPoint, Customer
from recompra.customers.models import title as title_of
from recompra.customers.scope import StoreScope, within

BLOCK = 20_000
KINDS = tuple(ContactPoint.Kind.values)
_CAST = ("public_id", "birth_date")
_PLAIN = ("cpf", "cnpj", "sex", "marital_status", "city", "state")
DATA = frozenset(("title", "name", *_CAST, *_PLAIN, *KINDS))
"""What can be told of somebody, each a text."""


class Member(NamedTuple):
    """Who a row of facts is about. `points`: of each kind of contact point, the one to use."""

    customer_id: int
    public_id: UUID
    name: str
    cpf: str
    cnpj: str
    birth_date: dt.date | None
    sex: str
    marital_status: str
    city: str
    state: str
    points: Mapping[str, str]

    @property
    def title(self) -> str:
        return title_of(self.name, self.public_id)

    def datum(self, name: str) -> str:
        """One of DATA, "" where there is none."""
        if name in KINDS:
            return self.points.get(name, "")
        return str(getattr(self, name) or "")


class Crowd(NamedTuple):
    """Some people of a list, in its order: their customer ids, the data asked for of each ("" where there is
    none), and their rows of the facts."""

    ids: pa.Array
    who: Mapping[str, pa.Array]
    rows: pa.RecordBatch

    def filter(self, kept: pa.Array) -> Crowd:
        """Those who are marked."""
        who = {datum: values.filter(kept) for datum, values in self.who.items()}
        return Crowd(self.ids.filter(kept), who, self.rows.filter(kept))

    def members(self) -> Iterator[Member]:
        """One by one; needs all of DATA."""
        data = {name: values.to_pylist() for name, values in self.who.items()}
        for at, pk in enumerate(self.ids.to_pylist()):
            of = {name: values[at] for name, values in data.items()}
            yield Member(
                customer_id=pk,
                public_id=UUID(of["public_id"]),
                birth_date=dt.date.fromisoformat(of["birth_date"]) if of["birth_date"] else None,
                points={kind: of[kind] for kind in KINDS if of[kind]},
                **{name: of[name] for name in ("name", *_PLAIN)},
            )


def register(
    ids: Sequence[int], stores: StoreScope, data: frozenset[str], *, to_write: bool
) -> tuple[pa.Array, dict[str, pa.Array]]:
    """(ids, data of each) of those of these ascending customers who may be seen. Merged and set-apart ones
    are nobody. `to_write`: only contact points that a campaign may use."""
    blocks = [
        _block(ids[at : at + BLOCK], stores, data, to_write=to_write) for at in range(0, len(ids), BLOCK)
    ] or [_block([], stores, data, to_write=to_write)]
    return (
        pa.concat_arrays([found for found, _who in blocks]),
        {name: pa.concat_arrays([who[name] for _ids, who in blocks]) for name in data},
    )


def _block(
    ids: Sequence[int], stores: StoreScope, data: frozenset[str], *, to_write: bool
) -> tuple[pa.Array, dict[str, pa.Array]]:
    named = "name" in data or "title" in data
    read = [name for name in _PLAIN if name in data] + (["name"] if named else [])
    cast = {f"{name}_text": Cast(name, TextField()) for name in _CAST if name in data}
    people = Customer.objects.filter(within(stores), pk__in=all_of(ids)).annotate(**cast).order_by("pk")
    rows = list(people.values_list("pk", *read, *cast))
    columns = list(zip(*rows, strict=True)) or [() for _name in ("pk", *read, *cast)]
    who = {
        name.removesuffix("_text"): pa.array(values, pa.string()).fill_null("")
        for name, values in zip((*read, *cast), columns[1:], strict=True)
    }
    found: Sequence[int] = columns[0]
    if "public_id" in who:  # databases write it with and without dashes
        who["public_id"] = pa.array([str(UUID(text)) for text in who["public_id"].to_pylist()], pa.string())
    if "title" in data:
        who["title"] = _titles(found, who["name"])
    points = chosen_points(found, [kind for kind in KINDS if kind in data], to_write=to_write)
    for kind, held in points.items():
        who[kind] = pa.array([held.get(pk, "") for pk in found], pa.string())
    return pa.array(found, pa.int64()), who


def _titles(ids: Sequence[int], names: pa.Array) -> pa.Array:
    texts = names.to_pylist()
    if "" not in texts:
        return names
    nameless = [pk for pk, name in zip(ids, texts, strict=True) if not name]
    codes = dict(Customer.objects.filter(pk__in=all_of(nameless)).values_list("pk", "public_id"))
    titles = [name or title_of("", codes[pk]) for pk, name in zip(ids, texts, strict=True)]
    return pa.array(titles, pa.string())


def chosen_points(ids: Sequence[int], kinds: Sequence[str], *, to_write: bool) -> dict[str, dict[int, str]]:
    """{kind: {customer id: value}}: the preferred one of each kind, else the one registered last."""
    found: dict[str, dict[int, str]] = {kind: {} for kind in kinds}
    if not kinds:
        return found
    points = ContactPoint.objects.filter(customer_id__in=all_of(ids), kind__in=kinds)
    if to_write:
        points = points.filter(use=ContactPoint.Use.ANY)
    ordered = points.order_by("is_preferred", "pk").values_list("customer_id", "kind", "value")
    for pk, kind, value in ordered.iterator(chunk_size=2_000):
        found[kind][pk] = value
    return found


def all_of(numbers: Sequence[int]) -> RawSQL:
    """So many numbers as the one value of a statement."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(numbers)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(numbers))])
