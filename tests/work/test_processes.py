"""Several processes share the rows, and some of them are killed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def labour(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Start]:
    """Starts `python -m tests.work.labour …` on a database of this test's own, of the kind under test."""
    url = f"sqlite:///{tmp_path / 'rows.sqlite3'}"
    server = ""
    if connection.vendor == "postgresql":
        server = request.getfixturevalue("postgres_url").rstrip("/")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as made:
            made.execute("DROP DATABASE IF EXISTS labour WITH (FORCE)")
            made.execute("CREATE DATABASE labour")
        url = f"{server}/labour"
    (tmp_path / "effects").touch()
    environment = os.environ | {
        "DATABASE_URL": url,
        "RECOMPRA_HOME": str(tmp_path),
        "RECOMPRA_TEST_HOME": str(tmp_path),
        "EFFECTS": str(tmp_path / "effects"),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "tests.settings"),
    }
    environment.pop("PYTEST_XDIST_WORKER", None)
    running: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.work.labour", *words]
        running.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()
    if server:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as made:
            made.execute("DROP DATABASE IF EXISTS labour WITH (FORCE)")


def effects(folder: Path) -> Counter[str]:
    return Counter((folder / "effects").read_text().split())


@pytest.mark.slow
def test_two_processes_do_each_row_once(labour: Start, tmp_path: Path) -> None:
    assert labour("prepare", "800").wait() == 0
    pair = [labour("work"), labour("work")]
    assert [process.wait(timeout=120) for process in pair] == [0, 0]
    done = effects(tmp_path)
    assert len(done) == 800
    assert set(done.values()) == {1}


@pytest.mark.slow
def test_killed_processes_lose_nothing_and_at_most_repeat_what_they_had_in_hand(
    labour: Start, tmp_path: Path
) -> None:
    chance = random.Random(20)
    assert labour("prepare", "1500").wait() == 0
    kills = 0
    pair = [labour("work"), labour("work")]
    while any(process.poll() is None for process in pair):
        if kills < 12:
            time.sleep(chance.uniform(0.5, 1.1))
            victim = chance.randrange(2)
            if pair[victim].poll() is None:
                pair[victim].kill()
                pair[victim].wait()
                kills += 1
                pair[victim] = labour("work")
        else:
            time.sleep(0.1)
    assert [process.returncode for process in pair] == [0, 0]
    done = effects(tmp_path)
    assert kills >= 5
    assert len(done) == 1500, "lost"
    assert sum(done.values()) - 1500 <= kills, "only the one row in hand may be repeated"
