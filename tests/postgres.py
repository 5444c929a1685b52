"""A throw-away PostgreSQL on loopback, for a test run: `python -m tests.postgres COMMAND…` or `cluster()`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CARELESS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
"""What a server that nobody needs tomorrow may do without; kill -9 of ours takes nothing from it."""
PLACES = ("/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/15/bin")


class NoPostgres(Exception):
    """PostgreSQL's server programs are not on this machine."""


def programs() -> Path:
    """The folder of initdb and pg_ctl."""
    for place in (*PLACES, str(Path(shutil.which("initdb") or "/nowhere").parent)):
        if (Path(place) / "initdb").exists():
            return Path(place)
    raise NoPostgres("PostgreSQL 15 or newer is not installed (Debian: apt-get install postgresql)")


def as_postgres(command: list[str]) -> list[str]:
    """The server refuses to run as root: then the package's own user runs it."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


@contextmanager
def cluster() -> Iterator[str]:
    """Start a fresh server on a free port; yields its URL without a database name; removes it at the end."""
    bin_ = programs()
    home = Path(tempfile.mkdtemp(prefix="recompra-pg-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, log = home / "data", home / "log"
    quiet = {"stdout": subprocess.DEVNULL, "check": True, "cwd": home}
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {home} -c max_connections=200 {CARELESS}"
    try:
        subprocess.run(
            as_postgres(
                [
                    f"{bin_}/initdb",
                    "-D",
                    str(data),
                    "-A",
                    "trust",
                    "-U",
                    "recompra",
                    "-E",
                    "UTF8",
                    "--locale=C.UTF-8",
                ]
            ),
            **quiet,
        )
        subprocess.run(
            as_postgres([f"{bin_}/pg_ctl", "-D", str(data), "-l", str(log), "-o", options, "-w", "start"]),
            **quiet,
        )
        yield f"postgresql://recompra@127.0.0.1:{port}"
    finally:
        subprocess.run(
            as_postgres([f"{bin_}/pg_ctl", "-D", str(data), "-m", "immediate", "stop"]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            cwd=home,
        )
        shutil.rmtree(home, ignore_errors=True)


def main() -> int:
    """Run a command with TEST_POSTGRES_URL and DATABASE_URL pointing at a fresh server.

    With `--facts-only` the relational database stays SQLite, and only the tests that compare engines use it.
    """
    facts_only = sys.argv[1:2] == ["--facts-only"]
    command = sys.argv[2:] if facts_only else sys.argv[1:]
    try:
        with cluster() as url:
            relational = {} if facts_only else {"DATABASE_URL": f"{url}/postgres"}
            env = {**os.environ, **relational, "TEST_POSTGRES_URL": url}
            return subprocess.run(command, env=env, check=False).returncode
    except NoPostgres as missing:
        if facts_only:
            return subprocess.run(command, check=False).returncode
        print(f"SKIPPED: the PostgreSQL suite, because {missing}.")
        return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
