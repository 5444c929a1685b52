"""A measured process: a command of ours in a home of its own, with its time and its peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recompra.theme.refused import Refused

OWN = ("DATABASE_URL", "WAREHOUSE_URL", "SECRET_KEY", "RECOMPRA_HOME")


@dataclass(frozen=True)
class Measured:
    """What a process took: seconds on the wall and of the CPU, peak memory in MB; and its JSON answer."""

    seconds: float
    cpu: float
    peak_mb: int
    answer: Any


def environment(home: Path) -> dict[str, str]:
    """This process's environment with everything of the installation in `home`."""
    kept = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in OWN}
    return kept | {"RECOMPRA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "recompra.settings"}


def spawn(home: Path, module: str, *arguments: str, output: int) -> subprocess.Popen[bytes]:
    """Start `python -m module arguments` in that home."""
    return subprocess.Popen([sys.executable, "-m", module, *arguments], env=environment(home), stdout=output)


def measured(home: Path, *arguments: str, module: str = "recompra.cli") -> Measured:
    """Run `python -m module arguments` in that home to its end; its standard output is one JSON answer.

    Raises Refused when the process fails. The peak is the kernel's ru_maxrss of that
    process; it is never below what this one had when it started the other.
    """
    with tempfile.TemporaryFile() as output:
        begun = time.perf_counter()
        process = spawn(home, module, *arguments, output=output.fileno())
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode()
    if process.returncode:
        raise Refused(f"{module} {' '.join(arguments)}: exit code {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    return Measured(seconds, cpu, usage.ru_maxrss // 1024, json.loads(text) if text.strip() else None)
