"""What else a file tells of its products: size, collection, material, whatever the shop keeps.

A header "atributo: Tamanho" (or "attribute: …") says so in any file that names products; in a file of
products alone every column that we do not know is one. They stand together in `products.attributes`, a JSON
object.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from recompra.ingest.desk import Desk, literal
from recompra.ingest.stream import is_streamed, trimmed

COLUMN = "attributes"
MOST = 30
LONGEST = 60
HOLD_PRODUCTS = ("sales", "items", "products")
SAID = re.compile(r"\s*(?:atributo|attribute)\s*:\s*(\S.*?)\s*\Z", re.IGNORECASE)


def found(
    headers: Sequence[str], known: Mapping[int, str], refused: Sequence[str], kind: str
) -> dict[int, str]:
    """{position in the file: the attribute's name}. `known`: the positions of our own columns; `refused`: the
    headers that somebody of the shop wants left out."""
    if kind not in HOLD_PRODUCTS:
        return {}
    names: dict[int, str] = {}
    for position, header in enumerate(headers):
        said = SAID.match(header)
        name = said[1] if said else header if kind == "products" and header not in refused else ""
        if name and position not in known and name[:LONGEST] not in names.values():
            names[position] = name[:LONGEST]
    return dict(list(names.items())[:MOST])


def select(desk: Desk, names: Mapping[int, str]) -> str:
    """SQL: the attributes of a row as a JSON object of texts, NULL where the row tells none."""
    pairs = []
    for position, name in names.items():
        cell = trimmed(f"c{position}") if is_streamed(desk) else f"c{position}"
        pairs.append(f"to_json({literal(name)}::VARCHAR)::VARCHAR || ':' || to_json({cell})::VARCHAR")
    return f"'{{' || nullif(concat_ws(',', {', '.join(pairs)}), '') || '}}' AS {COLUMN}"


def together(new: str, old: str) -> str:
    """SQL: what is told now, over what was told before; the same said again changes nothing."""
    merged = f"json_merge_patch(coalesce({old}, '{{}}')::JSON, {new}::JSON)::VARCHAR"
    return f"CASE WHEN {new} IS NULL THEN {old} ELSE {merged} END"
