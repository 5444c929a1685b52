"""kill -9 of the worker while it predicts: the next one tells the same, and nothing is left lying."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.test_kill import ROOT, database

KILLS = 2


@pytest.mark.slow
def test_kills_while_predicting_change_nothing_of_what_is_told(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "WAREHOUSE_URL")}
    env |= {
        "RECOMPRA_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "recompra.settings",
        "LOG_LEVEL": "ERROR",
    }
    with database(request, f"foretold_{os.getpid()}") as place:
        done = subprocess.run(
            [sys.executable, "-m", "tests.stories.prediction_drill"],
            cwd=ROOT, env=env | place, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    rough, calm = (json.loads(line) for line in done.stdout.strip().splitlines()[-2:])
    assert (calm["status"], calm["left"], calm["drafts"]) == ("done", [], [])
    assert calm["people"] > 80
    assert {name for name, _version, *_told in calm["records"]} >= {"btyd", "churn", "rhythm", "value"}
    assert (rough.pop("lapses"), calm.pop("lapses")) == (KILLS, 0)
    assert rough == calm
