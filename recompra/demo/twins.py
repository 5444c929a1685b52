"""The same person twice, and people who only look it: what a search for duplicates is measured by.

Twins are registered anew with what happens at a till: a letter or digit in the wrong place, a married name, a
shortened one, another phone. Relatives are others: a family on one phone, father and son of one name,
siblings born on one day.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from recompra.demo import names
from recompra.demo.people import cpfs, plain

TWINS = 0.03
"""Share of the customers who are there twice; as many have a relative."""
OTHER_NUMBERS = 250_000_000  # CPFs of relatives: further on in the permutation than any customer's
Row = dict[str, Any]


TRUTH = pa.schema(
    [
        ("codigo_cliente", pa.string()),
        ("outro_codigo", pa.string()),
        ("tipo", pa.string()),
        ("mesma_pessoa", pa.bool_()),
    ]
)


def twins(folk: pa.Table, first: int, *, seed: int) -> tuple[pa.Table, pa.Table]:
    """(their rows, as `people` makes them, with `of`, the place of the first one in `folk`; the truth).

    `first`: the number of the first customer in `folk`.
    """
    chance = random.Random(f"{seed} {first}")  # noqa: S311 (a shop made up, not a secret)
    made: list[Row] = []
    truth: list[Row] = []
    chosen = chance.sample(range(len(folk)), int(len(folk) * TWINS * 2))
    for count, place in enumerate(chosen):
        original = folk.slice(place, 1).to_pylist()[0]
        alike = chance.choice(TWIN_KINDS if count % 2 else RELATIVE_KINDS)
        row = original | {"of": place, "customer": f"{'FD'[count % 2]}{first + place + 1:07d}"}
        if alike(row, chance):
            made.append(row)
            truth.append(
                {
                    "codigo_cliente": original["customer"],
                    "outro_codigo": row["customer"],
                    "tipo": alike.__name__,
                    "mesma_pessoa": bool(count % 2),
                }
            )
    give_cpfs(made, first, seed)
    columns = pa.schema([*folk.schema, ("of", pa.int64())])
    return pa.Table.from_pylist(made, columns), pa.Table.from_pylist(truth, TRUTH)


def give_cpfs(rows: list[Row], first: int, seed: int) -> None:
    """To whom `own_cpf` says, a CPF that nobody else has."""
    numbers = np.arange(OTHER_NUMBERS + first, OTHER_NUMBERS + first + len(rows), dtype=np.int64)
    for row, cpf in zip(rows, cpfs(numbers, seed), strict=True):
        row["cpf"] = str(cpf) if row.pop("own_cpf") else None


def keep(row: Row, chance: random.Random, **shares: float) -> None:
    """Each of these stays with its probability, else it is not told."""
    for name, share in shares.items():
        if chance.random() >= share:
            row[name] = None


def typo(row: Row, chance: random.Random) -> bool:
    """A letter wrong in the first or last name."""
    words = row["name"].split()
    at = chance.choice((0, -1))
    words[at] = chance.choice((swapped, dropped, doubled, replaced))(words[at], chance)
    row["name"] = " ".join(words)
    row["own_cpf"] = chance.random() < 0.04
    keep(row, chance, phone=0.75, email=0.35, born=0.9)
    return True


def digits(row: Row, chance: random.Random) -> bool:
    """Digits of the phone, and at times of the birth date, in the wrong place."""
    if row["phone"]:
        head, tail = row["phone"][:-4], row["phone"][-4:]
        row["phone"] = head + swapped(tail, chance)
    if row["born"] and chance.random() < 0.3:
        row["born"] = turned(row["born"], chance)
    row["own_cpf"] = chance.random() < 0.04
    keep(row, chance, email=0.35, born=0.9)
    return True


def married(row: Row, chance: random.Random) -> bool:
    """Another surname, as women who marry take it."""
    if row["sex"] != "F":
        return False
    words = row["name"].split()
    row["name"] = " ".join([*words[: chance.choice((1, -1))], chance.choice(names.SURNAMES)])
    row["own_cpf"] = False
    keep(row, chance, phone=0.75, email=0.45, born=0.9)
    return True


def short(row: Row, chance: random.Random) -> bool:
    """First and last name only, or an initial."""
    words = row["name"].split()
    row["name"] = " ".join([chance.choice((words[0], words[0][0] + ".")), words[-1]])
    row["own_cpf"] = False
    keep(row, chance, phone=0.75, email=0.35, born=0.85)
    return True


def moved(row: Row, chance: random.Random) -> bool:
    """The same name and birthday, with a new phone and e-mail."""
    number = chance.randrange(1_000_000, 9_999_999)
    row["phone"] = f"({chance.choice((11, 21, 31, 41, 51))}) 90{number // 10_000:03d}-{number % 10_000:04d}"
    row["email"] = None
    row["own_cpf"] = False
    keep(row, chance, phone=0.8, born=0.9)
    return True


def family(row: Row, chance: random.Random) -> bool:
    """Another first name and birthday; phone, surname and at times the e-mail in common."""
    words = row["name"].split()
    given = chance.choice(names.WOMEN + names.MEN)
    row["sex"] = "F" if given in names.WOMEN else "M"
    row["name"] = f"{given} {words[-2] if len(words) > 2 else words[-1]} {words[-1]}"
    row["born"] = row["born"] and row["born"] + timedelta(
        days=chance.choice((-1, 1)) * chance.randrange(900, 13_000)
    )
    row["own_cpf"] = chance.random() < 0.9
    keep(row, chance, email=0.15)
    return True


def junior(row: Row, chance: random.Random) -> bool:
    """Father and son of one name."""
    if row["sex"] != "M":
        return False
    row["name"] += chance.choice((" Júnior", " Filho"))
    row["born"] = row["born"] and row["born"] + timedelta(days=chance.randrange(7_000, 13_000))
    row["own_cpf"] = chance.random() < 0.9
    keep(row, chance, phone=0.6, email=0.1)
    return True


def siblings(row: Row, chance: random.Random) -> bool:
    """Born on one day, of one surname, at one phone."""
    words = row["name"].split()
    given = chance.choice(names.WOMEN if row["sex"] == "F" else names.MEN)
    row["name"] = " ".join([given, *words[1:]])
    row["own_cpf"] = chance.random() < 0.9
    keep(row, chance, phone=0.7, email=0.05)
    return plain(given) != plain(words[0])


TWIN_KINDS: tuple[Callable[[Row, random.Random], bool], ...] = (typo, digits, married, short, moved)
RELATIVE_KINDS: tuple[Callable[[Row, random.Random], bool], ...] = (family, family, junior, siblings)


def swapped(word: str, chance: random.Random) -> str:
    """Two neighbours change places."""
    at = chance.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def dropped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def doubled(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at] + word[at:]


def replaced(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + chance.choice("aeiousrlmn") + word[at + 1 :]


def turned(born: date, chance: random.Random) -> date:
    """Day and month change places where that is a day, else the year is one off."""
    if born.day <= 12 and chance.random() < 0.5:
        return date(born.year, born.day, born.month)
    return born - timedelta(days=365)
