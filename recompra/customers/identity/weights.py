"""How much each likeness says for or against one person: Fellegi and Sunter's weights, in bits.

I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage", JASA 64 (1969): a likeness that true pairs show
with probability m and strangers with probability u weighs log2(m / u); the weights of independent likenesses
add up. u of a name or a birthday is how frequent that very value is in the shop (W. E. Winkler, "Frequency-
Based Matching in Fellegi-Sunter Model of Record Linkage", 2000), so that a rare surname says more than Silva.

A family shares phone, e-mail, address and surname. Hence a shared way of contact alone weighs just as much as
makes a pair less likely than not, two of them hardly more than one, and within a household neither the
surname nor (for different first names: twins) the birthday counts for much.
"""

from __future__ import annotations

from dataclasses import dataclass

RATE = 0.03
"""Supposed share of records that are another one's duplicate."""
LEAST_PEOPLE = 100_000
"""A small shop's own frequencies say too little: names and birthdays are weighed as if it had so many."""
QUEUE = 60
"""The score from which a pair is shown for review."""


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison: the codes shown for it, when it holds, and its bits (SQL over a and b)."""

    codes: tuple[str, ...]
    when: str
    bits: str


HOUSE = "(phone IS NOT NULL OR email IS NOT NULL OR same_address)"
SAME_NAME = "(a.name = b.name AND len(a.words) >= 2)"
ALIKE = "(length({0}) >= 4 AND length({1}) >= 4 AND damerau_levenshtein({0}, {1}) = 1)"
FIRST_ALIKE = f"(jaro_winkler_similarity(a.first, b.first) >= 0.92 OR {ALIKE.format('a.first', 'b.first')})"
INITIAL = "((length(a.first) = 1 OR length(b.first) = 1) AND left(a.first, 1) = left(b.first, 1))"
BORN_ALIKE = (
    "((month(a.born) = day(b.born) AND day(a.born) = month(b.born) AND year(a.born) = year(b.born)) "
    "OR damerau_levenshtein(a.born::VARCHAR, b.born::VARCHAR) = 1)"
)
FIRST_DIFFERS = f"NOT (a.first = b.first OR a.sound = b.sound OR {INITIAL} OR {FIRST_ALIKE})"

COMPARISONS: tuple[tuple[Level, ...], ...] = (
    (
        Level(("same_email", "same_phone"), "email IS NOT NULL AND phone IS NOT NULL", "-prior + 1"),
        Level(("same_email",), "email IS NOT NULL", "-prior - log2(email - 1)"),
        Level(("same_phone",), "phone IS NOT NULL", "-prior - 1.6 - log2(phone - 1)"),
        Level(("similar_email",), "email_alike", "7"),
        Level(("similar_phone",), "phone_alike", "10"),
        Level((), "a.phones IS NOT NULL AND b.phones IS NOT NULL", "-1"),
    ),
    (
        Level(("same_name",), SAME_NAME, "told(0.7, a.name_n, 1.5e-5)"),
        Level(("same_first",), "a.first = b.first AND a.first <> ''", "told(0.9, a.first_n, 3e-3)"),
        Level(("sounds_alike",), "a.sound = b.sound AND a.sound <> ''", "5"),
        Level(("abbreviated",), f"{INITIAL} AND a.first <> ''", "3"),
        Level(("similar_first",), f"{FIRST_ALIKE} AND a.first <> ''", "3.5"),
        Level(
            ("part_of_name",),
            "list_contains(a.words, b.first) OR list_contains(b.words, a.first)",
            "0.5",
        ),
        Level(("other_first",), "a.first <> '' AND b.first <> ''", "-7"),
    ),
    (
        Level((), SAME_NAME, "0"),
        Level(
            ("same_last",),
            "a.last = b.last AND a.last <> ''",
            f"CASE WHEN {HOUSE} THEN 0.5 ELSE told(0.85, a.last_n, 3e-3) END",
        ),
        Level(("similar_last",), ALIKE.format("a.last", "b.last"), f"CASE WHEN {HOUSE} THEN 0.5 ELSE 4 END"),
        Level(
            ("shared_surname",),
            "list_has_any(a.words[2:], b.words[2:])",
            f"CASE WHEN {HOUSE} THEN 0.5 ELSE 2 END",
        ),
        Level(
            ("other_last",),
            "a.last <> '' AND b.last <> ''",
            "CASE WHEN a.sex = 'M' AND b.sex = 'M' THEN -5 ELSE -2 END",
        ),
    ),
    (
        Level(
            ("same_birth",),
            "a.born = b.born",
            f"CASE WHEN {HOUSE} AND {FIRST_DIFFERS} THEN 4 ELSE told(0.95, a.born_n, 5e-5) END",
        ),
        Level(("similar_birth",), f"a.born IS NOT NULL AND b.born IS NOT NULL AND {BORN_ALIKE}", "4"),
        Level(("other_birth",), "a.born IS NOT NULL AND b.born IS NOT NULL", "-6.6"),
    ),
    (
        Level(("similar_cpf",), "damerau_levenshtein(a.cpf, b.cpf) = 1", "4"),
        Level(("other_cpf",), "a.cpf IS NOT NULL AND b.cpf IS NOT NULL", "-8"),
    ),
    (
        Level(("other_cnpj",), "a.cnpj IS NOT NULL AND b.cnpj IS NOT NULL", "-8"),
        Level(("person_and_company",), "(a.cnpj IS NULL) <> (b.cnpj IS NULL)", "-10"),
    ),
    (
        Level(("same_rg",), "a.rg = b.rg AND length(a.rg) >= 6", "12"),
        Level(("other_rg",), "a.rg <> '' AND b.rg <> ''", "-2"),
    ),
    (Level(("other_generation",), "a.generation <> b.generation", "-6"),),
    (Level(("other_sex",), "a.sex <> '' AND b.sex <> '' AND a.sex <> b.sex", "-4"),),
    (
        Level(
            ("same_address",), "same_address", "CASE WHEN phone IS NULL AND email IS NULL THEN 6 ELSE 1 END"
        ),
        Level((), "a.city <> '' AND b.city <> '' AND a.city <> b.city", "-1"),
    ),
)
