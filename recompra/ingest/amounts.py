"""Numbers as people write them: "1.234,56", "R$ 10,00", "(12,00)", "12,00-". The whole column decides what
a comma is.

A value whose separator stands before exactly three final digits ("1.234") says nothing; any other does.
"""

from __future__ import annotations

from collections.abc import Mapping

from recompra.ingest.desk import Desk
from recompra.ingest.distinct import cell

MACROS = (
    # the digits and separators of a number, without currency, blanks and sign
    "bare(x) AS regexp_replace(upper(x), "
    r"'(R\$|BRL|US\$|\$|[\s\x{00A0}''()+-])', '', 'g')",
    "below_zero(x) AS (starts_with(ltrim(x, ' R$r'), '-') OR starts_with(x, '(') OR ends_with(x, '-'))",
    r"by_comma(d) AS CASE WHEN regexp_full_match(d, '(\d{1,3}(\.\d{3})+|\d+)?(,\d*)?') "
    "THEN try_cast(replace(replace(d, '.', ''), ',', '.') AS DECIMAL(18, 4)) END",
    r"by_point(d) AS CASE WHEN regexp_full_match(d, '(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?') "
    "THEN try_cast(replace(d, ',', '') AS DECIMAL(18, 4)) END",
    # where a column has both: each value by its own shape, NULL when it tells nothing
    r"by_shape(d) AS CASE WHEN regexp_full_match(d, '\d{1,3}[.,]\d{3}') THEN NULL "
    r"WHEN regexp_full_match(d, '(\d{1,3}(\.\d{3})+|\d+)(,\d*)?') THEN by_comma(d) ELSE by_point(d) END",
    "signed(x, n) AS CASE WHEN below_zero(x) THEN -n ELSE n END",
)


def prepare(desk: Desk) -> None:
    for macro in MACROS:
        desk.run_sql(f"CREATE OR REPLACE TEMP MACRO {macro}")


def styles(desk: Desk, signs: Mapping[str, tuple[bool, bool]]) -> dict[str, str]:
    """{column of `rows`: "comma", "point" or "mixed"}, from every value of the columns.

    `signs`: {column: whether a comma, and whether a point, stands in any value}.
    """
    found = {
        name: _style(desk, name, has_comma=has_comma, has_point=has_point)
        for name, (has_comma, has_point) in signs.items()
    }
    clear = [style for style in found.values() if style in ("comma", "point")]
    usual = desk.facts.get("decimal") or ("comma" if "comma" in clear else "point")
    return {name: style or usual for name, style in found.items()}


def _style(desk: Desk, name: str, *, has_comma: bool, has_point: bool) -> str:
    """ "comma", "point" or "mixed"; "" when no value tells."""
    if not has_comma and not has_point:
        return "point"
    comma = has_comma and _stands(
        desk, name, "(x LIKE '%,%' AND NOT x LIKE '%,___' AND NOT x LIKE '%,%.%') OR x LIKE '%.%,%'"
    )
    point = has_point and _stands(
        desk, name, "(x LIKE '%.%' AND NOT x LIKE '%.___' AND NOT x LIKE '%.%,%') OR x LIKE '%,%.%'"
    )
    return "mixed" if comma and point else "comma" if comma else "point" if point else ""


def _stands(desk: Desk, name: str, shape: str) -> bool:
    """Whether any value x has this shape; looks no further than the first."""
    values = f"(SELECT {cell(desk, name)} AS x FROM rows AS r)"  # noqa: S608
    return bool(desk.run_sql(f"SELECT 1 FROM {values} WHERE {shape} LIMIT 1"))  # noqa: S608


def number(column: str, style: str, text: str = "") -> str:
    """SQL: the column as DECIMAL(18, 4), NULL where it is no number. The plain shape is tried first: it is
    the quick one.

    `text`: SQL of the column without blanks around it, asked only where they may be in the way.
    """
    if text not in ("", column):
        return f"coalesce({_plain(column, style)}, {number(text, style)})"
    return f"coalesce({_plain(column, style)}, signed({column}, by_{_shape(style)}(bare({column}))))"


def _shape(style: str) -> str:
    return "shape" if style == "mixed" else style


def _plain(column: str, style: str) -> str:
    """SQL: the column where it is written as numbers mostly are. The commonest texts come first."""
    if style == "comma":
        return (
            f"CASE WHEN {column} = '0,00' THEN 0 WHEN NOT contains({column}, '.') "
            f"THEN try_cast(replace({column}, ',', '.') AS DECIMAL(18, 4)) END"
        )
    if style == "point":
        return f"CASE WHEN {column} = '1' THEN 1 ELSE try_cast({column} AS DECIMAL(18, 4)) END"
    return "NULL::DECIMAL(18, 4)"
