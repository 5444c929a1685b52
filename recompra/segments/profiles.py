"""What segments may know of people, written for the warehouse: no name, no document, no contact, no day of
birth. Read by set statements, some ten thousand people at a time, whatever their number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db.models import Case, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from recompra.customers.identity.unseen import somebody
from recompra.customers.keys import CustomerKey
from recompra.customers.models import ContactAttempt, ContactPoint, Customer, Membership
from recompra.customers.record.completeness import COMPANY, PERSON
from recompra.privacy.blocks.hold import holds_on
from recompra.privacy.consents.fold import ANY
from recompra.privacy.models import Action, Block, Channel, Consent, Purpose
from recompra.privacy.permission import permitted
from recompra.segments.ages import EDGES
from recompra.segments.marital import code_of
from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.schema import TABLES
from recompra.work.lease import Lease

CHUNK = 25_000
SCHEMA = arrow_schema(TABLES["profiles"].schema())
KINDS = tuple(ContactPoint.Kind.values)
WRITTEN = tuple(
    dict.fromkeys(
        name for part in (*PERSON, *COMPANY) for name in part.fields if name not in ContactPoint.Kind.values
    )
)
"""The fields of the record itself that make it complete."""
REACHED = {
    "reach_whatsapp": Channel.WHATSAPP,
    "reach_email": Channel.EMAIL,
    "reach_sms": Channel.SMS,
}
Ids = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Slice:
    """Some customers: those with an id after `first` up to `last`, or just `ids`."""

    first: int = 0
    last: int = 0
    ids: tuple[int, ...] = ()

    def of(self, name: str) -> Q:
        """Condition on the column that holds the customer's id."""
        if self.ids:
            return Q((f"{name}__in", self.ids))
        return Q((f"{name}__gt", self.first), (f"{name}__lte", self.last))


def publish(path: Path, lease: Lease, only: Iterable[int] | None = None) -> int:
    """Write the profiles of everybody who is somebody, or of some customers only, into a Parquet file, and
    say how many they are."""
    today, count, done = timezone.localdate(), 0, 0
    held = _blocked(today)
    total = Customer.objects.count() if only is None else 0
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as file:
        for size, chosen in _slices(only):
            batch = _batch(chosen, today, held)
            file.write_batch(batch)
            count, done = count + batch.num_rows, done + size
            lease.progress(min(done, total), total)
    return count


def everybody() -> int:
    """How many profiles there must be."""
    return CustomerKey.objects.filter(somebody("customer__")).count()


def keys_now(customers: Iterable[int]) -> list[int]:
    """The keys of these customers, also of those who are nobody now: what an update takes away first."""
    ids = sorted(customers)
    parts = (ids[at : at + 900] for at in range(0, len(ids), 900))
    return [
        key
        for part in parts
        for key in CustomerKey.objects.filter(customer__in=part).values_list("key", flat=True)
    ]


def _slices(only: Iterable[int] | None) -> Iterator[tuple[int, Slice]]:
    """(how many records at most, which)."""
    if only is not None:
        ids = sorted(only)
        for at in range(0, len(ids), 900):  # below the 999 variables of an old SQLite
            yield len(ids[at : at + 900]), Slice(ids=tuple(ids[at : at + 900]))
        return
    first, ids_in_order = 0, Customer.objects.order_by("pk").values_list("pk", flat=True)
    while (last := ids_in_order.filter(pk__gt=first)[CHUNK - 1 : CHUNK].first()) is not None:
        yield CHUNK, Slice(first, last)
        first = last
    yield CHUNK, Slice(first, 2**63 - 1)


def _batch(chosen: Slice, today: dt.date, held: dict[str, Ids]) -> pa.RecordBatch:
    people = Customer.objects.filter(chosen.of("pk"), somebody())
    keys = dict(CustomerKey.objects.filter(chosen.of("customer_id")).values_list("customer_id", "key"))
    rows = [
        row
        for row in people.order_by("pk").values_list(
            "pk", "created_at", "birth_date", "sex", "marital_status", "state", _filled()
        )
        if row[0] in keys
    ]
    columns = list(zip(*rows, strict=True)) or [()] * 7
    ids = np.array(columns[0], dtype=np.int64)
    kinds = {kind: _among(ids, _points(chosen, kind)) for kind in KINDS}
    filled = np.array(columns[6], dtype=np.int64)
    is_company = _has(filled, "cnpj")
    zone = timezone.get_default_timezone()
    found: dict[str, Any] = {
        "customer_key": [keys[pk] for pk in columns[0]],
        "registered_on": [at.astimezone(zone).date() for at in columns[1]],
        **born(pa.array(columns[2], pa.date32()), today),
        "sex": [value or None for value in columns[3]],
        "marital_status": [_marital(value) for value in columns[4]],
        "state": [value or None for value in columns[5]],
        "is_company": is_company,
        "completeness": _completeness(filled, kinds, is_company),
        "has_mobile": kinds[ContactPoint.Kind.MOBILE],
        "has_phone": kinds[ContactPoint.Kind.PHONE],
        "has_email": kinds[ContactPoint.Kind.EMAIL],
        "is_subscriber": _among(ids, _subscribers(chosen)),
        **{name: _among(ids, _reached(people, channel)) for name, channel in REACHED.items()},
        **{f"blocked_{function}": np.isin(ids, held[function]) for function in Block.Function.values},
        **_loyalty(chosen, columns[0]),
        "contacted_on": _contacted(chosen, columns[0]),
    }
    return pa.RecordBatch.from_arrays(
        [pa.array(found[name], kind) for name, kind in zip(SCHEMA.names, SCHEMA.types, strict=True)],
        schema=SCHEMA,
    )


