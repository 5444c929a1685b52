"""A list of people, one page at a time: ordered in the facts, or by name in the register.

The address carries only the public id of the last one shown; their place is looked up again. No key of the
facts and no name ever stands in an address, and nothing is skipped by counting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db.models import Q

from recompra.customers.models import Customer
from recompra.customers.scope import StoreScope, within
from recompra.segments import members
from recompra.segments.crowd import Member
from recompra.segments.rule.people import ALL
from recompra.warehouse.engine import engine

PAGE = 25
FEW = 5_000
WALK = 20_000
BY_NAME = "nome"
_NEVER, _NOTHING = ibis.literal(dt.date(1, 1, 1)), ibis.literal(Decimal(-(10**15)), "decimal(18, 2)")
MEASURES: dict[str, Callable[[ir.Table], Any]] = {
    "gasto": lambda t: ibis.coalesce(t.ltv, _NOTHING),
    "recente": lambda t: ibis.coalesce(t.last_on, _NEVER),
}
OWN = "lista"
"""The order that a list has of its own, see `Behind.by`."""
SORTS = (*MEASURES, BY_NAME, OWN)
Line = tuple[Member, dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """Some lines, and after whom the next ones begin ("": these are the last)."""

    lines: list[Line]
    after: str = ""


def page(
    people: ir.Table,
    facts: tuple[str, ...],
    stores: StoreScope,
    *,
    sort: str = "gasto",
    after: str = "",
    size: int = PAGE,
    by: str = "",
) -> Page:
    """A page of `people` (rows of the facts' table of that name, already of these stores), with these of
    their columns. `after` is the public id of the last one shown; one that leads nowhere: the first page.
    `by`: the whole number of `people` that makes the order `OWN`."""
    anchor = _anchor(after)
    if sort == BY_NAME:
        return _by_name(people, facts, stores, anchor, size)
    at = _place(people, sort, by, anchor, stores)
    return _by_measure(people, facts, stores, _measure(sort, by), at, size)


def ordered(people: ir.Table, facts: tuple[str, ...], sort: str, by: str = "") -> ir.Table:
    """The whole list for a file, in the order of the page: customer_key and these columns. The facts know no
    order by name: the biggest spend comes first then."""
    measure = _measure(sort, by)(people)
    return people.order_by(measure.desc(), people.customer_key.desc()).select(*_columns(facts))


def _anchor(after: str) -> UUID | None:
    try:
        return UUID(after) if after else None
    except ValueError:
        return None


def _columns(facts: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(("customer_key", *facts)))


def _by_measure(
    people: ir.Table,
    facts: tuple[str, ...],
    stores: StoreScope,
    measure: Callable[[ir.Table], Any],
    at: tuple[Any, int] | None,
    size: int,
) -> Page:
    store = engine(settings.WAREHOUSE_URL)
    lines: list[Line] = []
    while len(lines) <= size:
        rest = people if at is None else people.filter(_after(measure(people), people.customer_key, *at))
        first = rest.order_by(measure(rest).desc(), rest.customer_key.desc()).limit(size + 1)
        rows = store.rows(first.select(*_columns(facts), _measure=measure(first)))
        known = members.members([row["customer_key"] for row in rows], stores)
        lines += [(who, row) for row in rows if (who := known.get(row["customer_key"]))]
        if len(rows) <= size:
            return _cut(lines, size)
        at = (rows[-1]["_measure"], rows[-1]["customer_key"])
    return _cut(lines, size)


def _after(measure: Any, key: Any, value: Any, last: int) -> ir.BooleanValue:
    held = ibis.literal(value, measure.type())
    return (measure < held) | ((measure == held) & (key < last))


def _measure(sort: str, by: str) -> Callable[[ir.Table], Any]:
    if sort == OWN and by:
        return lambda people: people[by]
    return MEASURES.get(sort, MEASURES["gasto"])


def _place(
    people: ir.Table, sort: str, by: str, anchor: UUID | None, stores: StoreScope
) -> tuple[Any, int] | None:
    """Where somebody stands: by what the facts know of everybody, whether they are still in the list or not;
    by the list's own order, if they are."""
    key = members.key_at(anchor, stores) if anchor else None
    if key is None:
        return None
    measure = _measure(sort, by)
    everybody = people if sort == OWN and by else ALL.of_stores(stores)["people"]
    one = everybody.filter(everybody.customer_key == key)
    rows = engine(settings.WAREHOUSE_URL).rows(one.select(_measure=measure(one)))
    return (rows[0]["_measure"], key) if rows else None


def _cut(lines: list[Line], size: int) -> Page:
    shown = lines[:size]
    return Page(shown, str(shown[-1][0].public_id) if len(lines) > size else "")


# by name --------------------------------------------------------------------------------------------------


def _by_name(
    people: ir.Table, facts: tuple[str, ...], stores: StoreScope, anchor: UUID | None, size: int
) -> Page:
    store = engine(settings.WAREHOUSE_URL)
    keys = store.run(people.select("customer_key"))["customer_key"].combine_chunks()
    wanted = _walked(keys, stores, anchor, size + 1) if len(keys) > FEW else None
    if wanted is None:
        wanted = _sorted(keys.to_pylist(), stores, anchor)[: size + 1]
    few = people.filter(people.customer_key.isin(wanted)) if wanted else people.limit(0)
    rows = {row["customer_key"]: row for row in store.rows(few.select(*_columns(facts)))}
    known = members.members(wanted, stores)
    return _cut([(known[key], rows[key]) for key in wanted if key in known and key in rows], size)


def _sorted(keys: list[int], stores: StoreScope, anchor: UUID | None) -> list[int]:
    """The keys in the order of their people's names, those after the anchor."""
    named = sorted((name, pk, key) for key, pk, name in members.names(keys, stores))
    at = _named(anchor)
    return [key for name, pk, key in named if at is None or (name, pk) > at]


def _walked(keys: pa.Array, stores: StoreScope, anchor: UUID | None, size: int) -> list[int]:
    """The first keys in the order of names, by walking the register until so many of them were met."""
    everybody = Customer.objects.filter(within(stores)).order_by("name_key", "pk")
    at, found = _named(anchor), list[int]()
    chunk = min(max(size * 4, 200), WALK)
    while True:
        rest = everybody
        if at is not None:
            name, pk = at
            rest = rest.filter(Q(name_key__gt=name) | Q(pk__gt=pk), name_key__gte=name)
        people = list(rest.values_list("name_key", "pk")[:chunk])
        found += _among(keys, [pk for _name, pk in people])
        if len(found) >= size or len(people) < chunk:
            return found[:size]
        at, chunk = people[-1], min(chunk * 2, WALK)


def _among(keys: pa.Array, ids: list[int]) -> list[int]:
    """The keys of these customers in their order, of those that are in the list."""
    owned = members.keys_by_id(ids)
    theirs = pa.array([owned[pk] for pk in ids if pk in owned], pa.int64())
    met = set(keys.filter(pc.is_in(keys, value_set=theirs)).to_pylist())
    return [key for key in theirs.to_pylist() if key in met]


def _named(anchor: UUID | None) -> tuple[str, int] | None:
    if anchor is None:
        return None
    return Customer.objects.filter(public_id=anchor).values_list("name_key", "pk").first()


def batches(people: ir.Table, facts: tuple[str, ...], sort: str, by: str = "") -> Iterator[pa.RecordBatch]:
    """The whole list for a file, streamed."""
    return engine(settings.WAREHOUSE_URL).batches(ordered(people, facts, sort, by), members.TOGETHER)
