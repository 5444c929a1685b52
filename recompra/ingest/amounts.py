"""Numbers as people write them: "1.234,56", "R$ 10,00", "(12,00)", "12,00-". The whole column decides what
a comma is.

A value whose separator stands before exactly three final digits ("1.234") says nothing; any other does.
"""

from __future__ import annotations

from collections.abc import Iterable

from recompra.ingest.desk import Desk

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


def styles(desk: Desk, names: Iterable[str]) -> dict[str, str]:
    """{column of `rows`: "comma", "point" or "mixed"}, from every value of the columns."""
    wanted = list(names)
    if not wanted:
        return {}
    shapes = (
        "{0} LIKE '%,%'",
        "{0} LIKE '%.%'",
        "{0} LIKE '%,%' AND NOT {0} LIKE '%,___' AND NOT {0} LIKE '%,%.%'",
        "{0} LIKE '%.%' AND NOT {0} LIKE '%.___' AND NOT {0} LIKE '%.%,%'",
        "{0} LIKE '%.%,%'",
        "{0} LIKE '%,%.%'",
    )
    counts = ", ".join(f"count(*) FILTER (WHERE {shape.format(name)})" for name in wanted for shape in shapes)
    row = desk.run_sql(f"SELECT {counts} FROM rows")[0]  # noqa: S608
    found: dict[str, str] = {}
    for at, name in enumerate(wanted):
        commas, points, comma, point, both_comma, both_point = row[at * 6 : at * 6 + 6]
        by_comma, by_point = comma + both_comma, point + both_point
        if by_comma and by_point:
            found[name] = "mixed"
        elif by_comma or by_point:
            found[name] = "comma" if by_comma else "point"
        else:
            found[name] = "" if commas or points else "point"
    clear = [style for style in found.values() if style in ("comma", "point")]
    usual = desk.facts.get("decimal") or ("comma" if "comma" in clear else "point")
    return {name: style or usual for name, style in found.items()}


def number(column: str, style: str) -> str:
    """SQL: the column as DECIMAL(18, 4), NULL where it is no number. The plain shape is tried first: it is
    the quick one.
    """
    if style == "comma":
        plain = (
            f"CASE WHEN NOT contains({column}, '.') "
            f"THEN try_cast(replace({column}, ',', '.') AS DECIMAL(18, 4)) END"
        )
    elif style == "point":
        plain = f"try_cast({column} AS DECIMAL(18, 4))"
    else:
        return f"signed({column}, by_shape(bare({column})))"
    return f"coalesce({plain}, signed({column}, by_{style}(bare({column}))))"
