"""What the rows say, each thing once, from one reading of them: people, products, stores, days, and words.

The many rows of a file repeat few things. Each of these gets a token (a 64-bit hash of its texts), which the
rows bear instead of the texts; `told` finds the texts again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from recompra.ingest.columns import IDENTITY, NUMBERS, PERSON
from recompra.ingest.dates import day_text
from recompra.ingest.desk import Desk
from recompra.ingest.stream import counted, is_streamed, trimmed

GOODS = (
    "product_code", "product_name", "product_group", "brand", "color", "launched_on",
    "attributes",
)  # fmt: skip
SHOP = ("store_code", "store_name", "store_city", "store_state")
STORE = ("store_code", "store_name")
OWN_KEY = {"people": "customer_id", "goods": "product_code", "shops": "store_code"}
"""By which column the shop's own system tells the things of a set apart."""
WORDS = ("kind", "status", "channel", "product_status", "discontinued")
MAX_WORDS = 10_000
"""Distinct texts of a status column that are looked at; a column with more is no status."""


SIGNED = (*NUMBERS, "stock")

NOTHING = "NULL::UBIGINT"


@dataclass
class Said:
    """`days`: texts of `ordered_at` before the time; `words`: {column: its texts as found}; `signs`: {column
    of numbers: whether a comma, and whether a point, stands in any value}; `person`, `goods`, `shop`: SQL of
    the token in a row r of `rows`."""

    person: str = NOTHING
    goods: str = NOTHING
    shop: str = NOTHING
    days: list[str] = field(default_factory=list)
    words: dict[str, list[str]] = field(default_factory=dict)
    signs: dict[str, tuple[bool, bool]] = field(default_factory=dict)


def person_columns(desk: Desk) -> list[str]:
    """Those of our person columns that the rows have, in our order; none when nobody can be told by them."""
    have = set(desk.columns("rows"))
    return [name for name in PERSON if name in have] if have & {*IDENTITY} else []


def cell(desk: Desk, name: str) -> str:
    """SQL: a column of `rows` r without blanks around it. Rows of a table were trimmed when it was made, and
    of some columns of a stream it is known that no text needs it."""
    return trimmed(f"r.{name}") if is_streamed(desk) and name not in _plain(desk) else f"r.{name}"


def _plain(desk: Desk) -> set[str]:
    """The columns in which the first reading met no blank around any text."""
    known: set[str] = desk.facts.setdefault("plain", set())
    return known


def gather(desk: Desk) -> Said:
    """Read `rows` once. Makes `people_told` (person and the person columns), `goods_told` (goods, code and
    the product columns) and `shops_told` (shop, store, name and the store columns), the texts trimmed.
    """
    have = set(desk.columns("rows"))
    sets = {
        "people": person_columns(desk),
        "goods": [name for name in GOODS if name in have],
        "shops": [name for name in SHOP if name in have],
        "days": ["day_text"] if "ordered_at" in have else [],
        "words": [
            *(name for name in WORDS if name in have),
            *(f"{sign}_{name}" for name in SIGNED if name in have for sign in ("comma", "point")),
        ],
    }
    sets = {name: columns for name, columns in sets.items() if columns}
    _plain(desk).clear()
    _read(desk, sets, have, "r.ordered_at")
    if is_streamed(desk):
        counted(desk, desk.one(f"SELECT n FROM said WHERE told = {2 ** len(sets) - 1}"))  # noqa: S608
        _find_plain(desk, sets)
        if "days" in sets and "ordered_at" not in _plain(desk):
            _read(desk, sets, have, cell(desk, "ordered_at"))
    found = Said(days=_texts(desk, sets, "days", "day_text"), signs=_signs(desk, sets))
    found.words = {name: _texts(desk, sets, "words", name, MAX_WORDS) for name in WORDS if name in have}
    if identifying := [name for name in IDENTITY if name in sets.get("people", ())]:
        found.person = _token(desk, sets, "people", identifying)
    if "goods" in sets:
        found.goods = _token(desk, sets, "goods")
    if "shops" in sets:
        found.shop = _token(desk, sets, "shops")
    _told(desk, "people", sets, tuple(PERSON), f"{found.person} AS person")
    _told(
        desk, "goods", sets, GOODS, f"{found.goods} AS goods", "coalesce(product_code, product_name) AS code"
    )
    name = "coalesce(store_code, store_name, '') AS name, hash(name) AS store"
    _told(desk, "shops", sets, SHOP, f"{found.shop} AS shop", name)
    desk.run_sql(  # the store of rows that name none
        "INSERT INTO shops_told (name, store) "
        "SELECT '', hash('') WHERE '' NOT IN (SELECT name FROM shops_told)"
    )
    desk.run_sql("DROP TABLE said")
    return found


