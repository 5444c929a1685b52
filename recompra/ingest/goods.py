"""What a file of products tells of each: whether the shop still offers it, and how many are left.

Where the file has a row per store, the stock is the sum of the stores, and a product is discontinued when it
is so in all of them. A blank cell tells nothing.
"""

from __future__ import annotations

from collections.abc import Collection

from recompra.ingest import amounts
from recompra.ingest.desk import Desk, literal
from recompra.ingest.distinct import STORE, Said, cell, gather
from recompra.ingest.normalise import empty, parse_plain, says
from recompra.ingest.words import DISCONTINUED, IN_STOCK, SOLD_OUT, YES


def normalise(desk: Desk) -> None:
    """Make `parsed` and `problems` from `rows`. Run again, it makes the same tables anew."""
    empty(desk)
    said = gather(desk)
    have = set(desk.columns("rows"))
    store = said.shop if have & {*STORE} else "NULL::UBIGINT"
    stock, is_unread = _stock(desk, said, have)
    further = f"{store} AS shop, {_is_gone(said, have)} AS is_gone, {stock} AS in_stock, "
    parse_plain(desk, said, further, wrong=f"WHEN {is_unread} THEN 'amount_invalid'")


def offered() -> str:
    """SQL: of each code that a good row names, `is_discontinued` and `stock`; NULL where no row tells. The
    latest row of a store tells."""
    latest = ", ".join(
        f"arg_max({name}, place) FILTER (WHERE {name} IS NOT NULL) AS {name}"
        for name in ("is_gone", "in_stock")
    )
    return (
        "SELECT code, bool_and(is_gone) AS is_discontinued, sum(in_stock)::DECIMAL(18, 4) AS stock FROM ("  # noqa: S608
        f"SELECT g.code, shop, {latest} FROM (SELECT * EXCLUDE (code) FROM parsed WHERE code IS NULL) "
        "JOIN goods_told AS g USING (goods) GROUP BY ALL) GROUP BY code"
    )


def _is_gone(said: Said, have: Collection[str]) -> str:
    """SQL: whether the row says that the product is offered no more; NULL where it says nothing."""
    told = []
    if "discontinued" in have:
        ended = says(said, "discontinued", YES | (DISCONTINUED - SOLD_OUT))
        told.append(f"CASE WHEN r.discontinued IS NOT NULL THEN {ended} END")
    if "product_status" in have:
        told.append(
            f"CASE WHEN r.product_status IS NOT NULL THEN {says(said, 'product_status', DISCONTINUED)} END"
        )
    return f"coalesce({', '.join(told)})" if told else "NULL::BOOLEAN"


def _stock(desk: Desk, said: Said, have: Collection[str]) -> tuple[str, str]:
    """SQL: how many are left, and whether something stands there that tells no number."""
    if "stock" not in have:
        return "NULL::DECIMAL(18, 4)", "false"
    amounts.prepare(desk)
    style = amounts.styles(desk, {"stock": said.signs["stock"]})["stock"]
    text = cell(desk, "stock")
    word = f"regexp_replace(lower(strip_accents({text})), '[^a-z0-9]', '', 'g')"
    number = amounts.number(text, style)
    value = f"CASE WHEN {word} IN ({_listed(SOLD_OUT - {'0'})}) THEN 0 ELSE {number} END::DECIMAL(18, 4)"
    known = f"{word} IN ({_listed(SOLD_OUT | IN_STOCK)})"
    return value, f"{text} IS NOT NULL AND {number} IS NULL AND NOT {known}"


def _listed(words: Collection[str]) -> str:
    return ", ".join(literal(word) for word in sorted(words))
