"""Homes of their own for tests that start the product's processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[1]
FILL = """
import datetime, django, sys
from pathlib import Path
django.setup()
from django.conf import settings
from tests import cast, stage
cast.enter()
stage.publish_twelve_orders(settings.WAREHOUSE_URL, datetime.date(2026, 11, 22), Path(sys.argv[1]))
"""


class Place:
    """A RECOMPRA_HOME with its databases, and the command run in it."""

    def __init__(self, home: Path, server: str = "") -> None:
        self.home = home
        self.env = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "WAREHOUSE_URL")
        }
        self.env |= {
            "RECOMPRA_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "recompra.settings",
            "LANGUAGE": "pt_BR",
        }
        if server:
            self.env |= {"DATABASE_URL": server, "WAREHOUSE_URL": f"{server}?schema=recompra_facts"}

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "recompra.cli", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=self.env, text=True, stdout=pipe, stderr=pipe)

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        process = self.start(*words)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def fill(self) -> None:
        """The cast and the twelve orders."""
        command = [sys.executable, "-c", FILL, str(self.home / "twelve")]
        subprocess.run(command, cwd=ROOT, env=self.env, check=True)

    def drill(self, name: str, *words: str) -> list[str]:
        """The lines that `python -m tests.stories.NAME` prints here, with the facts in files of the home."""
        env = {key: value for key, value in self.env.items() if key != "WAREHOUSE_URL"} | {
            "LOG_LEVEL": "ERROR"
        }
        command = [sys.executable, "-m", f"tests.stories.{name}", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip().splitlines()


@contextmanager
def database(cluster_url: str, name: str, template: str = "template1") -> Iterator[str]:
    """The URL of a database that exists for a while; nothing without a server."""
    if not cluster_url:
        yield ""
        return
    with psycopg.connect(f"{cluster_url}/postgres", autocommit=True) as opened:
        opened.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield f"{cluster_url}/{name}"
        opened.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def cluster_url(request: pytest.FixtureRequest) -> str:
    """The PostgreSQL server when the suite runs on PostgreSQL, else nothing."""
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        return ""
    return str(request.getfixturevalue("postgres_url")).rstrip("/")


@pytest.fixture
def empty(tmp_path: Path, cluster_url: str) -> Iterator[Place]:
    """A place where `recompra setup` has not run."""
    with database(cluster_url, f"empty_{os.getpid()}") as url:
        yield Place(tmp_path / "home", url)


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory, cluster_url: str) -> Iterator[Path]:
    """A home where `recompra setup` has run, to copy from."""
    home = tmp_path_factory.mktemp("ready")
    with database(cluster_url, f"{home.name}_{os.getpid()}") as url:
        code, _out, err = Place(home, url).run("setup")
        assert code == 0, err
        yield home


@pytest.fixture
def placed(tmp_path: Path, ready: Path, cluster_url: str) -> Iterator[Callable[[str], Place]]:
    """`placed("calm")` is a place of that name where `recompra setup` has run."""
    with ExitStack() as given_back:

        def make(name: str) -> Place:
            shutil.copytree(ready, tmp_path / name)
            made = database(cluster_url, f"{name}_{os.getpid()}", f"{ready.name}_{os.getpid()}")
            return Place(tmp_path / name, given_back.enter_context(made))

        yield make


@pytest.fixture
def place(placed: Callable[[str], Place]) -> Place:
    return placed("home")
