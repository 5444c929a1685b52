"""The exit gate of lists: the only file that turns keys of the facts into people who stand on a page or leave
in a file.

Who asks sees people of their own stores only. A list for a campaign holds those whom the shop may reach by
its channel now: permission is asked when the list is written, not when it was found.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL

from recompra.customers.keys import CustomerKey, key_of, keys_of
from recompra.customers.models import ContactPoint, Customer
from recompra.customers.models import title as title_of
from recompra.customers.scope import StoreScope, of_stores, within
from recompra.privacy import permission

CHUNK = 20_000
CAMPAIGN = "campaign"
_COLUMNS = (
    "key", "customer_id", "customer__public_id", "customer__name", "customer__cpf", "customer__cnpj",
    "customer__birth_date", "customer__sex", "customer__marital_status", "customer__city", "customer__state",
)  # fmt: skip
Row = Mapping[str, Any]


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


def members(
    keys: Sequence[int], stores: StoreScope, *, to_write: bool = False, with_points: bool = True
) -> dict[int, Member]:
    """{customer_key: who it is} of those who may be seen; up to CHUNK keys. Forgotten, merged and set-apart
    ones are nobody. `to_write`: only contact points that a campaign may use."""
    found = CustomerKey.objects.filter(within(stores, "customer__"), key__in=_all(keys))
    rows = list(found.values_list(*_COLUMNS))
    points = _points([row[1] for row in rows], to_write=to_write) if with_points else {}
    nothing: dict[str, str] = {}
    return {
        key: Member(
            pk,
            public_id,
            name,
            cpf or "",
            cnpj or "",
            born,
            sex,
            marital,
            city,
            state,
            points.get(pk, nothing),
        )
        for key, pk, public_id, name, cpf, cnpj, born, sex, marital, city, state in rows
    }


def _points(ids: Sequence[int], *, to_write: bool) -> dict[int, dict[str, str]]:
    """{customer id: {kind: value}}: the preferred one of each kind, else the one registered last."""
    found: dict[int, dict[str, str]] = {}
    points = ContactPoint.objects.filter(customer_id__in=_all(ids)).order_by("is_preferred", "pk")
    if to_write:
        points = points.filter(use=ContactPoint.Use.ANY)
    for pk, kind, value in points.values_list("customer_id", "kind", "value"):
        found.setdefault(pk, {})[kind] = value
    return found


def _all(numbers: Sequence[int]) -> RawSQL:
    """So many numbers as the one value of a statement."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(numbers)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(numbers))])


def analysed(
    rows: Iterable[Row], stores: StoreScope, *, with_points: bool = True
) -> Iterator[tuple[Member, Row]]:
    """(who, row) for each row of facts about somebody who may be seen, in the order of the rows."""
    for chunk in _chunks(rows):
        known = members([row["customer_key"] for row in chunk], stores, with_points=with_points)
        for row in chunk:
            if (who := known.get(row["customer_key"])) is not None:
                yield who, row


def reachable(
    rows: Iterable[Row], stores: StoreScope, channels: Sequence[str], left_out: Counter[str], *, agreed: bool
) -> Iterator[tuple[Member, Row]]:
    """(who, row) of those whom a campaign may reach now by one of these channels, with no contact point but
    those that it may use. `agreed`: only who said yes themselves. The others are counted in `left_out` by the
    reason against them (`permission.REASONS`)."""
    ask = permission.agreed if agreed else permission.allowed
    for chunk in _chunks(rows):
        known = members([row["customer_key"] for row in chunk], stores, to_write=True)
        ids = [who.customer_id for who in known.values()]
        by = {channel: ask(ids, CAMPAIGN, channel) for channel in channels}
        _count(set(ids).difference(*by.values()), channels[0], left_out)
        for row in chunk:
            who = known.get(row["customer_key"])
            kinds = {permission.REACHED_BY[one] for one, may in by.items() if who and who.customer_id in may}
            if who is not None and kinds:
                usable = {kind: value for kind, value in who.points.items() if kind in kinds}
                yield who._replace(points=usable), row


def _count(refused: set[int], channel: str, left_out: Counter[str]) -> None:
    if not refused:
        return
    found = permission.reasons(refused, CAMPAIGN, channel)
    left_out.update(found)
    if silent := len(refused) - sum(found.values()):
        left_out["not_agreed"] += silent


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting: list[Row] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == CHUNK:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


# the places of people in a list --------------------------------------------------------------------------


def key_at(public_id: UUID, stores: StoreScope) -> int | None:
    """The key of somebody who may be seen: where the next page of a list begins."""
    customer = Customer.objects.filter(of_stores(stores), public_id=public_id).values_list("pk", flat=True)
    return key_of(pk) if (pk := customer.first()) is not None else None


def keys_among(public_ids: Iterable[UUID], stores: StoreScope) -> list[int]:
    """The keys of these people, as far as they may be seen."""
    found = Customer.objects.filter(within(stores), public_id__in=list(public_ids))
    return list(keys_of(found.values_list("pk", flat=True)).values())


def keys_by_id(ids: Sequence[int]) -> dict[int, int]:
    """{customer id: customer_key}, a chunk at a time."""
    found: dict[int, int] = {}
    for at in range(0, len(ids), CHUNK):
        found.update(keys_of(ids[at : at + CHUNK]))
    return found


def names(keys: Sequence[int], stores: StoreScope) -> Iterator[tuple[int, int, str]]:
    """(customer_key, customer id, name as it is sorted) of those who may be seen."""
    seen = CustomerKey.objects.filter(within(stores, "customer__"))
    for at in range(0, len(keys), CHUNK):
        chunk = seen.filter(key__in=_all(keys[at : at + CHUNK]))
        yield from chunk.values_list("key", "customer_id", "customer__name_key")
