"""kill -9 of worker and command at twenty random moments: nothing is lost and nothing is doubled."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
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


@contextmanager
def database(request: pytest.FixtureRequest, name: str) -> Iterator[dict[str, str]]:
    """An empty PostgreSQL database when the suite runs on PostgreSQL; else the home's own SQLite."""
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        yield {}
        return
    url = str(request.getfixturevalue("postgres_url")).rstrip("/")
    with psycopg.connect(f"{url}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield {"DATABASE_URL": f"{url}/{name}"}
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def drill(home: Path, files: Path, kills: int, place: dict[str, str]) -> dict[str, Any]:
    """What the shop holds after so many kills; see `tests.stories.drill`."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "WAREHOUSE_URL")}
    env |= {
        "RECOMPRA_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "recompra.settings",
        "LOG_LEVEL": "ERROR",
    } | place
    command = [sys.executable, "-m", "tests.stories.drill", str(files), str(kills), "11"]
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    write_files(tmp_path / "files")
    with database(request, f"calm_{os.getpid()}") as place:
        calm = drill(tmp_path / "calm", tmp_path / "files", 0, place)
    with database(request, f"rough_{os.getpid()}") as place:
        rough = drill(tmp_path / "rough", tmp_path / "files", KILLS, place)
    assert calm.pop("hits") == 0
    assert rough.pop("hits") == KILLS
    assert calm.pop("lapses") == 0
    assert int(str(rough.pop("lapses"))) >= KILLS // 5, "enough of the kills hit a process at its work"
    assert calm["dead"] == []
    assert calm["rows"]["orders"] == FILES * ORDERS - FILES * ORDERS // 100
    assert rough == calm
