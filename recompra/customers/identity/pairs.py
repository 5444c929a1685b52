"""Which records are worth comparing: those that share a phone, an address, a birthday with half a name.

A value that too many records share tells nobody apart and would make too many pairs: it is left out, and how
many records that touched is reported.
"""

from __future__ import annotations

from dataclasses import dataclass

from recompra.customers.identity.desk import Desk

PARTICLES = ["de", "da", "do", "dos", "das", "e", "d", "del", "di"]
GENERATION = ["junior", "jr", "filho", "filha", "neto", "neta", "sobrinho", "segundo", "terceiro"]
"""Words of a name that are no name of their own; the latter tell father and son apart."""

SOUNDS = (
    ("ph", "f"), ("th", "t"), ("ch|sh", "x"), ("lh", "l"), ("qu|q|ck|k", "c"), ("c([ei])", r"s\1"),
    ("g([ei])", r"j\1"), ("y", "i"), ("w", "v"), ("z|ss|sc", "s"), ("h", ""), ("n([pb])", r"m\1"),
    ("[oe]$", ""), ("aa", "a"), ("ii", "i"), ("ll", "l"), ("nn", "n"), ("tt", "t"), ("ff", "f"), ("mm", "m"),
)  # fmt: skip
"""What is written in several ways and spoken alike in Brazil, applied in this order."""


@dataclass(frozen=True)
class Way:
    """Records with the same `key` are compared, unless more than `most` have it. `source`: where `id` and
    what the key is made of are read."""

    code: str
    key: str
    source: str
    most: int


HEARD = "folk JOIN sounds USING (first) WHERE sound <> ''"
WAYS = (
    Way("phone", '"key"', "points WHERE NOT is_email", 30),
    Way("email", '"key"', "points WHERE is_email", 30),
    Way("rg", "rg", "folk WHERE length(rg) >= 6", 10),
    Way("name_birth", "hash(name, born)", "folk WHERE born IS NOT NULL AND name <> ''", 60),
    Way(
        "first_birth",
        "hash(sound, born)",
        "folk JOIN sounds USING (first) WHERE born IS NOT NULL AND sound <> ''",
        60,
    ),
    Way("last_birth", "hash(last, born)", "folk WHERE born IS NOT NULL AND last <> ''", 60),
    Way("name", "hash(name)", "folk WHERE last <> ''", 6),
    Way(
        "address",
        "hash(postcode, street, sound)",
        "folk JOIN sounds USING (first) WHERE postcode <> '' AND sound <> ''",
        30,
    ),
)


def describe(at: Desk) -> None:
    """Make `folk` of `people`: first and last word of the name, and what the first sounds like."""
    sound = "first"
    for pattern, spoken in SOUNDS:
        sound = f"regexp_replace({sound}, '{pattern}', '{spoken}', 'g')"
    words = f"list_filter(string_split(name, ' '), lambda w: NOT list_contains({PARTICLES + GENERATION}, w))"
    at.run(
        "CREATE TABLE folk AS SELECT * EXCLUDE (born, words), TRY_CAST(born AS DATE) AS born, "  # noqa: S608
        "coalesce(words[1], '') AS first, CASE WHEN len(words) > 1 THEN words[-1] ELSE '' END AS last "
        f"FROM (SELECT *, {words} AS words FROM people)"
    )
    at.run("DROP TABLE people")
    at.run(f"CREATE TABLE sounds AS SELECT first, {sound} AS sound FROM (SELECT DISTINCT first FROM folk)")  # noqa: S608
    for column in ("name", "first", "last", "born"):
        at.run(
            f"CREATE TABLE frequent_{column} AS SELECT {column}, count(*) AS n FROM folk "  # noqa: S608
            f"WHERE {column} IS NOT NULL GROUP BY {column} HAVING n > 1"
        )


def pair(at: Desk) -> dict[str, int]:
    """Make `pairs` (one < other; `phone`, `email`: by how many a shared one is held).

    Returns:
        {way: records left out, because too many share the value}.
    """
    at.run("CREATE TABLE met (way VARCHAR, one BIGINT, other BIGINT, holders INTEGER)")
    capped = {}
    for way in WAYS:
        at.run(
            f"CREATE OR REPLACE TEMP TABLE keyed AS SELECT DISTINCT {way.key} AS k, id "  # noqa: S608
            f"FROM (SELECT * FROM {way.source}) WHERE id IN (SELECT id FROM folk)"
        )
        at.run(
            "CREATE OR REPLACE TEMP TABLE shared AS SELECT k, count(*) AS n FROM keyed "
            "GROUP BY k HAVING n > 1"
        )
        left_out = at.one(f"SELECT coalesce(sum(n), 0) FROM shared WHERE n > {way.most}")  # noqa: S608
        if left_out:
            capped[way.code] = int(left_out)
        at.run(
            f"CREATE OR REPLACE TEMP TABLE near AS SELECT k, id, n FROM keyed JOIN shared USING (k) "  # noqa: S608
            f"WHERE n <= {way.most}"
        )
        at.run(
            f"INSERT INTO met SELECT '{way.code}', x.id, y.id, x.n FROM near AS x JOIN near AS y "  # noqa: S608
            "ON x.k = y.k AND x.id < y.id"
        )
    for table in ("keyed", "shared", "near"):
        at.run(f"DROP TABLE {table}")
    at.run(
        "CREATE TABLE pairs AS SELECT one, other, min(holders) FILTER (way = 'phone') AS phone, "
        "min(holders) FILTER (way = 'email') AS email FROM met GROUP BY one, other"
    )
    at.run("DROP TABLE met")
    return capped
