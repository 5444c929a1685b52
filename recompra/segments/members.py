"""The exit gate of lists: the only file that turns keys of the facts into people who stand on a page or leave
in a file.

Who asks sees people of their own stores only. A list for a campaign holds those whom the shop may reach by
its channel now: permission is asked when the list is written, not when it was found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from recompra.customers.columns import DATA, KINDS, chosen_points, register
from recompra.customers.keys import CustomerKey, all_owners, key_of, keys_of, owners_of
from recompra.customers.many import all_of
from recompra.customers.models import Customer
from recompra.customers.scope import StoreScope, of_stores, within
from recompra.privacy import permission
from recompra.segments.crowd import Crowd, Member
from recompra.segments.whole import crowd, in_order

CHUNK = 20_000
TOGETHER = 50_000
"""So many people of a list are told of at once; a list of more has every key's owner at hand."""
CAMPAIGN = "campaign"
_COLUMNS = (
    "key", "customer_id", "customer__public_id", "customer__name", "customer__cpf", "customer__cnpj",
    "customer__birth_date", "customer__sex", "customer__marital_status", "customer__city", "customer__state",
)  # fmt: skip
Row = Mapping[str, Any]
Numbers = npt.NDArray[np.int64]


def members(
    keys: Sequence[int], stores: StoreScope, *, to_write: bool = False, with_points: bool = True
) -> dict[int, Member]:
    """{customer_key: who it is} of those who may be seen; up to CHUNK keys. Forgotten, merged and set-apart
    ones are nobody. `to_write`: only contact points that a campaign may use."""
    found = CustomerKey.objects.filter(within(stores, "customer__"), key__in=all_of(keys))
    rows = list(found.values_list(*_COLUMNS))
    points = _points([row[1] for row in rows], KINDS if with_points else (), to_write=to_write)
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
            points[pk],
        )
        for key, pk, public_id, name, cpf, cnpj, born, sex, marital, city, state in rows
    }


def _points(ids: list[int], kinds: Sequence[str], *, to_write: bool) -> dict[int, dict[str, str]]:
    """{customer id: {kind: the value to use}}."""
    found: dict[int, dict[str, str]] = {pk: {} for pk in ids}
    for kind, values in chosen_points(pa.array(ids, pa.int64()), kinds, to_write=to_write).items():
        for pk, value in zip(ids, values.to_pylist(), strict=True):
            if value:
                found[pk][kind] = value
    return found


def analysed(rows: Sequence[Row], stores: StoreScope) -> Iterator[tuple[Member, Row]]:
    """(who, row) for each row of a page about somebody who may be seen, in the order of the rows."""
    known = members([row["customer_key"] for row in rows], stores)
    for row in rows:
        if (who := known.get(row["customer_key"])) is not None:
            yield who, row


# whole lists ---------------------------------------------------------------------------------------------


def crowds(
    batches: Iterable[pa.RecordBatch],
    stores: StoreScope,
    data: frozenset[str],
    *,
    to_write: bool = False,
    between: Callable[[], None] = lambda: None,
) -> Iterator[Crowd]:
    """The people of a list whom somebody may see, some at a time, in the order of the rows of facts.
    `between`: called now and then while nobody comes out yet; what it raises ends the work."""
    told = partial(register, seen=within(stores), data=data, to_write=to_write)
    windows = _together(batches)
    begun = list(islice(windows, 2))
    if len(begun) == 1:
        keys = begun[0].column("customer_key").to_numpy()
        yield crowd(begun[0], _owners_of(keys).of(keys), told)
    elif begun:
        yield from in_order(chain(begun, windows), _every_owner().of, told, between=between)


def reachable(
    batches: Iterable[pa.RecordBatch],
    stores: StoreScope,
    channels: Sequence[str],
    left_out: Counter[str],
    *,
    agreed: bool,
    data: frozenset[str] = DATA,
    between: Callable[[], None] = lambda: None,
) -> Iterator[Crowd]:
    """Those whom a campaign may reach now by one of these channels, with no contact point but those that it
    may use. `agreed`: only who said yes themselves. The others are counted in `left_out` by the reason
    against them (`permission.REASONS`)."""
    ask = permission.agreed if agreed else permission.allowed
    for found in crowds(batches, stores, data, to_write=True, between=between):
        ids = sorted(found.ids.to_pylist())
        by_kind: dict[str, set[int]] = {}
        for channel in channels:
            by_kind.setdefault(permission.REACHED_BY[channel], set()).update(ask(ids, CAMPAIGN, channel))
        reached = set[int]().union(*by_kind.values())
        _count(set(ids) - reached, channels[0], left_out)
        usable = {
            kind: pc.if_else(_among(found, by_kind.get(kind, set())), found.who[kind], "")
            for kind in data.intersection(KINDS)
        }
        yield found._replace(who={**found.who, **usable}).filter(_among(found, reached))


def _among(crowd: Crowd, ids: set[int]) -> pa.Array:
    return pc.is_in(crowd.ids, pa.array(list(ids), pa.int64()))


def _count(refused: set[int], channel: str, left_out: Counter[str]) -> None:
    if not refused:
        return
    found = permission.reasons(sorted(refused), CAMPAIGN, channel)
    left_out.update(found)
    if silent := len(refused) - sum(found.values()):
        left_out["not_agreed"] += silent


def _together(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows, up to TOGETHER of them at once where the batches are no larger."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        if waiting and sum(map(len, waiting)) + len(batch) > TOGETHER:
            yield pa.concat_batches(waiting)
            waiting = []
        waiting.append(batch)
    if waiting:
        yield pa.concat_batches(waiting)


class Owners(NamedTuple):
    """Of keys in ascending order the customer ids: sixteen bytes for each."""

    keys: Numbers
    ids: Numbers

    def of(self, keys: Numbers) -> Numbers:
        """The customer id of each key; 0 where it leads to nobody."""
        if not len(self.keys):
            return np.zeros(len(keys), np.int64)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.ids[place], 0)


def _every_owner() -> Owners:
    return _sorted_owners(all_owners())


def _owners_of(keys: Numbers) -> Owners:
    ordered = np.unique(keys).tolist()
    return _sorted_owners(owners_of(ordered[at : at + CHUNK]) for at in range(0, len(ordered), CHUNK))


def _sorted_owners(found: Iterable[pa.Table]) -> Owners:
    parts = list(found)
    keys, ids = (
        np.concatenate([np.empty(0, np.int64), *(part[name].to_numpy() for part in parts)])
        for name in ("key", "customer_id")
    )
    order = np.argsort(keys)
    return Owners(keys[order], ids[order])


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
        chunk = seen.filter(key__in=all_of(keys[at : at + CHUNK]))
        yield from chunk.values_list("key", "customer_id", "customer__name_key")
