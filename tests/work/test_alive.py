"""A process killed on this machine is known to be dead at once, and its rows are given back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings

from recompra.work import alive
from recompra.work.claim import claim, reap
from tests.work.chore import Chore

ROOT = Path(__file__).resolve().parents[2]
SLEEPER = """
import os, sys, time, django
django.setup()
from django.conf import settings
from recompra.work import alive
settings.RECOMPRA_HOME = sys.argv[1]
print(alive.owner(), flush=True)
time.sleep(600)
"""


@pytest.fixture
def sleeper(tmp_path: Path, settings: LazySettings) -> subprocess.Popen[str]:
    settings.RECOMPRA_HOME = tmp_path
    command = [sys.executable, "-c", SLEEPER, str(tmp_path)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ))


def test_the_rows_of_a_killed_process_are_given_back_at_once(
    chore: type[Chore], sleeper: subprocess.Popen[str]
) -> None:
    chore.objects.create()
    with sleeper:
        assert sleeper.stdout
        name = sleeper.stdout.readline().strip()
        claim(chore, name)
        assert not alive.is_dead(name)
        assert reap() == 0
        sleeper.kill()
    assert alive.is_dead(name)
    assert reap() == 1
    reap()
    assert not (alive.folder() / name).exists(), "its lock file is swept once it owns nothing"


def test_of_a_process_elsewhere_nothing_is_known() -> None:
    assert not alive.is_dead("4711-of-another-machine")


def test_this_process_is_alive() -> None:
    assert not alive.is_dead(alive.owner())
