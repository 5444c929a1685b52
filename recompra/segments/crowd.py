"""Who stands in a list: one by one, and many at once as columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

import pyarrow as pa

from recompra.customers.columns import KINDS, PLAIN
from recompra.customers.models import title as title_of


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
                **{name: of[name] for name in ("name", *PLAIN)},
            )