def _find_plain(desk: Desk, sets: dict[str, list[str]]) -> None:
    """Whether the texts need trimming, asked of the distinct ones. A day is what stands before the first
    blank: one in front leaves it empty, and what stands behind it is trimmed where it is read."""
    small = {name: ("shops", name) for name in sets.get("shops", ())}
    small |= {name: ("goods", name) for name in sets.get("goods", ()) if name != "attributes"}
    small |= {"ordered_at": ("days", "day_text")} if "days" in sets else {}
    if not small:
        return
    asked = ", ".join(
        f"bool_or({column} IS DISTINCT FROM {trimmed(column)}) FILTER (WHERE {_where(sets, among)})"
        for among, column in small.values()
    )
    [blank] = desk.run_sql(f"SELECT {asked} FROM said")  # noqa: S608
    _plain(desk).update(name for name, found in zip(small, blank, strict=True) if not found)


def _read(desk: Desk, sets: dict[str, list[str]], have: set[str], ordered_at: str) -> None:
    """`said`: the distinct rows of each set of columns; `told` says of which set (see `_where`)."""
    derived = [f"contains(r.{name}, ',') AS comma_{name}, contains(r.{name}, '.') AS point_{name}"
               for name in SIGNED if name in have]  # fmt: skip
    if "days" in sets:
        derived.append(f"{day_text(ordered_at)} AS day_text")
    source = f"(SELECT {', '.join(['r.*', *derived])} FROM rows AS r)"  # noqa: S608
    columns = [name for names in sets.values() for name in names]
    first = ", ".join(names[0] for names in sets.values())
    grouped = ", ".join(f"({', '.join(names)})" for names in [*sets.values(), []])
    mark = f"grouping_id({first})" if sets else "0"
    desk.run_sql(
        f"CREATE OR REPLACE TABLE said AS SELECT {', '.join([*columns, f'{mark} AS told'])}, count(*) AS n "  # noqa: S608
        f"FROM {source} GROUP BY GROUPING SETS ({grouped})"
    )


def _where(sets: dict[str, list[str]], name: str) -> str:
    """SQL: the rows of one set. `grouping_id` has a bit per set, the first set's highest, 0 in its rows."""
    names = list(sets)
    return f"told = {2 ** len(names) - 1 - (1 << (len(names) - 1 - names.index(name)))}"


def _token(desk: Desk, sets: dict[str, list[str]], name: str, identifying: Sequence[str] = ()) -> str:
    """SQL: a number for what a row r says of the set. From the set's own key alone where the file never says
    two things under one key, which spares the reading of the others; else from all its columns. With
    `identifying`, NULL where none of these is said.
    """
    columns = sets[name]
    where = _where(sets, name)
    somebody = f"coalesce({', '.join(identifying)}) IS NOT NULL" if identifying else "true"
    key = OWN_KEY[name]
    if key in columns:
        rows, keys, without = desk.run_sql(
            f"SELECT count(*), count(DISTINCT {key}), count(*) - count({key}) FROM said "  # noqa: S608
            f"WHERE {where} AND {somebody}"
        )[0]
        if rows == keys + (0 if identifying else without) and without <= 1:
            return (
                f"CASE WHEN r.{key} IS NOT NULL THEN hash(r.{key}) END" if identifying else f"hash(r.{key})"
            )
    whole = f"hash({', '.join(f'r.{column}' for column in columns)})"
    if not identifying:
        return whole
    somebody = f"coalesce({', '.join(f'r.{column}' for column in identifying)}) IS NOT NULL"
    return f"CASE WHEN {somebody} THEN {whole} END"


def _told(
    desk: Desk, name: str, sets: dict[str, list[str]], columns: Sequence[str], token: str, further: str = ""
) -> None:
    """`<name>_told`: the token, every one of `columns`, NULL where the rows have it not, and `further`."""
    have = sets.get(name, [])
    cells = [f"{cell(desk, c)} AS {c}" if c in have else f"NULL::VARCHAR AS {c}" for c in columns]
    where = _where(sets, name) if have else "false"
    extra = f", {further}" if further else ""
    desk.run_sql(
        f"CREATE OR REPLACE TABLE {name}_told AS SELECT *{extra} FROM (SELECT {token}, {', '.join(cells)} "  # noqa: S608
        f"FROM said AS r WHERE {where})"
    )


def _texts(
    desk: Desk, sets: dict[str, list[str]], name: str, column: str, most: int | None = None
) -> list[str]:
    if name not in sets:
        return []
    rows = desk.run_sql(
        f"SELECT DISTINCT {column} FROM said WHERE {_where(sets, name)} AND {column} IS NOT NULL ORDER BY 1 "  # noqa: S608
        f"LIMIT {most or 'ALL'}"
    )
    return [row[0] for row in rows]


def _signs(desk: Desk, sets: dict[str, list[str]]) -> dict[str, tuple[bool, bool]]:
    names = [name for name in sets.get("words", []) if name not in WORDS]
    if not names:
        return {}
    asked = ", ".join(f"bool_or({name})" for name in names)
    row = desk.run_sql(f"SELECT {asked} FROM said WHERE {_where(sets, 'words')}")[0]  # noqa: S608
    return {
        name.removeprefix("comma_"): (bool(row[at]), bool(row[at + 1]))
        for at, name in enumerate(names)
        if name.startswith("comma_")
    }
