"""Texts of whole columns at once (Arrow): what a list of a million lines is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def each(values: pa.Array, told: Callable[[Any], str | None]) -> pa.Array:
    """The text of each value, each different one asked for once; what is not there stays so."""
    if pa.types.is_null(values.type):
        return values.cast(pa.string())
    coded = values.dictionary_encode()
    texts = [None if value is None else told(value) for value in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)


def found_in(texts: pa.Array, pattern: str) -> pa.Array:
    """In which texts the pattern (RE2) is found; what is not there has nothing in it."""
    return pc.fill_null(pc.match_substring_regex(texts, pattern), False)


def altered(texts: pa.Array, which: pa.Array, change: Callable[[str], str]) -> pa.Array:
    """The texts, those changed that are marked: where few are, the others cost nothing."""
    if not pc.any(which).as_py():
        return texts
    changed = [change(text) for text in texts.filter(which).to_pylist()]
    return pc.replace_with_mask(texts, which, pa.array(changed, pa.string()))


def joined(*pieces: pa.Array | str) -> pa.Array:
    """The texts of several columns, and what stands between them, as one; what is not there counts as ""."""
    return pc.binary_join_element_wise(*pieces, "", null_handling="replace")


def content(texts: pa.Array) -> memoryview:
    """All texts of an array that was just made, one after the other, in UTF-8 and without a copy."""
    _valid, ends, data = texts.buffers()
    if not len(texts) or data is None:
        return memoryview(b"")
    return memoryview(data)[: memoryview(ends).cast("B").cast("i")[len(texts)]]
