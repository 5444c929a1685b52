"""Weighs every pair and gives its score and reasons; see `weights` for what a likeness is worth."""

from __future__ import annotations

from math import log2

from django.utils.translation import gettext_noop

from recompra.customers.identity.desk import Desk
from recompra.customers.identity.pairs import GENERATION, PARTICLES
from recompra.customers.identity.weights import COMPARISONS, LEAST_PEOPLE, QUEUE, RATE, Level

COMPARING = gettext_noop("comparing the pairs")
PARTS = 8  # so that memory stays flat and a cancelled search ends soon
CLOSE = "damerau_levenshtein({0}, {1}) = 1"
PHONE_ALIKE = " OR ".join(
    CLOSE.format(f"a.{mine}", f"b.{theirs}")
    for mine in ("phone_1", "phone_2")
    for theirs in ("phone_1", "phone_2")
)
WORDS = "string_split(name, ' ')"
NEAR = f"""
    CREATE OR REPLACE TEMP TABLE near AS
    SELECT folk.*, sound, phone_1, phone_2, email_1, phone_1 AS phones,
        list_filter({WORDS}, lambda w: NOT list_contains({PARTICLES + GENERATION}, w)) AS words,
        coalesce(list_filter({WORDS}, lambda w: list_contains({GENERATION}, w))[1], '') AS generation,
        name_n.n AS name_n, first_n.n AS first_n, last_n.n AS last_n, born_n.n AS born_n
    FROM folk
    JOIN sounds USING (first)
    LEFT JOIN contact USING (id)
    LEFT JOIN frequent_name AS name_n USING (name)
    LEFT JOIN frequent_first AS first_n USING (first)
    LEFT JOIN frequent_last AS last_n USING (last)
    LEFT JOIN frequent_born AS born_n USING (born)
    WHERE id IN (SELECT one FROM pairs UNION ALL SELECT other FROM pairs)
"""  # noqa: S608 (our own lists of words)
CONTACT = """
    CREATE TABLE contact AS
    SELECT id, min("key") FILTER (NOT is_email) AS phone_1, max("key") FILTER (NOT is_email) AS phone_2,
        min("key") FILTER (is_email) AS email_1
    FROM points WHERE id IN (SELECT one FROM pairs UNION ALL SELECT other FROM pairs) GROUP BY id
"""


def compare(at: Desk, people: int) -> tuple[int, int]:
    """Make `found` (one, other, score, reasons) of the pairs that reach the queue's score.

    Returns:
        How many pairs were weighed, and how many were found.
    """
    prior = log2(2 * RATE / max(people, LEAST_PEOPLE))
    at.run(
        "CREATE MACRO told(m, n, least) AS "
        f"log2(m / greatest((coalesce(n, 2) - 1)::DOUBLE / {people + LEAST_PEOPLE}, least))"
    )
    at.run(CONTACT)
    at.run("DROP TABLE points")
    at.run(NEAR)
    at.run("DROP TABLE folk")
    total = int(at.one("SELECT count(*) FROM pairs"))
    at.run("CREATE TABLE found (one BIGINT, other BIGINT, score UTINYINT, reasons VARCHAR[])")
    for part in range(PARTS):
        at.run(_weigh(part, prior))
        at.lease.progress(total * (part + 1) // PARTS, total, COMPARING)
    return total, int(at.one("SELECT count(*) FROM found"))


def _weigh(part: int, prior: float) -> str:
    bits = " + ".join(_case(levels, _bits) for levels in COMPARISONS)
    codes = ", ".join(_case(levels, _codes) for levels in COMPARISONS)
    return f"""
        INSERT INTO found
        SELECT one, other, round(100 / (1 + pow(2, -bits)))::UTINYINT AS score, reasons
        FROM (
            SELECT one, other, {prior} + {bits} AS bits, flatten([{codes}]) AS reasons
            FROM (SELECT *, {prior}::DOUBLE AS prior FROM pairs WHERE one % {PARTS} = {part}) AS p
            JOIN near AS a ON a.id = one JOIN near AS b ON b.id = other,
            LATERAL (SELECT
                coalesce(a.postcode = b.postcode AND a.street = b.street AND a.street <> '', false)
                    AS same_address,
                coalesce({CLOSE.format("a.email_1", "b.email_1")}, false) AS email_alike,
                coalesce({PHONE_ALIKE}, false) AS phone_alike) AS likeness
        ) WHERE bits > {log2(QUEUE / (100 - QUEUE)) - 0.1} AND score >= {QUEUE}
    """  # noqa: S608 (the comparisons are ours)


def _case(levels: tuple[Level, ...], said: object) -> str:
    whens = " ".join(f"WHEN {level.when} THEN {said(level)}" for level in levels)  # type: ignore[operator]
    return f"(CASE {whens} ELSE {said(None)} END)"  # type: ignore[operator]


def _bits(level: Level | None) -> str:
    return f"({level.bits})" if level else "0"


def _codes(level: Level | None) -> str:
    return f"{list(level.codes)}::VARCHAR[]" if level else "[]::VARCHAR[]"