def _among(ids: Ids, found: QuerySet[Any]) -> Flags:
    """Which of these ids a query of ids gives."""
    return np.isin(ids, np.fromiter(found.iterator(chunk_size=10_000), dtype=np.int64))


# the record -------------------------------------------------------------------------------------------------


def _filled() -> Any:
    """One number whose bits say which fields of a record are filled: no text leaves the database for that."""
    parts = [
        Case(When(_is_filled(name), then=Value(1 << bit)), default=Value(0), output_field=IntegerField())
        for bit, name in enumerate(WRITTEN)
    ]
    return reduce(add, parts)


def _is_filled(name: str) -> Q:
    empty = Q((f"{name}__isnull", True))
    return ~empty if name == "birth_date" else ~(empty | Q((name, "")))


def _has(filled: Ids, name: str) -> Flags:
    return np.asarray((filled >> WRITTEN.index(name)) & 1, dtype=np.bool_)


def _completeness(filled: Ids, kinds: dict[str, Flags], is_company: Flags) -> Ids:
    """The score of `customers.record.completeness`, of many records at once."""
    has = {name: _has(filled, name) for name in WRITTEN} | kinds
    as_person, as_company = (
        sum(part.weight * np.logical_or.reduce([has[name] for name in part.fields]) for part in parts)
        for parts in (PERSON, COMPANY)
    )
    scores: Ids = np.where(is_company, as_company, as_person).astype(np.int64)
    return scores


def born(days: pa.Array, today: dt.date) -> dict[str, pa.Array]:
    """Birthday and age band (`ages.EDGES`). Born on 29 February, they are a year older from 1 March on."""
    month_day = pc.add(pc.multiply(pc.month(days), 100), pc.day(days))
    is_to_come = pc.greater(month_day, today.month * 100 + today.day).cast(pa.int64())
    ages = pc.subtract(pc.subtract(today.year, pc.year(days)), is_to_come)
    known = ages.is_valid().to_numpy(zero_copy_only=False)
    at = np.searchsorted(EDGES, np.maximum(ages.fill_null(0).to_numpy(), 0), side="right") - 1
    return {"birth_day": month_day, "age_band": pa.array(np.array(EDGES)[at], mask=~known)}


@lru_cache(maxsize=4_096)
def _marital(said: str) -> str | None:
    return code_of(said) if said else None


# what they may be sent --------------------------------------------------------------------------------------


def _points(chosen: Slice, kind: str) -> QuerySet[Any]:
    return ContactPoint.objects.filter(chosen.of("customer_id"), kind=kind).values_list(
        "customer_id", flat=True
    )


def _reached(people: QuerySet[Customer], channel: str) -> QuerySet[Any]:
    return permitted(people, "campaign", channel).values_list("pk", flat=True)


def _subscribers(chosen: Slice) -> QuerySet[Any]:
    """Who agreed to offers and news, in general or by a channel, and did not take it back since: a general
    "no" that is no older than the "yes" holds (`privacy.consents.fold.refusal`)."""
    agreed = Consent.objects.filter(
        chosen.of("customer_id"), purpose=Purpose.MARKETING, state=Action.GRANT
    ).values_list("customer_id", flat=True)
    taken_back = Consent.objects.filter(
        customer=OuterRef("customer"), purpose=Purpose.MARKETING, channel=ANY, at__gte=OuterRef("at")
    ).exclude(state=Action.GRANT)
    return agreed.exclude(Exists(taken_back))


def _blocked(today: dt.date) -> dict[str, Ids]:
    """{function: ids of the customers who are blocked for it today, by themselves or by their CPF}."""
    standing = Block.objects.filter(holds_on(today))
    found = {function: set[int]() for function in Block.Function.values}
    for customer, function in standing.exclude(customer=None).values_list("customer_id", "function"):
        found[function].add(customer)
    by_cpf = Customer.objects.exclude(cpf=None).annotate(
        **{
            name: Exists(standing.filter(cpf=OuterRef("cpf"), function=name))
            for name in Block.Function.values
        }
    )
    held = standing.exclude(cpf="").values("cpf")
    for pk, *flags in by_cpf.filter(cpf__in=held).values_list("pk", *found):
        for function, is_held in zip(found, flags, strict=True):
            if is_held:
                found[function].add(pk)
    return {function: np.fromiter(ids, dtype=np.int64) for function, ids in found.items()}


# what the shop did ------------------------------------------------------------------------------------------


def _loyalty(chosen: Slice, ids: tuple[int, ...]) -> dict[str, list[Any]]:
    """Programme, tier and first day; of several programmes those of the one joined last."""
    rows = Membership.objects.filter(chosen.of("customer_id"), left_on=None)
    in_order = rows.order_by(F("joined_on").asc(nulls_first=True), "pk")
    last = {pk: told for pk, *told in in_order.values_list("customer_id", "program", "tier", "joined_on")}
    nothing = [None, None, None]
    told = [last.get(pk, nothing) for pk in ids]
    return {
        "loyalty_program": [one[0] for one in told],
        "loyalty_tier": [one[1] or None for one in told],
        "loyalty_since": [one[2] for one in told],
    }


def _contacted(chosen: Slice, ids: tuple[int, ...]) -> list[dt.date | None]:
    attempts = ContactAttempt.objects.filter(chosen.of("customer_id"))
    last = dict(attempts.values("customer_id").annotate(last=Max("at")).values_list("customer_id", "last"))
    return [timezone.localdate(last[pk]) if pk in last else None for pk in ids]
