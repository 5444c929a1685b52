"""`recompra serve` and `recompra worker`: the processes that keep the shop running."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time

import click
from django.utils.translation import gettext as _

from recompra.cli.refusal import pending_migrations
from recompra.cli.setup import gather_static_files
from recompra.privacy.erasure import ledger
from recompra.theme.refused import Refused
from recompra.work import alive
from recompra.worker import run_forever

GRACE_SECONDS = 28.0
RESPAWN_SECONDS = 1.0
PR_SET_PDEATHSIG = 1


@click.command(help=_("Serve the pages, with the worker beside them. Ctrl-C stops both."))
@click.option("--port", default=8000, show_default=True, help=_("Port."))
@click.option("--host", default="127.0.0.1", show_default=True, help=_("Address to listen on."))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help=_("Web processes."))
@click.option("--with-worker/--no-worker", default=True, help=_("Run the worker too (default)."))
def serve(port: int, host: str, workers: int, with_worker: bool) -> None:
    if pending_migrations():
        raise Refused(_("The database is not ready. Run: recompra setup"))
    refuse_unreplayed()
    gather_static_files()
    alive.owner()  # so that a restore knows that the shop is open
    commands = [web_command(host, port, workers)]
    if with_worker:
        commands.append([sys.executable, "-m", "recompra.cli", "worker"])
    click.echo(_("Recompra is at %(address)s (Ctrl-C stops it)") % {"address": f"http://{host}:{port}"})
    code = keep_running(commands)
    alive.leave()
    sys.exit(code)


@click.command(help=_("Do the work that is due: imports, scores, the acts of the clock. Several may run."))
def worker() -> None:
    refuse_unreplayed()
    run_forever()


def refuse_unreplayed() -> None:
    """Raises Refused while a restored backup may still hold people who were erased after it was made."""
    if ledger.is_pending():
        raise Refused(
            _("A backup was restored, and the erasures since then were not done again. Run: recompra setup")
        )


def web_command(host: str, port: int, workers: int) -> list[str]:
    """The granian command line: WSGI, two blocking threads per process, no websockets."""
    fixed = "--interface wsgi --blocking-threads 2 --no-ws --backpressure 64 --respawn-failed-workers"
    given = ["--host", host, "--port", str(port), "--workers", str(workers), "--log-level", "warning"]
    return [sys.executable, "-m", "granian", *fixed.split(), *given, "recompra.wsgi:application"]


def keep_running(commands: list[list[str]]) -> int:
    """Run the commands side by side until a signal comes; one that is killed is started again.

    Returns:
        The exit code: 0 after a signal, else that of a command that ended by itself with an error.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: stop.set())
    running = [_start(command) for command in commands]
    code = 0
    while not stop.wait(0.2):
        for index, process in enumerate(running):
            if process.poll() is None:
                continue
            _end_group(process)
            if process.returncode >= 0:
                code = process.returncode
                stop.set()
                break
            stop.wait(RESPAWN_SECONDS)
            running[index] = _start(commands[index])
    _stop(running)
    return code


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, start_new_session=True, preexec_fn=_die_with_parent)


def _die_with_parent() -> None:
    """On Linux the kernel ends the child when this process is killed, so that no orphan keeps the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.terminate()
    until = time.monotonic() + GRACE_SECONDS
    for process in running:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End what a dead process left behind: web processes whose master was killed would keep the port."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
