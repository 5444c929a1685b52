"""The customers: valid CPFs, names, phones, e-mails and the rest, all invented.

A CPF is a permutation of the customer's number plus its two check digits: valid, and taken from nobody.
Phones are (DDD) 90xxx-xxxx, a range that is not given out in Brazil because 90 is the prefix of collect
calls; e-mails are at example.com, .org and .net, which RFC 2606 keeps for examples. So trying the demo
reaches no living person.
"""

from __future__ import annotations

import unicodedata
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from recompra.demo import names
from recompra.demo.catalogue import Ints
from recompra.demo.places import CITIES

Bools = npt.NDArray[np.bool_]
MARITAL = ("solteira(o)", "casada(o)", "união estável", "divorciada(o)", "viúva(o)")
MARITAL_BY_AGE = np.array(
    [[0.72, 0.12, 0.14, 0.02, 0.00], [0.34, 0.36, 0.18, 0.11, 0.01], [0.16, 0.50, 0.12, 0.16, 0.06]]
)
CITY_SHARE = np.array([city.weight for city in CITIES]) / sum(city.weight for city in CITIES)


def cpfs(numbers: Ints, seed: int) -> npt.NDArray[np.str_]:
    """The 11 digits of each customer's CPF, valid and all different. `numbers` below 500 million."""
    base = (numbers * 387_420_489 + seed * 7_654_321) % 1_000_000_000
    base = np.where(base % 111_111_111 == 0, (base + 500_000_000) % 1_000_000_000, base)  # all digits equal
    digits = base[:, None] // 10 ** np.arange(8, -1, -1) % 10
    for first in (10, 11):
        check = digits @ np.arange(first, 1, -1) * 10 % 11 % 10
        digits = np.column_stack([digits, check])
    return (digits + ord("0")).astype(np.uint32).view("U11").ravel()


def plain(name: str) -> str:
    """The name as an e-mail address writes it."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return letters.replace(" ", "")


def picked(words: tuple[str, ...] | list[str], positions: Ints) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(positions))


def joined(*parts: object) -> pa.Array:
    """The parts of each row in one text."""
    return pc.binary_join_element_wise(*parts, "")


def padded(numbers: Ints, width: int) -> pa.Array:
    return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")


def masked(values: pa.Array, keep: Bools) -> pa.Array:
    """The values where `keep`, nothing elsewhere."""
    return pc.if_else(pa.array(keep), values, pa.scalar(None, values.type))


def people(first: int, count: int, *, seed: int, until: date, rng: np.random.Generator) -> pa.Table:
    """Customers number `first` to `first + count - 1`, one row each, with `city_index` as a last column."""
    numbers = np.arange(first, first + count, dtype=np.int64)
    woman = rng.random(count) < 0.76
    name, email = called(woman, numbers, rng)
    born, marital = aged(count, until, rng)
    city = rng.choice(len(CITIES), count, p=CITY_SHARE)
    accepts = rng.choice(3, count, p=[0.74, 0.08, 0.18])
    return pa.table(
        {
            "customer": joined("C", padded(numbers + 1, 7)),
            "name": name,
            "cpf": masked(pa.array(cpfs(numbers, seed)), rng.random(count) < 0.93),
            "phone": masked(phones(city, numbers, rng), rng.random(count) < 0.91),
            "email": masked(email, rng.random(count) < 0.82),
            "born": masked(born, rng.random(count) < 0.85),
            "sex": masked(pc.if_else(pa.array(woman), "F", "M"), rng.random(count) < 0.95),
            "marital": masked(marital, rng.random(count) < 0.7),
            "city": picked([place.name for place in CITIES], city),
            "state": picked([place.state for place in CITIES], city),
            "accepts": masked(pc.if_else(pa.array(accepts == 0), "sim", "não"), accepts < 2),
            "city_index": pa.array(city),
        }
    )


def called(woman: Bools, numbers: Ints, rng: np.random.Generator) -> tuple[pa.Array, pa.Array]:
    """(full names, e-mail addresses made of first name, last surname and number)."""
    count = len(numbers)
    given_names, given = drawn(names.WOMEN, names.MEN, woman, rng)
    second_names, second = drawn(names.SECOND_WOMEN, names.SECOND_MEN, woman, rng)
    surnames = rng.integers(0, len(names.SURNAMES), (2, count))
    given_name, surname = picked(given_names, given), picked(names.SURNAMES, surnames[1])
    middle = joined(" ", picked(second_names, second))
    middle = pc.if_else(pa.array(rng.random(count) < 0.3), middle, "")
    name = joined(given_name, middle, " ", picked(names.SURNAMES, surnames[0]), " ", surname)
    stem = picked([plain(word) for word in given_names], given)
    last = picked([plain(word) for word in names.SURNAMES], surnames[1])
    domain = picked(("example.com", "example.org", "example.net"), rng.integers(0, 3, count))
    return name, joined(stem, ".", last, pa.array(numbers).cast(pa.string()), "@", domain)


def drawn(
    women: tuple[str, ...], men: tuple[str, ...], woman: Bools, rng: np.random.Generator
) -> tuple[tuple[str, ...], Ints]:
    """(all the names, the position of each person's own)."""
    her, his = rng.integers(0, len(women), len(woman)), rng.integers(0, len(men), len(woman))
    return women + men, np.where(woman, her, len(women) + his)


def aged(count: int, until: date, rng: np.random.Generator) -> tuple[pa.Array, pa.Array]:
    """(birth dates, marital status: likelier married in the middle of life)."""
    age = np.clip(rng.normal(41, 14, count), 16, 92)
    born = np.datetime64(until, "D") - (age * 365.25).astype(np.int64)
    likely = np.cumsum(MARITAL_BY_AGE, axis=1)[np.searchsorted([30.0, 50.0], age)]
    return pa.array(born), picked(MARITAL, (rng.random(count)[:, None] > likely[:, :-1]).sum(axis=1))


def phones(city: Ints, numbers: Ints, rng: np.random.Generator) -> pa.Array:
    """A mobile with the area code of the city; one in 25 shares that of the customer before (a household)."""
    area = np.array([place.area_code for place in CITIES])[city]
    digits = 1_000_000 + (numbers * 7_368_787 + 1_234_567) % 9_000_000
    shared = np.flatnonzero(rng.random(len(numbers)) < 0.04)
    shared = shared[shared > 0]
    area[shared], digits[shared] = area[shared - 1], digits[shared - 1]
    return joined("(", padded(area, 2), ") 90", padded(digits // 10_000, 3), "-", padded(digits % 10_000, 4))
