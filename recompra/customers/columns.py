"""The register as columns (Arrow): what a list tells of many people, read in the order of their ids, so that
the pages of the database are met one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import IntegerField, Q, TextField
from django.db.models.functions import Cast

from recompra.accounts.masking import DOT
from recompra.customers.many import all_of, columns
from recompra.customers.models import ContactPoint, Customer
from recompra.customers.models import title as title_of
from recompra.customers.record.fields import written_as
from recompra.theme.formats import NBSP
from recompra.theme.texts import altered, each, joined

BLOCK = 20_000
CLOSE = 4
"""Of so many customers in a row at least one is wanted: then all of them are read."""
KINDS = tuple(ContactPoint.Kind.values)
CAST = ("public_id", "birth_date")
PLAIN = ("cpf", "cnpj", "sex", "marital_status", "city", "state")
DATA = frozenset(("title", "name", *CAST, *PLAIN, *KINDS))
"""What can be told of somebody, each a text."""
_POINTS = {
    **dict.fromkeys(("customer_id", "pk", "rank"), pa.int64()),
    **dict.fromkeys(("kind", "value"), pa.string()),
}
_CPF, _MOBILE = ("", 11), ("55", 13)
SHAPES: dict[tuple[str, bool], tuple[str, int, tuple[str | slice, ...]]] = {
    ("cpf", True): (*_CPF, (slice(0, 3), ".", slice(3, 6), ".", slice(6, 9), "-", slice(9, 11))),
    ("cpf", False): (*_CPF, (f"{DOT * 3}.", slice(3, 6), ".", slice(6, 9), f"-{DOT * 2}")),
    ("mobile", True): (*_MOBILE, ("(", slice(2, 4), f"){NBSP}", slice(4, 9), "-", slice(9, 13))),
    ("mobile", False): (*_MOBILE, ("(", slice(2, 4), f") {DOT * 5}-", slice(9, 13))),
}
"""How the usual texts of a field are written, with and without mask: those of digits that start so and are so
long, from their pieces; any other one by one."""
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
    people = Customer.objects.filter(seen, _among("pk", ids)).annotate(**cast)
    found = columns(people, {"pk": pa.int64(), **dict.fromkeys((*read, *cast), pa.string())})
    found = found.filter(pc.is_in(found["pk"], pa.array(ids, pa.int64())))
    who = {name.removesuffix("_text"): found[name].combine_chunks() for name in (*read, *cast)}
    own = found["pk"].combine_chunks()
    if "public_id" in who:
        who["public_id"] = _dashed(who["public_id"])
    if "title" in data:
        who["title"] = _titles(own, who["name"])
    kinds = [kind for kind in KINDS if kind in data]
    return own, who | chosen_points(own, kinds, to_write=to_write)


def _among(name: str, ids: Sequence[int]) -> Q:
    """Those of these ascending customers, and where they are close to one another also those between: to
    walk along them is quicker than to look each one up."""
    if ids and ids[-1] - ids[0] < CLOSE * len(ids):
        return Q((f"{name}__gte", ids[0]), (f"{name}__lte", ids[-1]))
    return Q((f"{name}__in", all_of(ids)))


def written_all(texts: pa.Array, field: str, *, whole: bool) -> pa.Array:
    """A column of stored texts as `record.fields.shown` shows each."""
    write = written_as(field, whole=whole)
    if write is str:
        return texts
    if (shape := SHAPES.get((field, whole))) is None:
        return each(texts, lambda text: write(text) if text else "")
    start, length, pieces = shape
    is_usual = pc.and_(pc.starts_with(texts, start), pc.equal(pc.binary_length(texts), length))
    is_usual = pc.and_(is_usual, pc.ascii_is_decimal(texts))
    odd = pc.and_(pc.invert(is_usual), pc.not_equal(texts, ""))
    shaped = _shaped(pc.if_else(is_usual, texts, ""), pieces)
    return pc.if_else(is_usual, shaped, altered(texts, odd, write))


def _shaped(digits: pa.Array, pieces: Sequence[str | slice]) -> pa.Array:
    raw = digits.cast(pa.binary())
    return joined(
        *(
            one if isinstance(one, str) else pc.binary_slice(raw, one.start, one.stop).cast(pa.string())
            for one in pieces
        )
    )


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
    points = ContactPoint.objects.filter(_among("customer_id", sorted(ids.to_pylist())), kind__in=kinds)
    if to_write:
        points = points.filter(use=ContactPoint.Use.ANY)
    found = columns(points.annotate(rank=Cast("is_preferred", IntegerField())), _POINTS)
    found = found.sort_by([("rank", "ascending"), ("pk", "ascending")])
    return {kind: _last_of_each(ids, found.filter(pc.equal(found["kind"], kind))) for kind in kinds}


def _last_of_each(ids: pa.Array, points: pa.Table) -> pa.Array:
    own = pc.index_in(points["customer_id"], ids).combine_chunks()
    values = points["value"].combine_chunks().filter(own.is_valid())
    places = np.full(len(ids), -1, np.int64)
    places[own.drop_null().to_numpy()] = np.arange(len(values))
    return pc.fill_null(values.take(pa.array(places, mask=places < 0)), "")
