"""The people of a long list in its order, although the register is read once, in its own: each window of the
list would meet nearly every page of the register again.

What is told of each waits meanwhile on shelves, one for each window, so that no more people are at hand at
once than a window holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from recompra.customers.columns import BLOCK
from recompra.segments.crowd import Crowd
from recompra.segments.shelf import Shelf

PLACE, CUSTOMER = "place", "customer"
Numbers = npt.NDArray[np.int64]
Told = Callable[[Sequence[int]], tuple[pa.Array, dict[str, pa.Array]]]
"""Of ascending customer ids those who may be seen, and the data of each."""


def crowd(rows: pa.RecordBatch, ids: Numbers, told: Told) -> Crowd:
    """Who these rows are about: `ids` of each, 0 for nobody."""
    own, who = told(np.unique(ids[ids > 0]).tolist())
    place = pc.index_in(pa.array(ids), own)
    there = place.is_valid()
    place = place.filter(there)
    return Crowd(
        own.take(place), {name: values.take(place) for name, values in who.items()}, rows.filter(there)
    )


def in_order(
    windows: Iterable[pa.RecordBatch],
    owner: Callable[[Numbers], Numbers],
    told: Told,
    *,
    between: Callable[[], None],
) -> Iterator[Crowd]:
    """A crowd for each window of rows. `owner`: the customer id of each key, 0 for nobody; `between` is
    called now and then: what it raises ends the work."""
    with ExitStack() as held:

        def shelf(schema: pa.Schema) -> Shelf:
            return held.enter_context(closing(Shelf(schema)))

        facts: Shelf | None = None
        found, ends = [np.empty(0, np.int64)], [0]
        for rows in windows:
            facts = facts or shelf(rows.schema)
            facts.add(rows)
            found.append(owner(rows.column("customer_key").to_numpy()))
            ends.append(ends[-1] + len(rows))
            between()
        del owner
        people = _people(np.concatenate(found), np.array(ends[1:]), told, shelf, between)
        found.clear()
        for start, rows, told_of in zip(ends[:-1], facts.read() if facts else (), people, strict=True):
            yield _of_window(rows, start, told_of, told)


def _people(
    ids: Numbers, ends: Numbers, told: Told, new: Callable[[pa.Schema], Shelf], between: Callable[[], None]
) -> list[Shelf | None]:
    """For each window that ends before these places what is told of its people, read in the order of ids."""
    shelves: list[Shelf | None] = [None] * len(ends)
    order = np.argsort(ids)
    order = order[np.searchsorted(ids, 1, sorter=order) :]
    for at in range(0, len(order), BLOCK):
        batch = _block(ids, order[at : at + BLOCK], told)
        window = np.searchsorted(ends, batch[PLACE].to_numpy(), side="right")
        by_window = np.argsort(window, kind="stable")
        batch = batch.take(pa.array(by_window))
        present, firsts = np.unique(window[by_window], return_index=True)
        for number, (start, stop) in zip(present, pairwise([*firsts, len(batch)]), strict=True):
            shelf = shelves[number] = shelves[number] or new(batch.schema)
            shelf.add(batch.slice(start, stop - start))
        between()
    return shelves


def _block(ids: Numbers, places: Numbers, told: Told) -> pa.RecordBatch:
    """Those of some places of the list, in the order of their ids, who may be seen."""
    own, who = told(ids[places].tolist())
    row = pc.index_in(pa.array(ids[places]), own)
    there = row.is_valid()
    row = row.filter(there)
    columns = {name: values.take(row) for name, values in who.items()}
    return pa.record_batch({PLACE: pa.array(places).filter(there), CUSTOMER: own.take(row), **columns})


def _of_window(rows: pa.RecordBatch, start: int, shelf: Shelf | None, told: Told) -> Crowd:
    if shelf is None:
        return Crowd(*told([]), rows.slice(0, 0))
    people = pa.Table.from_batches(list(shelf.read())).sort_by(PLACE).combine_chunks()
    place = pc.subtract(people[PLACE].combine_chunks(), start)
    who = {
        name: people[name].combine_chunks() for name in people.column_names if name not in (PLACE, CUSTOMER)
    }
    return Crowd(people[CUSTOMER].combine_chunks(), who, rows.take(place))
