"""kill -9 of worker and command at twenty random moments: nothing is lost and nothing is doubled."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.places import Place

KILLS = 20
FILES = 4
ORDERS = 1500
HEADER = (
    "pedido",
    "data",
    "id_cliente",
    "nome",
    "email",
    "celular",
    "loja",
    "codigo",
    "produto",
    "quantidade",
    "preco",
)


def write_files(folder: Path) -> None:
    """Four sales files of one shop, with people in common; one row in a hundred is broken."""
    chance = random.Random(7)
    folder.mkdir()
    for file in range(FILES):
        with (folder / f"vendas-{file}.csv").open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out, delimiter=";")
            writer.writerow(HEADER)
            for number in range(ORDERS):
                person = chance.randrange(900)
                day = f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}/2025"
                price = (
                    "de graça"
                    if number % 100 == 50
                    else f"{chance.randint(10, 900)},{chance.randint(0, 99):02}"
                )
                writer.writerow(
                    [
                        f"{file}-{number}",
                        day,
                        f"C{person}",
                        f"Pessoa {person:03}",
                        f"p{person}@example.com",
                        f"419{91000000 + person}",
                        "Centro",
                        f"SKU{number % 50}",
                        f"Produto {number % 50}",
                        chance.randint(1, 3),
                        price,
                    ]
                )


def drill(place: Place, files: Path, kills: int) -> dict[str, Any]:
    """What the shop holds after so many kills; see `tests.stories.drill`."""
    found: dict[str, Any] = json.loads(place.drill("drill", str(files), str(kills), "11")[-1])
    return found


@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path: Path, placed: Callable[[str], Place]) -> None:
    write_files(tmp_path / "files")
    calm = drill(placed("calm"), tmp_path / "files", 0)
    rough = drill(placed("rough"), tmp_path / "files", KILLS)
    assert calm.pop("hits") == 0
    assert rough.pop("hits") == KILLS
    assert calm.pop("lapses") == 0
    assert int(str(rough.pop("lapses"))) >= KILLS // 5, "enough of the kills hit a process at its work"
    assert calm["dead"] == []
    assert calm["rows"]["orders"] == FILES * ORDERS - FILES * ORDERS // 100
    assert rough == calm
