"""The register as columns (Arrow): what a list tells of many people, read in the order of their ids, so that
the pages of the database are met one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import IntegerField, Q, TextField
from django.db.models.functions import Cast

from recompra.customers.many import all_of, columns
from recompra.customers.models import ContactPoint, Customer
from recompra.customers.models import title as title_of
from recompra.theme.texts import each

BLOCK = 20_000
KINDS = tuple(ContactPoint.Kind.values)
CAST = ("public_id", "birth_date")
PLAIN = ("cpf", "cnpj", "sex", "marital_status", "city", "state")
DATA = frozenset(("title", "name", *CAST, *PLAIN, *KINDS))
"""What can be told of somebody, each a text."""
_POINTS = {
    **dict.fromkeys(("customer_id", "pk", "rank"), pa.int64()),
    **dict.fromkeys(("kind", "value"), pa.string()),
}
Data = dict[str, pa.Array]


def register(
    ids: Sequence[int], seen: Q, data: frozenset[str], *, to_write: bool = False
) -> tuple[pa.Array, Data]:
    """(ids, data of each, of DATA) of those of these ascending customers whom the condition allows.
    `to_write`: only contact points that a campaign may use."""
    blocks = [
        _block(ids[at : at + BLOCK], seen, data, to_write=to_write) for at in range(0, len(ids), BLOCK)
    ] or [_block([], seen, data, to_write=to_write)]
    return (
        pa.concat_arrays([found for found, _who in blocks]),
        {name: pa.concat_arrays([who[name] for _ids, who in blocks]) for name in data},
    )


def _block(ids: Sequence[int], seen: Q, data: frozenset[str], *, to_write: bool) -> tuple[pa.Array, Data]:
    cast = {f"{name}_text": Cast(name, TextField()) for name in CAST if name in data}
    named = ("name",) if "name" in data or "title" in data else ()
    read = (*named, *(name for name in PLAIN if name in data))
    people = Customer.objects.filter(seen, pk__in=all_of(ids)).annotate(**cast)
    found = columns(people, {"pk": pa.int64(), **dict.fromkeys((*read, *cast), pa.string())})
    who = {name.removesuffix("_text"): found[name].combine_chunks() for name in (*read, *cast)}
    own = found["pk"].combine_chunks()
    if "public_id" in who:
        who["public_id"] = _dashed(who["public_id"])
    if "title" in data:
        who["title"] = _titles(own, who["name"])
    kinds = [kind for kind in KINDS if kind in data]
    return own, who | chosen_points(own, kinds, to_write=to_write)


def written_all(texts: pa.Array, write: Callable[[str], str]) -> pa.Array:
    """Each of a column of texts as it is written, "" as it is."""
    return texts if write is str else each(texts, lambda text: write(text) if text else "")


def _dashed(codes: pa.Array) -> pa.Array:
    """Databases write a UUID with and without dashes."""
    bare = pc.replace_substring(codes, "-", "")
    ends = (0, 8, 12, 16, 20, 32)
    return pc.binary_join_element_wise(
        *(pc.utf8_slice_codeunits(bare, start, stop) for start, stop in pairwise(ends)), "-"
    )


def _titles(ids: pa.Array, names: pa.Array) -> pa.Array:
    is_nameless = pc.equal(names, "")
    nameless = ids.filter(is_nameless).to_pylist()
    if not nameless:
        return names
    codes = dict(Customer.objects.filter(pk__in=all_of(nameless)).values_list("pk", "public_id"))
    titles = [title_of("", codes[pk]) for pk in nameless]
    return pc.replace_with_mask(names, is_nameless, pa.array(titles, pa.string()))


def chosen_points(ids: pa.Array, kinds: Sequence[str], *, to_write: bool) -> Data:
    """{kind: the value of each of these customers, "" for none}: the preferred one, else the one registered
    last."""
    if not kinds:
        return {}
    points = ContactPoint.objects.filter(customer_id__in=all_of(ids.to_pylist()), kind__in=kinds)
    if to_write:
        points = points.filter(use=ContactPoint.Use.ANY)
    found = columns(points.annotate(rank=Cast("is_preferred", IntegerField())), _POINTS)
    found = found.sort_by([("rank", "ascending"), ("pk", "ascending")])
    return {kind: _last_of_each(ids, found.filter(pc.equal(found["kind"], kind))) for kind in kinds}


def _last_of_each(ids: pa.Array, points: pa.Table) -> pa.Array:
    places = np.full(len(ids), -1, np.int64)
    places[pc.index_in(points["customer_id"], ids).to_numpy()] = np.arange(len(points))
    values = points["value"].combine_chunks().take(pa.array(places, mask=places < 0))
    return pc.fill_null(values, "")
